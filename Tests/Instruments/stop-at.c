/* Kills a program at one of its system calls, or makes that call fail; counted over all its threads.
 *
 *     stop-at NUMBER KILL|ERRNO LOG PROGRAM ARGUMENT...
 *
 * With KILL only calls count that change something outside of the process, or hear from a peer: between two of them
 * it makes no difference where a program is killed. It gets SIGKILL before the call of this number, counted from 1,
 * is carried out. With the number of an error that call, of all at files, directories and sockets, is not carried
 * out, and fails so. What threads do among themselves does not count. With 0 the program runs to its end.
 *
 * LOG gets a line for each call that counts, as it begins: number, thread, name, and the file or socket. What the
 * program starts is left alone. It ends as the program does.
 *
 * strace can do both, but counts the calls of each thread apart: those of a second thread would be hidden behind
 * those of the first, and one fault would strike several threads.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* What makes a call count. */
enum condition { always, creating, to_outside, with_socket, if_failing };

struct call {
    long number;
    const char *name;
    enum condition condition;
};

static const struct call calls[] = {
    {SYS_openat, "openat", creating},
    {SYS_write, "write", to_outside},
    {SYS_writev, "writev", to_outside},
    {SYS_pwrite64, "pwrite64", to_outside},
    {SYS_pwritev, "pwritev", to_outside},
    {SYS_sendto, "sendto", always},
    {SYS_sendmsg, "sendmsg", always},
    {SYS_sendmmsg, "sendmmsg", always},
    {SYS_read, "read", with_socket},
    {SYS_readv, "readv", with_socket},
    {SYS_pread64, "pread64", if_failing},
    {SYS_newfstatat, "newfstatat", if_failing},
    {SYS_fstat, "fstat", if_failing},
    {SYS_getdents64, "getdents64", if_failing},
    {SYS_lseek, "lseek", if_failing},
    {SYS_memfd_create, "memfd_create", if_failing},
    {SYS_recvfrom, "recvfrom", always},
    {SYS_recvmsg, "recvmsg", always},
    {SYS_socket, "socket", always},
    {SYS_connect, "connect", always},
    {SYS_shutdown, "shutdown", always},
    {SYS_close, "close", with_socket},
    {SYS_mkdirat, "mkdirat", always},
    {SYS_linkat, "linkat", always},
    {SYS_unlinkat, "unlinkat", always},
    {SYS_renameat2, "renameat2", always},
    {SYS_symlinkat, "symlinkat", always},
    {SYS_ftruncate, "ftruncate", always},
    {SYS_fallocate, "fallocate", always},
    {SYS_copy_file_range, "copy_file_range", always},
    {SYS_sendfile, "sendfile", always},
    {SYS_splice, "splice", always},
    {SYS_fsync, "fsync", always},
    {SYS_fdatasync, "fdatasync", always},
    {SYS_syncfs, "syncfs", always},
    {SYS_sync_file_range, "sync_file_range", always},
    {SYS_flock, "flock", always},
    {SYS_fchmod, "fchmod", always},
    {SYS_fchmodat, "fchmodat", always},
    {SYS_fchown, "fchown", always},
    {SYS_fchownat, "fchownat", always},
    {SYS_utimensat, "utimensat", always},
#ifdef SYS_open
    {SYS_creat, "creat", always},
    {SYS_mkdir, "mkdir", always},
    {SYS_link, "link", always},
    {SYS_unlink, "unlink", always},
    {SYS_rmdir, "rmdir", always},
    {SYS_rename, "rename", always},
    {SYS_renameat, "renameat", always},
    {SYS_symlink, "symlink", always},
    {SYS_chmod, "chmod", always},
    {SYS_chown, "chown", always},
#endif
};

/* What a descriptor of a thread is; empty if it is none. */
static void describe(pid_t thread, long descriptor, char *text, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%ld", (int)thread, descriptor);
    ssize_t length = readlink(path, text, size - 1);
    text[length > 0 ? length : 0] = 0;
}

