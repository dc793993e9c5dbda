#define _GNU_SOURCE
#include "CPlatform.h"
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t is_noted;

static void note(int signal) {
    (void)signal;
    __atomic_store_n(&is_noted, 1, __ATOMIC_RELAXED);
}

void postmaster_note_stops(void) {
    static const int stops[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction action;
    sigset_t set;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    action.sa_handler = note;
    action.sa_flags = SA_RESTART | SA_RESETHAND;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct sigaction before;
        /* Under nohup(1) a hang-up stays ignored. */
        if (sigaction(stops[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN && stops[i] == SIGHUP) continue;
        sigaction(stops[i], &action, NULL);
        sigaddset(&set, stops[i]);
    }
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
    /* The parent may have blocked them. */
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int postmaster_stop_is_noted(void) { return __atomic_load_n(&is_noted, __ATOMIC_RELAXED); }
