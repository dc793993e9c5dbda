/* The least that a durable delivery to a Maildir can cost: one small C program that copies standard input to
 * tmp/, syncs the file, renames it into new/ and syncs new/. Every other program is measured in multiples of it.
 *
 *     floor MAILDIR < message
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 16];

static int copy(int from, int to) {
    ssize_t count;
    while ((count = read(from, buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0; done < count;) {
            ssize_t written = write(to, buffer + done, count - done);
            if (written < 0) return -1;
            done += written;
        }
    }
    return (int)count;
}

int main(int argc, char **argv) {
    if (argc != 2 || chdir(argv[1]) != 0) return 75;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char staged[128], published[128];
    snprintf(staged, sizeof staged, "tmp/%ld.M%ldP%d.floor", (long)now.tv_sec, now.tv_nsec / 1000, (int)getpid());
    snprintf(published, sizeof published, "new/%s", staged + 4);
    int file = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || copy(0, file) != 0) return 75;
    if (fsync(file) != 0 || close(file) != 0 || rename(staged, published) != 0) return 75;
    int directory = open("new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return directory < 0 || fsync(directory) != 0 ? 75 : 0;
}