/* The call that a thread begins, if it counts. */
static const struct call *counted(
    pid_t thread, const struct __ptrace_syscall_info *info, int is_failing, char *file, size_t size) {
    for (size_t index = 0; index < sizeof calls / sizeof *calls; index++) {
        const struct call *call = &calls[index];
        if ((long)info->entry.nr != call->number) continue;
        describe(thread, (int)info->entry.args[0], file, size);
        int is_of_threads = strncmp(file, "anon_inode:", 11) == 0;
        int is_socket = strncmp(file, "socket:", 7) == 0;
        switch (call->condition) {
        case always: return call;
        case creating:
            return is_failing || info->entry.args[2] & (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY)) ? call : NULL;
        case to_outside: return is_of_threads ? NULL : call;
        case with_socket: return is_socket || (is_failing && !is_of_threads) ? call : NULL;
        case if_failing: return is_failing ? call : NULL;
        }
    }
    return NULL;
}

/* Has the call that a thread begins not be carried out. */
static void skip(pid_t thread) {
#if defined(__x86_64__)
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, thread, 0, &registers);
    registers.orig_rax = -1;
    ptrace(PTRACE_SETREGS, thread, 0, &registers);
#elif defined(__aarch64__)
    int number = -1;
    struct iovec part = {&number, sizeof number};
    ptrace(PTRACE_SETREGSET, thread, 0x404 /* NT_ARM_SYSTEM_CALL */, &part);
#endif
}

/* What the call that a thread has ended gives. */
static void give(pid_t thread, long result) {
#if defined(__x86_64__)
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, thread, 0, &registers);
    registers.rax = result;
    ptrace(PTRACE_SETREGS, thread, 0, &registers);
#elif defined(__aarch64__)
    struct user_regs_struct registers;
    struct iovec part = {&registers, sizeof registers};
    ptrace(PTRACE_GETREGSET, thread, 1 /* NT_PRSTATUS */, &part);
    registers.regs[0] = result;
    ptrace(PTRACE_SETREGSET, thread, 1, &part);
#endif
}

static void end_as(int status) {
    if (WIFEXITED(status)) exit(WEXITSTATUS(status));
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    exit(1);
}

static pid_t start(char **words) {
    pid_t child = fork();
    if (child < 0) err(2, "fork");
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(words[0], words);
        err(2, "%s", words[0]);
    }
    int status;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) errx(2, "%s does not start", words[0]);
    if (ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL) != 0)
        err(2, "ptrace");
    ptrace(PTRACE_SYSCALL, child, 0, 0);
    return child;
}

int main(int argc, char **argv) {
    if (argc < 5) errx(2, "stop-at NUMBER KILL|ERRNO LOG PROGRAM ARGUMENT...");
    long wanted = atol(argv[1]), error = atol(argv[2]), count = 0;
    FILE *log = fopen(argv[3], "we");
    if (log == NULL) err(2, "%s", argv[3]);
    pid_t program = start(argv + 4), failing = 0;
    for (;;) {
        int status;
        pid_t thread = waitpid(-1, &status, __WALL);
        if (thread < 0 && errno == EINTR) continue;
        if (thread < 0) err(2, "waitpid");
        if (!WIFSTOPPED(status)) {
            if (thread != program) continue;
            fclose(log);
            end_as(status);
        }
        long deliver = 0;
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            struct __ptrace_syscall_info info;
            char file[4096];
            const struct call *call = NULL;
            if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0) {
                if (info.op == PTRACE_SYSCALL_INFO_ENTRY) call = counted(thread, &info, error > 0, file, sizeof file);
                if (info.op == PTRACE_SYSCALL_INFO_EXIT && thread == failing) {
                    give(thread, -error);
                    failing = 0;
                }
            }
            if (call != NULL) {
                count++;
                fprintf(log, "%ld %d %s %s\n", count, (int)thread, call->name, file);
                if (count == wanted && error > 0) {
                    skip(failing = thread);
                } else if (count == wanted) {
                    fflush(log);
                    kill(program, SIGKILL);
                }
            }
        } else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP) {
            deliver = WSTOPSIG(status);
        }
        ptrace(PTRACE_SYSCALL, thread, 0, deliver);
    }
}
