#define _GNU_SOURCE
#include "CPlatform.h"
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Some message transfer agents bounce a message whose delivery agent died of a signal (Exim), or left
 * with an unknown status: whatever ends this process must end it with the status for "try again".
 * Everything below is safe in a signal handler: plain stores, write, unlinkat, _exit. */

static int exit_status = 75, installed;
static const char *crash, *deadline, *stop;
static volatile int litter_directory = -1;
static char litter_name[512];
static char alternate_stack[16384];

static void leave(int signal) {
    const char *text = signal == SIGALRM ? deadline
                       : signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGQUIT ? stop
                                                                                                       : crash;
    if (litter_directory >= 0) unlinkat(litter_directory, litter_name, 0);
    if (text && write(2, text, strlen(text)) < 0) { /* the MTA may have closed it */
    }
    _exit(exit_status);
}

void postmaster_exit_on_signals(int status, const char *crash_text, const char *deadline_text,
                                const char *stop_text) {
    static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
                                 SIGFPE, SIGSEGV, SIGALRM, SIGTERM, SIGSYS, SIGXCPU, SIGUSR1, SIGUSR2};
    struct sigaction action;
    stack_t stack;
    exit_status = status;
    crash = crash_text;
    deadline = deadline_text;
    stop = stop_text;
    if (installed) return;
    installed = 1;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = alternate_stack;
    stack.ss_size = sizeof alternate_stack;
    sigaltstack(&stack, NULL);
    memset(&action, 0, sizeof action);
    action.sa_handler = leave;
    action.sa_flags = SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) sigaction(ending[i], &action, NULL);
    /* EPIPE and EFBIG are answers, not reasons to die. */
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
    /* The parent may have blocked any of them. */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void postmaster_set_deadline(unsigned seconds) {
    struct itimerval timer;
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_sec = seconds;
    setitimer(ITIMER_REAL, &timer, NULL);
}

void postmaster_set_litter(int directory, const char *name) {
    /* Without handlers nobody looks at it; and a process with several threads has no handlers. */
    if (!installed) return;
    litter_directory = -1;
    if (directory < 0 || !name || strlen(name) >= sizeof litter_name) return;
    strcpy(litter_name, name);
    litter_directory = directory;
}
