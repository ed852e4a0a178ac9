
/*
 * Copyright (C) mcp-nginx contributors
 *
 * A closed-loop HTTP/1.1 load generator, called by bench.py.  Each of its
 * connections sends its next request as soon as the answer before is
 * complete.
 *
 * Every answer is checked: the status is 200 and the body is that of a file,
 * byte for byte.  Eight 8s in the request, the JSON-RPC id, become another
 * number in every request; where the file has them too, the answer must
 * carry that number.  At both ends of the measured window the processor time
 * of the server's processes is read from /proc/PID/task/TID/schedstat.
 *
 * "spin" never sleeps: a server that is slower than the load would wake it
 * for each answer, and the server's core pays for that.
 *
 * Prints one JSON object.  Linux and loopback addresses only.
 */


#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>


#define MAX_CONNECTIONS  256
#define MAX_SECONDS      60
#define MAX_CORES        2
#define READ_SIZE        (256 * 1024)
#define HEADER_SIZE      16384
#define ID               "88888888"
#define ID_LEN           8


typedef struct {
    char    *data;
    size_t   len;
    char    *id;                /* where the eight 8s are, or NULL */
} text_t;


typedef struct {
    int       fd;
    int       in_body;
    int       wrong;
    int       status;
    char     *request;          /* its own copy, with an id of its own */
    char      id[ID_LEN + 1];
    size_t    sent;
    char      header[HEADER_SIZE];
    size_t    header_len;
    size_t    offset;           /* in the body */
    size_t    length;           /* of the body */
} conn_t;


typedef struct {
    double     cores[MAX_CORES];
    double     self;            /* seconds of this process */
    uint64_t   server;          /* nanoseconds */
    uint64_t   upstream;
    uint64_t   time;
} sample_t;


static text_t              request, expected;
static struct sockaddr_in  address;
static int                 epoll_fd;
static int                 patience = 50;   /* ms of a sleep */
static unsigned            next_id = 10000000;
static int                 recording;
static uint64_t            n_ok, n_status, n_body, n_socket;
static char                input[READ_SIZE];


static void
die(const char *text)
{
    perror(text);
    exit(2);
}


static uint64_t
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


static void
read_text(const char *name, text_t *text)
{
    FILE  *f;
    long   size;

    f = fopen(name, "r");

    if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
        die(name);
    }

    rewind(f);

    text->data = malloc(size + 1);
    text->len = size;

    if (text->data == NULL || fread(text->data, 1, size, f) != text->len) {
        die(name);
    }

    fclose(f);

    text->id = memmem(text->data, text->len, ID, ID_LEN);
}


static uint64_t
cpu_of_process(const char *pid)
{
    DIR                 *dir;
    FILE                *f;
    char                 name[300];
    uint64_t             sum;
    struct dirent       *entry;
    unsigned long long   ns;

    snprintf(name, sizeof(name), "/proc/%.20s/task", pid);

    dir = opendir(name);
    if (dir == NULL) {
        die(name);
    }

    sum = 0;

    while ((entry = readdir(dir))) {

        if (entry->d_name[0] == '.') {
            continue;
        }

        snprintf(name, sizeof(name), "/proc/%.20s/task/%.20s/schedstat",
                 pid, entry->d_name);

        f = fopen(name, "r");
        if (f == NULL) {
            continue;
        }

        if (fscanf(f, "%llu", &ns) == 1) {
            sum += ns;
        }

        fclose(f);
    }

    closedir(dir);

    return sum;
}


/* seconds that each core was busy, whoever used it */

static void
cpu_of_cores(double *busy)
{
    int                  core;
    FILE                *f;
    char                 line[512];
    unsigned long long   t[8];

    f = fopen("/proc/stat", "r");
    if (f == NULL) {
        die("/proc/stat");
    }

    while (fgets(line, sizeof(line), f)) {

        if (sscanf(line, "cpu%d %llu %llu %llu %llu %llu %llu %llu %llu",
                   &core, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6],
                   &t[7])
            == 9
            && core >= 0 && core < MAX_CORES)
        {
            busy[core] = (double) (t[0] + t[1] + t[2] + t[5] + t[6] + t[7])
                         / sysconf(_SC_CLK_TCK);
        }
    }

    fclose(f);
}


