#ifndef POSTMASTER_CARCHIVE_H
#define POSTMASTER_CARCHIVE_H

/* libarchive as it stands: Swift reads its headers. */

#include <archive.h>
#include <archive_entry.h>

/* Makes UTF-8 the character set of this process: libarchive turns names into the character set of the locale, and drops
 * what that does not have. 0 where the system has no such locale. */
int carchive_use_utf8(void);

/* The same, and has the C library load what it otherwise opens files for when it is needed: conversions, and the time
 * zone, which is UTC from now on. */
void carchive_need_no_files(void);

#endif
