#include "CUnistring.h"

#include <unicase.h>
#include <uninorm.h>

/* The deepest chain of decompositions in Unicode has four steps. */
enum { maximum_depth = 8 };

_Static_assert(CUNISTRING_CASEMAP_MAXIMUM >= UC_DECOMPOSITION_MAX_LENGTH, "one step must fit");

static size_t decompose(ucs4_t point, uint32_t *points, size_t room, int depth) {
    if (room == 0) return 0;
    ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
    int tag;
    int count = depth < maximum_depth && point <= 0x10FFFF ? uc_decomposition(point, &tag, parts) : -1;
    if (count <= 0) {
        points[0] = point;
        return 1;
    }
    size_t written = 0;
    for (int index = 0; index < count; ++index) {
        written += decompose(parts[index], points + written, room - written, depth + 1);
    }
    return written;
}

size_t cunistring_casemap(uint32_t point, uint32_t *points) {
    return decompose(uc_totitle(point), points, CUNISTRING_CASEMAP_MAXIMUM, 0);
}
