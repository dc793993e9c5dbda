#ifndef POSTMASTER_CSQLITE_H
#define POSTMASTER_CSQLITE_H

#include <stddef.h>
#include <stdint.h>

/* What is used of SQLite, without its macros and its variadic functions. All results are SQLite's own codes. */

typedef struct sqlite3 csqlite_database;
typedef struct sqlite3_stmt csqlite_statement;

enum { CSQLITE_OK = 0, CSQLITE_ROW = 100, CSQLITE_DONE = 101 };
enum { CSQLITE_INTEGER = 1, CSQLITE_TEXT = 3, CSQLITE_BLOB = 4, CSQLITE_NULL = 5 };

/* Opens a database that exists. *database is to be closed even where this fails, unless it is null.
 * A statement that takes more than `maximum_steps` of the virtual machine is interrupted. */
int csqlite_open(const char *path, int busy_milliseconds, int maximum_steps, csqlite_database **database);
/* Statements may outlive this; the file is closed with the last one. */
void csqlite_close(csqlite_database *database);
/* The extended code of the last failure, and its words. */
int csqlite_code(csqlite_database *database);
const char *csqlite_message(csqlite_database *database);

int csqlite_execute(csqlite_database *database, const char *sql);
/* How many rows the last statement changed. */
int64_t csqlite_changes(csqlite_database *database);
/* Leaves a transaction that a failure left open. */
void csqlite_roll_back(csqlite_database *database);

int csqlite_prepare(csqlite_database *database, const char *sql, csqlite_statement **statement);
void csqlite_finalize(csqlite_statement *statement);
/* Ready for a new run, with no values. */
void csqlite_reset(csqlite_statement *statement);

/* Values count from 1. Bytes are copied. */
int csqlite_bind_integer(csqlite_statement *statement, int index, int64_t value);
int csqlite_bind_bytes(csqlite_statement *statement, int index, const uint8_t *bytes, size_t count);

int csqlite_step(csqlite_statement *statement);

/* Columns count from 0. Bytes last until the next step. */
int csqlite_columns(csqlite_statement *statement);
int csqlite_type(csqlite_statement *statement, int column);
int64_t csqlite_integer(csqlite_statement *statement, int column);
const uint8_t *csqlite_bytes(csqlite_statement *statement, int column, size_t *count);

#endif
