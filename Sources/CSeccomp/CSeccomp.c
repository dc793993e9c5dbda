#define _GNU_SOURCE
#include "CSeccomp.h"
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

static int set_limit(int resource, rlim_t wanted) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return errno;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted) limit.rlim_max = wanted;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit) == 0 ? 0 : errno;
}

/* Whoever started this process may have had it ignored or blocked. */
static int dies_of(int signal) {
    struct sigaction action;
    sigset_t set;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, signal);
    if (sigaction(signal, &action, NULL) != 0 || sigprocmask(SIG_UNBLOCK, &set, NULL) != 0) return errno;
    return 0;
}

static int set_processor_time(uint64_t milliseconds) {
    struct itimerval timer;
    int code = dies_of(SIGPROF);
    if (code == 0) code = dies_of(SIGXCPU);
    if (code != 0) return code;
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_sec = milliseconds / 1000;
    timer.it_value.tv_usec = milliseconds % 1000 * 1000;
    if (setitimer(ITIMER_PROF, &timer, NULL) != 0) return errno;
    return set_limit(RLIMIT_CPU, milliseconds / 1000 + 2);
}

int cseccomp_limit(uint64_t memory, uint64_t milliseconds) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
    int code = set_processor_time(milliseconds);
    if (code == 0) code = set_limit(RLIMIT_DATA, memory);
    if (code == 0) code = set_limit(RLIMIT_CORE, 0);
    if (code == 0) code = set_limit(RLIMIT_FSIZE, 16 << 20);
    if (code == 0) code = set_limit(RLIMIT_NOFILE, 0);
    if (code == 0) code = set_limit(RLIMIT_NPROC, 0);
    return code;
}

/* What needs no look at its arguments. */
static const int allowed[] = {
    SCMP_SYS(brk),          SCMP_SYS(munmap),        SCMP_SYS(mremap),         SCMP_SYS(madvise),
    SCMP_SYS(futex),        SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),   SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),    SCMP_SYS(rt_sigreturn),  SCMP_SYS(rt_sigprocmask), SCMP_SYS(sched_yield),
    SCMP_SYS(restart_syscall), SCMP_SYS(close),      SCMP_SYS(exit),           SCMP_SYS(exit_group),
};

/* What is refused, and goes on. */
static const int refused[] = {SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(faccessat), SCMP_SYS(readlinkat),
                              SCMP_SYS(access), SCMP_SYS(readlink),   SCMP_SYS(sysinfo)};

static int allow(scmp_filter_ctx filter) {
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof allowed / sizeof *allowed; i++)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    /* Memory of its own, which counts, and which is not run. */
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_TYPE | MAP_ANONYMOUS, MAP_PRIVATE | MAP_ANONYMOUS));
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    for (int descriptor = 1; code == 0 && descriptor <= 2; descriptor++)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, descriptor));
    /* What the C library asks of its own accord, and does without: how much memory there is before it sorts, where the
     * clocks stand, how some character set is converted. An error is no worse than death here: nothing was opened. */
    for (size_t i = 0; code == 0 && i < sizeof refused / sizeof *refused; i++)
        code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
    return code;
}

int cseccomp_enter(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) return ENOSYS;
    int code = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (code == 0) code = allow(filter);
    if (code == 0) code = seccomp_load(filter);
    seccomp_release(filter);
    return -code;
}