static void
sample(sample_t *s, const char *server, const char *upstream)
{
    struct rusage  usage;

    memset(s, 0, sizeof(sample_t));

    s->upstream = cpu_of_process(upstream);
    s->server = cpu_of_process(server);

    cpu_of_cores(s->cores);
    getrusage(RUSAGE_SELF, &usage);

    s->self = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
              + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    s->time = now();
}


static void
connection_open(conn_t *c)
{
    int                 one;
    struct epoll_event  ev;

    one = 1;

    c->fd = socket(AF_INET, SOCK_STREAM, 0);

    if (c->fd == -1
        || setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(int))
        || connect(c->fd, (struct sockaddr *) &address, sizeof(address))
        || fcntl(c->fd, F_SETFL, O_NONBLOCK))
    {
        die("connect");
    }

    ev.events = EPOLLIN;
    ev.data.ptr = c;

    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &ev)) {
        die("epoll_ctl");
    }
}


/* Requests are far smaller than a socket's buffer: each goes at once. */

static void
connection_send(conn_t *c)
{
    c->in_body = 0;
    c->wrong = 0;
    c->header_len = 0;
    c->offset = 0;

    if (request.id) {
        snprintf(c->id, sizeof(c->id), "%08u", next_id);
        memcpy(c->request + (request.id - request.data), c->id, ID_LEN);

        if (++next_id > 79999999) {
            next_id = 10000000;
        }
    }

    if (send(c->fd, c->request, request.len, MSG_NOSIGNAL)
        != (ssize_t) request.len)
    {
        /* seen again when the connection is read */

        n_socket++;
    }
}


static void
connection_done(conn_t *c)
{
    if (!recording) {
        return;
    }

    if (c->status != 200) {
        n_status++;

    } else if (c->wrong || c->offset != expected.len) {
        n_body++;

    } else {
        n_ok++;
    }
}


/* compares a piece of the body with what is expected at its place */

static void
connection_body(conn_t *c, const char *p, size_t n)
{
    size_t  id, len, at;

    at = c->offset;
    c->offset += n;

    if (c->offset > expected.len) {
        c->wrong = 1;
        return;
    }

    id = (request.id && expected.id) ? (size_t) (expected.id - expected.data)
                                     : expected.len;

    if (at < id) {
        len = (n < id - at) ? n : id - at;
        c->wrong |= memcmp(expected.data + at, p, len) != 0;

        at += len;
        p += len;
        n -= len;
    }

    if (n && at < id + ID_LEN) {
        len = (n < id + ID_LEN - at) ? n : id + ID_LEN - at;
        c->wrong |= memcmp(c->id + (at - id), p, len) != 0;

        at += len;
        p += len;
        n -= len;
    }

    if (n) {
        c->wrong |= memcmp(expected.data + at, p, n) != 0;
    }
}


/* takes a piece of the header, returns how much of it was the header's */

static size_t
connection_header(conn_t *c, const char *p, size_t n)
{
    char    *end, *value;
    size_t   before, take;

    before = c->header_len;
    take = sizeof(c->header) - 1 - before;
    take = (take < n) ? take : n;

    memcpy(c->header + before, p, take);
    c->header_len += take;
    c->header[c->header_len] = '\0';

    end = strstr(c->header, "\r\n\r\n");

    if (end == NULL) {
        if (c->header_len == sizeof(c->header) - 1) {
            fprintf(stderr, "loadgen: too large a header\n");
            exit(2);
        }

        return take;
    }

    end[2] = '\0';

    value = strcasestr(c->header, "\r\nContent-Length:");

    if (c->header_len < 12 || value == NULL) {
        fprintf(stderr, "loadgen: an answer without its length:\n%s",
                c->header);
        exit(2);
    }

    c->status = atoi(c->header + 9);
    c->length = strtoul(value + 17, NULL, 10);
    c->in_body = 1;

    return end + 4 - c->header - before;
}


/* returns 1 when an answer is complete */

