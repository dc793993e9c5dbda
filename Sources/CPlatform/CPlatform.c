#define _GNU_SOURCE
#include <arpa/inet.h>
#include <malloc.h>
#include "CPlatform.h"
#include "address.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

const char *postmaster_strerror(int code) {
    const char *text = strerrordesc_np(code);
    return text ? text : "Unknown error";
}

/* NFS and FUSE mounts may be interrupted; that says nothing about the file. */
#define RIDING_OUT_EINTR(call)                        \
    do {                                              \
        int result;                                   \
        do result = (call);                           \
        while (result < 0 && errno == EINTR);         \
        return result;                                \
    } while (0)

int postmaster_open(const char *path, int flags, unsigned mode) { RIDING_OUT_EINTR(open(path, flags, mode)); }

int postmaster_openat(int directory, const char *path, int flags, unsigned mode) {
    RIDING_OUT_EINTR(openat(directory, path, flags, mode));
}

int postmaster_openat2_beneath(int directory, const char *path, int flags, unsigned mode) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (unsigned long long)flags;
    how.mode = (flags & O_CREAT) ? mode : 0;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int postmaster_rename_noreplace(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

enum { most_long_options = 64 };

struct postmaster_scan postmaster_next_option(int argc, char *const argv[], const char *short_options,
                                              const struct postmaster_option *long_options, size_t count,
                                              int restart) {
    struct option table[most_long_options + 1];
    struct postmaster_scan scan = {-1, argc, NULL, 0};
    if (count > most_long_options) return scan;
    memset(table, 0, sizeof table);
    for (size_t i = 0; i < count; i++) {
        table[i].name = long_options[i].name;
        table[i].has_arg = long_options[i].takes_value ? required_argument : no_argument;
        table[i].val = 256 + (int)i;
    }
    opterr = 0;
    if (restart) optind = 0;
    optarg = NULL;
    scan.option = getopt_long(argc, argv, short_options, table, NULL);
    scan.index = optind;
    scan.value = optarg;
    scan.culprit = optopt;
    return scan;
}

int postmaster_spawn(pid_t *child, char *const argv[], char *const envp[], int input, int output, int error,
                     const char *working_directory) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int code = posix_spawn_file_actions_init(&actions);
    if (code) return code;
    if ((code = posix_spawnattr_init(&attributes))) {
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    sigemptyset(&none);
    sigfillset(&all);
    if (working_directory) code = posix_spawn_file_actions_addchdir_np(&actions, working_directory);
    if (!code) code = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (!code) code = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!code && error >= 0) code = posix_spawn_file_actions_adddup2(&actions, error, 2);
    if (!code && error < 0) code = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (!code) code = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!code) code = posix_spawnattr_setsigmask(&attributes, &none);
    if (!code) code = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!code) code = posix_spawnattr_setpgroup(&attributes, 0);
    if (!code)
        code = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                         POSIX_SPAWN_SETPGROUP);
    if (!code) code = posix_spawn(child, argv[0], &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

void postmaster_count_line_ends(const unsigned char *bytes, size_t count, unsigned char *last, ssize_t *bare,
                                ssize_t *total) {
    if (!count) return;
    size_t all = bytes[0] == '\n', without = bytes[0] == '\n' && *last != '\r';
    /* Sums that fit into a byte are added sixteen at a time. */
    for (size_t i = 1; i < count;) {
        size_t end = count - i < 255 ? count : i + 255;
        unsigned char some = 0, bare_ones = 0;
        for (; i < end; i++) {
            unsigned char is_end = bytes[i] == '\n';
            some += is_end;
            bare_ones += is_end & (bytes[i - 1] != '\r');
        }
        all += some;
        without += bare_ones;
    }
    *last = bytes[count - 1];
    *bare += (ssize_t)without;
    *total += (ssize_t)all;
}

ssize_t postmaster_random(void *buffer, size_t count) { return getrandom(buffer, count, 0); }

extern char **environ;
char **postmaster_environment(void) { return environ; }
int postmaster_clear_environment(void) { return clearenv(); }

int postmaster_reserve(int descriptor, int64_t offset, int64_t count) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count);
}

int postmaster_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

int postmaster_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? flags : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

int postmaster_connect_unix(int type, const char *path) {
    struct sockaddr_un address;
    size_t length = strlen(path);
    memset(&address, 0, sizeof address);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path, length);
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        int code = errno;
        close(descriptor);
        errno = code;
        return -1;
    }
    return descriptor;
}

int postmaster_connect_tcp(const char *address, uint16_t port, int *is_pending) {
    union address to;
    int code, on = 1;
    *is_pending = 0;
    socklen_t length = address_of(address, port, &to);
    if (length == 0) return -1;
    int descriptor = socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    /* What is small and last would otherwise wait for an acknowledgement of what came before it. */
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(descriptor, &to.any, length) == 0) return descriptor;
    /* An interrupted one goes on by itself too. */
    if (errno == EINPROGRESS || errno == EINTR) {
        *is_pending = 1;
        return descriptor;
    }
    code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

int postmaster_socket_error(int descriptor) {
    int code = 0;
    socklen_t length = sizeof code;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno;
}

ssize_t postmaster_send_descriptor(int socket, const void *bytes, size_t count, int descriptor) {
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control;
    struct iovec vector = {(void *)bytes, count};
    struct msghdr message = {0};
    memset(&control, 0, sizeof control);
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.room;
    message.msg_controllen = sizeof control.room;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

int postmaster_setresuid(uid_t real, uid_t effective, uid_t saved) { return setresuid(real, effective, saved); }
int postmaster_setresgid(gid_t real, gid_t effective, gid_t saved) { return setresgid(real, effective, saved); }
int postmaster_getresuid(uid_t *real, uid_t *effective, uid_t *saved) { return getresuid(real, effective, saved); }
int postmaster_getresgid(gid_t *real, gid_t *effective, gid_t *saved) { return getresgid(real, effective, saved); }

int postmaster_fsync(int descriptor) { RIDING_OUT_EINTR(fsync(descriptor)); }
int postmaster_fdatasync(int descriptor) { RIDING_OUT_EINTR(fdatasync(descriptor)); }

void postmaster_keep_memory(void) {
    mallopt(M_TOP_PAD, 16 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
}
