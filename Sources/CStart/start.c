#include <stddef.h>

/* The Swift runtime's start in a static executable, without what a delivery does not need. Each function
 * stands in for the one of the same name in the runtime, whose object file is then left out of the program;
 * a runtime that names them otherwise is simply linked as it is. */

/* The arguments, which the runtime would search the stack for, by way of /proc/self/maps. */
static char **arguments;
static int argument_count;

__attribute__((constructor(101))) static void remember(int count, char **words) {
    argument_count = count;
    arguments = words;
}

void *_swift_stdlib_getUnsafeArgvArgc(int *count) {
    *count = argument_count;
    return arguments;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **words, int count) {
    argument_count = count;
    arguments = words;
}

/* Where a backtracer would be installed: the runtime looks in eight places, on every start. */
const char *swift_copyAuxiliaryExecutablePath(const char *name) { return (void)name, NULL; }
const char *swift_getRootPath(void) { return NULL; }
const char *swift_getRuntimeLibraryPath(void) { return NULL; }
