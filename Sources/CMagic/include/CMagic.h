#ifndef POSTMASTER_CMAGIC_H
#define POSTMASTER_CMAGIC_H

/* libmagic as it stands: Swift reads its header. */

#include <magic.h>

#endif
