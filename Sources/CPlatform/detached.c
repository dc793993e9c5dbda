#define _GNU_SOURCE
#include "CPlatform.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child does between fork and exec: system calls alone, as other threads' locks may be held for ever. */
static int start(char *const argv[], char *const envp[], int *report) {
    sigset_t none;
    struct sigaction action = {.sa_handler = SIG_DFL};
    if (setsid() < 0 || chdir("/") != 0) return errno;
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) return errno;
    /* Above the three that are about to be replaced. */
    if ((*report = fcntl(*report, F_DUPFD_CLOEXEC, 4)) < 0) return errno;
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (nothing != descriptor ? dup2(nothing, descriptor) < 0 : fcntl(descriptor, F_SETFD, 0) < 0) return errno;
    if (dup3(*report, 3, O_CLOEXEC) < 0) return errno;
    *report = 3;
    closefrom(4);
    execve(argv[0], argv, envp);
    return errno;
}

int postmaster_spawn_detached(char *const argv[], char *const envp[]) {
    int ends[2], code = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    pid_t child = fork();
    if (child < 0) {
        code = errno;
    } else if (child == 0) {
        /* The one that goes on is nobody's child, so that nobody must wait for its end. */
        pid_t grandchild = fork();
        if (grandchild > 0) _exit(0);
        int report = ends[1];
        code = grandchild < 0 ? errno : start(argv, envp, &report);
        if (write(report, &code, sizeof code) < 0) { /* nobody can be told */
        }
        _exit(127);
    }
    close(ends[1]);
    if (child > 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
        ssize_t count;
        int reported;
        /* The end of file comes with the exec. */
        while ((count = read(ends[0], &reported, sizeof reported)) < 0 && errno == EINTR) {
        }
        if (count == sizeof reported) code = reported;
    }
    close(ends[0]);
    return code;
}
