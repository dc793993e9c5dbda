#define _GNU_SOURCE
#include "CPlatform.h"
#include <fcntl.h>

int postmaster_open_place(int directory, const char *name) {
    return postmaster_openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
}
