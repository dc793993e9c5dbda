#ifndef POSTMASTER_CSECCOMP_H
#define POSTMASTER_CSECCOMP_H

#include <stdint.h>

/* From now on this process can gain no rights by a program that it starts, and cannot be looked into by others of its
 * user. It has so many bytes for what it writes to (what it only reads of a mapped file does not count), and so much of
 * the processor's time, at whose end it dies of SIGPROF. It opens and starts nothing, and makes no file larger than
 * 16 MiB. 0, or errno. */
int cseccomp_limit(uint64_t memory, uint64_t milliseconds);

/* From now on the kernel kills this process with SIGSYS at any system call but those that work on memory, tell the
 * time, or write to descriptor 1 or 2. Where the C library looks for a file of its own, there is none. 0, or errno. */
int cseccomp_enter(void);

#endif