static int
connection_feed(conn_t *c, const char *p, size_t n)
{
    size_t  len;

    if (!c->in_body) {
        len = connection_header(c, p, n);

        p += len;
        n -= len;
    }

    if (!c->in_body) {
        return 0;
    }

    if (n > c->length - c->offset) {
        c->wrong = 1;
        n = c->length - c->offset;
    }

    connection_body(c, p, n);

    return c->offset == c->length;
}


static void
connection_read(conn_t *c)
{
    ssize_t  n;

    for ( ;; ) {
        n = recv(c->fd, input, sizeof(input), 0);

        if (n > 0) {
            if (connection_feed(c, input, n)) {
                connection_done(c);
                connection_send(c);
                return;
            }

            if (n < READ_SIZE) {
                return;
            }

            continue;
        }

        if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }

        /* the server keeps connections alive, so its end is an error */

        n_socket++;

        close(c->fd);
        connection_open(c);
        connection_send(c);

        return;
    }
}


static void
run_until(uint64_t end)
{
    int                 i, n;
    struct epoll_event  events[MAX_CONNECTIONS];

    while (now() < end) {
        n = epoll_wait(epoll_fd, events, MAX_CONNECTIONS, patience);

        for (i = 0; i < n; i++) {
            connection_read(events[i].data.ptr);
        }
    }
}


static void
print(const sample_t *a, const sample_t *b)
{
    double    wall, server, upstream;
    uint64_t  n;

    n = n_ok + n_status + n_body;
    wall = (b->time - a->time) / 1e9;
    server = (b->server - a->server) / 1e9;
    upstream = (b->upstream - a->upstream) / 1e9;

    printf("{\"n\":%llu,\"bad\":%llu,\"rps\":%.1f,\"cpu_us\":%.4f,"
           "\"server\":%.3f,\"foreign0\":%.3f,\"foreign1\":%.3f}\n",
           (unsigned long long) n,
           (unsigned long long) (n_status + n_body + n_socket),
           n / wall, n ? server * 1e6 / n : 0, server / wall,
           (b->cores[0] - a->cores[0] - server) / wall,
           (b->cores[1] - a->cores[1] - upstream - b->self + a->self)
           / wall);
}


/* server's core is 0; this process and the upstream are on core 1 */

int
main(int argc, char **argv)
{
    int          i, n, port;
    conn_t      *c;
    double       warm, seconds;
    uint64_t     start;
    sample_t     a, b;
    const char  *server, *upstream;

    if (argc < 9) {
        fprintf(stderr, "usage: loadgen PORT CONNECTIONS WARM SECONDS "
                "REQUEST-FILE BODY-FILE SERVER-PID UPSTREAM-PID [spin]\n");
        return 2;
    }

    port = atoi(argv[1]);
    n = atoi(argv[2]);
    warm = atof(argv[3]);
    seconds = atof(argv[4]);
    server = argv[7];
    upstream = argv[8];

    if (argc > 9) {
        patience = 0;
    }

    if (n < 1 || n > MAX_CONNECTIONS || warm + seconds > MAX_SECONDS) {
        fprintf(stderr, "loadgen: at most %d connections, %d seconds\n",
                MAX_CONNECTIONS, MAX_SECONDS);
        return 2;
    }

    read_text(argv[5], &request);
    read_text(argv[6], &expected);

    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    epoll_fd = epoll_create1(0);
    c = calloc(n, sizeof(conn_t));

    if (epoll_fd == -1 || c == NULL) {
        die("start");
    }

    for (i = 0; i < n; i++) {
        c[i].request = malloc(request.len);
        memcpy(c[i].request, request.data, request.len);

        connection_open(&c[i]);
    }

    for (i = 0; i < n; i++) {
        connection_send(&c[i]);
    }

    start = now();

    run_until(start + (uint64_t) (warm * 1e9));

    recording = 1;
    sample(&a, server, upstream);

    run_until(a.time + (uint64_t) (seconds * 1e9));

    sample(&b, server, upstream);
    print(&a, &b);

    return (n_status + n_body + n_socket) ? 1 : 0;
}
