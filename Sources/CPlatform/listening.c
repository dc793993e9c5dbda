#define _GNU_SOURCE
#include "CPlatform.h"
#include <arpa/inet.h>
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
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr *at = (struct sockaddr *)&v4;
    socklen_t length = sizeof v4;
    int on = 1;
    memset(&v4, 0, sizeof v4);
    memset(&v6, 0, sizeof v6);
    v4.sin_family = AF_INET;
    v6.sin6_family = AF_INET6;
    v4.sin_port = v6.sin6_port = htons(port);
    if (inet_pton(AF_INET, address, &v4.sin_addr) != 1) {
        if (inet_pton(AF_INET6, address, &v6.sin6_addr) != 1) {
            errno = EINVAL;
            return -1;
        }
        at = (struct sockaddr *)&v6;
        length = sizeof v6;
    }
    int descriptor = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(descriptor, at, length) != 0 || listen(descriptor, SOMAXCONN) != 0 ||
        getsockname(descriptor, at, &length) != 0)
        return failed(descriptor);
    *bound = ntohs(at->sa_family == AF_INET ? v4.sin_port : v6.sin6_port);
    return descriptor;
}

int postmaster_accept(int listener) { return accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK); }
