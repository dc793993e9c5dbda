#ifndef POSTMASTER_CRE2_H
#define POSTMASTER_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Regular expressions by RE2: the time of a match is linear in the text, whatever the pattern.
 *
 * Nothing here throws or writes anything anywhere. A compiled pattern may be used by several threads at once. */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;

enum {
    CRE2_CASE_INSENSITIVE = 1,
    CRE2_OCTETS = 2,         /* pattern and text are octets (ISO 8859-1), not UTF-8 */
    CRE2_LONGEST = 4,        /* leftmost-longest, not leftmost-first */
    CRE2_DOT_MATCHES_ALL = 8 /* a line feed too */
};

/* Never null; the caller frees it. */
cre2_pattern *cre2_compile(const uint8_t *bytes, size_t count, unsigned options);
void cre2_free(cre2_pattern *pattern);

/* What is wrong with the pattern, terminated; empty when nothing is. */
const char *cre2_error(const cre2_pattern *pattern);
/* Parenthesised groups. */
size_t cre2_groups(const cre2_pattern *pattern);
/* Instructions of its program, to which the memory and the time of each octet of text are in proportion. */
size_t cre2_program_size(const cre2_pattern *pattern);

/* How many groups one match can tell of, the whole match included. */
#define CRE2_MAXIMUM_GROUPS 64

/* The leftmost match. For each of `count` groups, the whole match being group 0, start and end in the text go to
 * `ranges`, -1 and -1 for one that took no part. False if there is no match, the pattern is wrong, or `count` too large. */
bool cre2_match(const cre2_pattern *pattern, const uint8_t *text, size_t length, ptrdiff_t *ranges, size_t count);

#ifdef __cplusplus
}
#endif

#endif
