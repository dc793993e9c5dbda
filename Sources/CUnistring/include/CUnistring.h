#ifndef POSTMASTER_CUNISTRING_H
#define POSTMASTER_CUNISTRING_H

#include <stddef.h>
#include <stdint.h>

/* The most code points that one becomes (U+FDFA: 18). */
#define CUNISTRING_CASEMAP_MAXIMUM 32

/* The code points that RFC 5051 §2 compares instead of one: its title case by UnicodeData.txt, decomposed until no
 * decomposition of any type is left. Returns how many, at least one; `point` itself where it is no code point. */
size_t cunistring_casemap(uint32_t point, uint32_t *points);

#endif
