#define _GNU_SOURCE
#include "CArchive.h"
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

static int is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

static void use_utf8(void) {
    static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
    for (size_t i = 0; !is_utf8() && i < sizeof names / sizeof *names; i++) setlocale(LC_CTYPE, names[i]);
}

int carchive_use_utf8(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, use_utf8);
    return is_utf8();
}

void carchive_need_no_files(void) {
    wchar_t wide[4];
    char narrow[16];
    carchive_use_utf8();
    if (mbstowcs(wide, "\xC3\xA4", 4) != (size_t)-1) wcstombs(narrow, wide, sizeof narrow);
    /* Archives have local times. A zone that has a name of its own is read once, and not looked at again. */
    setenv("TZ", "UTC0", 1);
    tzset();
}
