#define _GNU_SOURCE
#include "CPlatform.h"
#include "address.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int failed(int descriptor) {
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

int postmaster_listen_unix(const char *path, mode_t mode) {
    struct sockaddr_un address;
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    /* bind() makes the file with the socket's mode, as far as the umask lets it. A chmod() of the path could meet another
       file that somebody has put there meanwhile. */
    mode_t before = umask(0);
    int code = fchmod(descriptor, mode) == 0 ? bind(descriptor, (struct sockaddr *)&address, sizeof address) : -1;
    umask(before);
    if (code != 0) return failed(descriptor);
    /* The socket is ours from here on: what fails must not leave it. */
    if (listen(descriptor, SOMAXCONN) != 0) {
        int code = errno;
        unlink(path);
        errno = code;
        return failed(descriptor);
    }
    return descriptor;
}

int postmaster_listen_tcp(const char *address, uint16_t port, uint16_t *bound) {
    union address at;
    int on = 1;
    socklen_t length = address_of(address, port, &at);
    if (length == 0) return -1;
    int descriptor = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(descriptor, &at.any, length) != 0 || listen(descriptor, SOMAXCONN) != 0 ||
        getsockname(descriptor, &at.any, &length) != 0)
        return failed(descriptor);
    *bound = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    return descriptor;
}

int postmaster_accept(int listener) { return accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK); }
