#ifndef POSTMASTER_CPLATFORM_H
#define POSTMASTER_CPLATFORM_H

/* What Swift cannot import from the C library as it stands: macros, variadic functions, globals,
 * functions that its overlay hides, and code that must be safe inside a signal handler. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

const char *postmaster_strerror(int code);

int postmaster_open(const char *path, int flags, unsigned mode);
int postmaster_openat(int directory, const char *path, int flags, unsigned mode);
/* A descriptor that only names a place: no rights are needed but to go there, and a link is itself. */
int postmaster_open_place(int directory, const char *name);
/* Opens beneath a directory, following no link at all; ENOSYS where the kernel cannot. */
int postmaster_openat2_beneath(int directory, const char *path, int flags, unsigned mode);
int postmaster_rename_noreplace(int from_directory, const char *from, int to_directory, const char *to);

/* One option of a command line: getopt_long without its messages and its globals. */
struct postmaster_option {
    const char *name;
    int takes_value;
};
struct postmaster_scan {
    int option;        /* short option, or 256 + index of a long one; '?' unknown, ':' value missing, -1 end */
    int index;         /* first operand once option is -1 */
    const char *value; /* or NULL */
    int culprit;       /* the option letter behind '?' and ':' */
};
struct postmaster_scan postmaster_next_option(int argc, char *const argv[], const char *short_options,
                                              const struct postmaster_option *long_options, size_t count,
                                              int restart);

/* From now on a trap, a fatal signal or the deadline ends the process with this exit status, after
 * the text was written to standard error. The handlers last as long as the process; a second call only
 * gives them another status and other texts. */
void postmaster_exit_on_signals(int status, const char *crash_text, const char *deadline_text, const char *stop_text);
/* Seconds until the deadline; 0 calls it off. */
void postmaster_set_deadline(unsigned seconds);
/* A file to remove before the process ends by a signal: a name in an open directory; -1 for none. */
void postmaster_set_litter(int directory, const char *name);

/* One child: argv[0] is the program's path. Descriptors 0, 1, 2 are given; all others are closed. */
int postmaster_spawn(pid_t *child, char *const argv[], char *const envp[], int input, int output, int error,
                     const char *working_directory);

/* The same on its own: a session of its own, /dev/null for 0, 1 and 2, and no child of ours. */
int postmaster_spawn_detached(char *const argv[], char *const envp[]);

/* From now on the first signal that asks the process to end is noted only, and the second one ends it. */
void postmaster_note_stops(void);
int postmaster_stop_is_noted(void);

/* How many CR LF, and LF without a CR before it; `last` is the byte before the first, and becomes the last. */
void postmaster_count_line_ends(const unsigned char *bytes, size_t count, unsigned char *last, ssize_t *bare,
                                ssize_t *total);

/* Linux calls that glibc declares only for _GNU_SOURCE. */
int postmaster_setresuid(uid_t real, uid_t effective, uid_t saved);
int postmaster_setresgid(gid_t real, gid_t effective, gid_t saved);
int postmaster_getresuid(uid_t *real, uid_t *effective, uid_t *saved);
int postmaster_getresgid(gid_t *real, gid_t *effective, gid_t *saved);

int postmaster_fsync(int descriptor);
int postmaster_fdatasync(int descriptor);
/* Room for a file, whose size stays. */
int postmaster_reserve(int descriptor, int64_t offset, int64_t count);
int postmaster_pipe(int *ends);
int postmaster_set_nonblocking(int descriptor);
/* A non-blocking Unix socket of the type, connected to the path, or -1 and errno. */
int postmaster_connect_unix(int type, const char *path);
/* A non-blocking TCP socket, connected to the address (in digits) or, then it is pending, on its way there; or -1. */
int postmaster_connect_tcp(const char *address, uint16_t port, int *is_pending);
/* A non-blocking Unix stream socket that listens at the path, which must not be there yet, with these permissions; or -1. */
int postmaster_listen_unix(const char *path, mode_t mode);
/* The same at an address (in digits) and port; 0 for any, and then that one is told. */
int postmaster_listen_tcp(const char *address, uint16_t port, uint16_t *bound);
/* The next connection, non-blocking, or -1 and errno: EAGAIN where there is none. */
int postmaster_accept(int listener);
/* What has gone wrong with a socket since one asked last, as an errno; 0 for nothing. */
int postmaster_socket_error(int descriptor);
/* Sends bytes, at least one, and with the first of them another descriptor of an open file. */
ssize_t postmaster_send_descriptor(int socket, const void *bytes, size_t count, int descriptor);

ssize_t postmaster_random(void *buffer, size_t count);
char **postmaster_environment(void);
int postmaster_clear_environment(void);

/* From now on malloc takes memory from the system in large pieces, and gives none back. */
void postmaster_keep_memory(void);

#endif
