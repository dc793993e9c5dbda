/* Runs commands in turn, round after round, and prints what each run took.
 *
 *     spawn ROUNDS MESSAGE file|pipe SPEC
 *
 * SPEC holds one command after the other, separated by an empty line: first the directory whose files are
 * removed after each run, outside the time measured, then the words of the command, one a line. Interleaving
 * makes the machine's drift hit all commands alike; the order within a round is shuffled. One line of output
 * for each run: ROUND COMMAND MILLISECONDS KILOBYTES(peak) STATUS.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { max_commands = 16, max_words = 64 };

struct command {
    char *target;
    char *words[max_words + 1];
    int count;
};

extern char **environ;
static struct command commands[max_commands];
static int command_count;

static void read_spec(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) err(2, "%s", path);
    char *line = NULL;
    size_t capacity = 0;
    struct command *current = NULL;
    while (getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        if (*line == 0) {
            current = NULL;
        } else if (current == NULL) {
            if (command_count == max_commands) errx(2, "too many commands");
            current = &commands[command_count++];
            current->target = strdup(line);
        } else {
            if (current->count == max_words) errx(2, "too many words");
            current->words[current->count++] = strdup(line);
        }
    }
    fclose(file);
}

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void empty(const char *path) {
    DIR *directory = opendir(path);
    if (directory == NULL) return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.') unlinkat(dirfd(directory), entry->d_name, 0);
    closedir(directory);
}

/* Writes the message into a pipe; a reader that has gone is its own affair. */
static void feed(int from, int to) {
    static char buffer[1 << 16];
    ssize_t count;
    while ((count = read(from, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, written; done < count; done += written)
            if ((written = write(to, buffer + done, count - done)) < 0) return;
}

static void run(int round, int index, const char *message, int through_pipe) {
    struct command *command = &commands[index];
    int input = open(message, O_RDONLY | O_CLOEXEC);
    if (input < 0) err(2, "%s", message);
    int ends[2] = {input, -1};
    if (through_pipe && pipe2(ends, O_CLOEXEC) != 0) err(2, "pipe");

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    sync();
    double start = milliseconds();
    pid_t child;
    int error = posix_spawn(&child, command->words[0], &actions, NULL, command->words, environ);
    if (error != 0) errx(2, "%s: %s", command->words[0], strerror(error));
    close(ends[0]);
    if (through_pipe) {
        feed(input, ends[1]);
        close(ends[1]);
        close(input);
    }
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR) err(2, "wait4");
    double time = milliseconds() - start;
    posix_spawn_file_actions_destroy(&actions);
    empty(command->target);
    printf("%d %d %.4f %ld %d\n", round, index, time, usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(int argc, char **argv) {
    if (argc != 5) errx(2, "usage: spawn ROUNDS MESSAGE file|pipe SPEC");
    signal(SIGPIPE, SIG_IGN);
    read_spec(argv[4]);
    int order[max_commands];
    for (int index = 0; index < command_count; index++) order[index] = index;
    srand(1);
    int rounds = atoi(argv[1]);
    for (int round = -1; round < rounds; round++) {  /* round -1 warms up, and is not for the tables */
        for (int last = command_count - 1; last > 0; last--) {
            int other = rand() % (last + 1), swapped = order[last];
            order[last] = order[other];
            order[other] = swapped;
        }
        for (int index = 0; index < command_count; index++)
            run(round, order[index], argv[2], strcmp(argv[3], "pipe") == 0);
    }
    return 0;
}
