#ifndef POSTMASTER_CSTART_H
#define POSTMASTER_CSTART_H

/* Nothing to call: this target only replaces parts of the Swift runtime's start, see start.c. */

#endif
