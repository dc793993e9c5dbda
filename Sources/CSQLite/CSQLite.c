#include "CSQLite.h"

#include <sqlite3.h>

static int interrupt(void *unused) {
    (void)unused;
    return 1;
}

int csqlite_open(const char *path, int busy_milliseconds, int maximum_steps, csqlite_database **database) {
    /* One thread at a time uses a connection. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(path, database, flags, NULL);
    if (code != SQLITE_OK) return code;
    sqlite3_busy_timeout(*database, busy_milliseconds);
    sqlite3_progress_handler(*database, maximum_steps, interrupt, NULL);
    /* What a damaged file could make of it: no code from the schema, no writing into internal tables. */
    sqlite3_db_config(*database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    return SQLITE_OK;
}

void csqlite_close(csqlite_database *database) { sqlite3_close_v2(database); }

int csqlite_code(csqlite_database *database) { return sqlite3_extended_errcode(database); }
const char *csqlite_message(csqlite_database *database) { return sqlite3_errmsg(database); }

int csqlite_execute(csqlite_database *database, const char *sql) {
    return sqlite3_exec(database, sql, NULL, NULL, NULL);
}

int64_t csqlite_changes(csqlite_database *database) { return sqlite3_changes64(database); }

void csqlite_roll_back(csqlite_database *database) {
    if (!sqlite3_get_autocommit(database)) sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
}

int csqlite_prepare(csqlite_database *database, const char *sql, csqlite_statement **statement) {
    return sqlite3_prepare_v2(database, sql, -1, statement, NULL);
}

void csqlite_finalize(csqlite_statement *statement) { sqlite3_finalize(statement); }

void csqlite_reset(csqlite_statement *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

int csqlite_bind_integer(csqlite_statement *statement, int index, int64_t value) {
    return sqlite3_bind_int64(statement, index, value);
}

int csqlite_bind_bytes(csqlite_statement *statement, int index, const uint8_t *bytes, size_t count) {
    /* A null pointer would bind NULL. */
    return sqlite3_bind_blob64(statement, index, count ? (const void *)bytes : "", count, SQLITE_TRANSIENT);
}

int csqlite_step(csqlite_statement *statement) { return sqlite3_step(statement); }

int csqlite_columns(csqlite_statement *statement) { return sqlite3_data_count(statement); }
int csqlite_type(csqlite_statement *statement, int column) { return sqlite3_column_type(statement, column); }
int64_t csqlite_integer(csqlite_statement *statement, int column) {
    return sqlite3_column_int64(statement, column);
}

const uint8_t *csqlite_bytes(csqlite_statement *statement, int column, size_t *count) {
    const void *bytes = sqlite3_column_blob(statement, column);
    int size = sqlite3_column_bytes(statement, column);
    *count = bytes && size > 0 ? (size_t)size : 0;
    return bytes;
}
