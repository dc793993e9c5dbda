#ifndef POSTMASTER_CTOML_H
#define POSTMASTER_CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A TOML 1.0 document as a flat list of keys, each with the place it stands at.
 *
 * Nothing here throws. A document that is not TOML, or that is over one of the limits,
 * has no entries but a message with line and column. Lines and columns count from 1. */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctoml_document ctoml_document;

/* Bytes that belong to the document; not terminated, and may hold NUL. */
typedef struct {
    const uint8_t *bytes;
    size_t count;
} ctoml_text;

typedef enum {
    CTOML_TEXT,
    CTOML_INTEGER,
    CTOML_FLOAT,
    CTOML_BOOLEAN,
    CTOML_LIST,  /* an array of strings */
    CTOML_TABLE, /* a table without keys; tables with keys are told by their keys */
    CTOML_OTHER  /* a date, an array of anything but strings */
} ctoml_type;

typedef struct {
    ctoml_text key;  /* segments joined by dots, those that are not bare keys in quotes */
    ctoml_type type;
    uint32_t key_line, key_column;
    uint32_t value_line, value_column;
    ctoml_text text;
    int64_t integer;
    double number;
    bool boolean;
    size_t items;
} ctoml_entry;

/* Never null; the caller frees it. */
ctoml_document *ctoml_parse(const uint8_t *bytes, size_t count);
void ctoml_free(ctoml_document *document);

/* The message of what is wrong, empty when nothing is. */
ctoml_text ctoml_error(const ctoml_document *document);
uint32_t ctoml_error_line(const ctoml_document *document);
uint32_t ctoml_error_column(const ctoml_document *document);

/* In no particular order. Out of range: an entry with an empty key, an empty text. */
size_t ctoml_count(const ctoml_document *document);
ctoml_entry ctoml_entry_at(const ctoml_document *document, size_t index);
ctoml_text ctoml_item_at(const ctoml_document *document, size_t index, size_t item);

#ifdef __cplusplus
}
#endif

#endif
