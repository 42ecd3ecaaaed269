/*
 * A load generator for gateways: a fixed rate, or as much as goes through. One thread, epoll, keep-alive.
 *
 *   load -u http://ADDRESS:PORT/PATH -b BODYFILE [-c CONNECTIONS] [-d SECONDS] [-n REQUESTS] [-r RATE] [-i SECONDS]
 *        [-H 'Name: value']... [-s]
 *
 *   -c  connections; default 32
 *   -d  how long, in s; default 5
 *   -n  sends so many requests and ends when they are over
 *   -r  requests a second. Times count from when a request was due, so that a slow gateway cannot hide behind requests that it has
 *       kept from being sent. Without -r each connection sends the next request as soon as it has its answer.
 *   -i  prints a line of sums so far every so many s, too
 *   -s  answers are streams: the time to the first byte of the body, and whether [DONE] came
 *
 * Prints a line of JSON: times in us; "ok" answers with status 200 that came to their end, "unfinished" streams with status 200
 * that ended without [DONE], "broken" connections that ended within an answer, "status" all other answers by status, "busy"
 * requests that had no answer at the end, "first" answers of which the first byte came.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SIZE, DATA, DATA_END, TRAILER, TRAILER_LINE }; /* where a chunked body is */
static const char DONE[] = "[DONE]";

typedef struct {
    int fd, busy, closes;
    int in_body, status, chunked, state, done;
    long length, got, left; /* length: -1 if not given; left: of this chunk, -1 within a chunk's extension */
    int head_length;
    char head[8192];
    long long due;
} Conn;

typedef struct { unsigned *values; long n, cap; } Times;

static struct sockaddr_in address;
static int poll_fd, streams;
static char *request;
static int request_length;
static Conn *conns, **idle;
static int conn_count, idle_count;
static Times whole, first;
static long ok, unfinished, broken, late, by_status[600];

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void add(Times *times, long long ns) {
    if (times->n == times->cap) {
        times->cap = times->cap ? times->cap * 2 : 1 << 16;
        times->values = realloc(times->values, times->cap * sizeof *times->values);
    }
    times->values[times->n++] = ns / 1000;
}

static int ascending(const void *a, const void *b) {
    unsigned x = *(unsigned *)a, y = *(unsigned *)b;
    return x < y ? -1 : x > y;
}

static unsigned quantile(Times *times, double share) {
    long at = times->n * share;
    return times->n ? times->values[at < times->n ? at : times->n - 1] : 0;
}

static int reopen(Conn *conn) {
    if (conn->fd >= 0) close(conn->fd);
    conn->fd = socket(AF_INET, SOCK_STREAM, 0);
    conn->busy = 0;
    if (conn->fd < 0 || connect(conn->fd, (void *)&address, sizeof address)) return -1;
    int on = 1;
    setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(conn->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {EPOLLIN, {.ptr = conn}};
    return epoll_ctl(poll_fd, EPOLL_CTL_ADD, conn->fd, &event);
}

static void release(Conn *conn, int anew) {
    conn->busy = 0;
    if (!anew || !reopen(conn)) idle[idle_count++] = conn;
}

static void fire(Conn *conn, long long due) {
    int fd = conn->fd;
    memset(conn, 0, offsetof(Conn, head));
    conn->fd = fd;
    conn->busy = 1;
    conn->length = -1;
    conn->due = due;
    if (send(fd, request, request_length, MSG_NOSIGNAL) == request_length) return;
    broken++;
    release(conn, 1);
}

static void finish(Conn *conn, long long now) {
    if (conn->status == 200 && streams && conn->done < (int)sizeof DONE - 1) unfinished++;
    else if (conn->status == 200) ok++, add(&whole, now - conn->due);
    else by_status[conn->status % 600]++;
    release(conn, conn->closes);
}

static int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; }

static void look_for_done(Conn *conn, const char *p, long n) {
    for (const char *end = p + n; p < end && DONE[conn->done]; p++)
        conn->done = *p == DONE[conn->done] ? conn->done + 1 : *p == DONE[0];
}

/* Takes bytes of a body; 1 when it is complete. */
static int take_body(Conn *conn, char *p, int n, long long now) {
    if (n > 0 && !conn->got && conn->status == 200) add(&first, now - conn->due);
    conn->got += n;
    if (!conn->chunked) return conn->length >= 0 && conn->got >= conn->length;
    for (char *end = p + n; p < end;) {
        long part = end - p < conn->left ? end - p : conn->left;
        switch (conn->state) {
        case SIZE:
            if (*p == '\n') conn->state = conn->left ? DATA : TRAILER;
            else if (hex(*p) >= 0) conn->left = conn->left * 16 + hex(*p);
            p++;
            break;
        case DATA:
            if (streams) look_for_done(conn, p, part);
            p += part;
            if (!(conn->left -= part)) conn->state = DATA_END;
            break;
        case DATA_END:
            if (*p++ == '\n') conn->state = SIZE;
            break;
        case TRAILER: /* an empty line ends it */
            if (*p == '\n') return 1;
            if (*p++ != '\r') conn->state = TRAILER_LINE;
            break;
        case TRAILER_LINE:
            if (*p++ == '\n') conn->state = TRAILER;
        }
    }
    return 0;
}

/* Takes bytes of a head; returns how many belonged to it, all of them as long as it has no end. */
static int take_head(Conn *conn, const char *p, int n) {
    int had = conn->head_length, room = sizeof conn->head - 1 - had;
    memcpy(conn->head + had, p, n < room ? n : room);
    conn->head_length += n < room ? n : room;
    conn->head[conn->head_length] = 0;
    char *end = strstr(conn->head, "\r\n\r\n"), *line;
    if (!end) return n;
    end[2] = 0;
    conn->in_body = 1;
    conn->status = atoi(conn->head + 9);
    if ((line = strcasestr(conn->head, "\ncontent-length:"))) conn->length = atol(line + 16);
    if ((line = strcasestr(conn->head, "\ntransfer-encoding:"))) conn->chunked = strcasestr(line, "chunked") != NULL;
    if ((line = strcasestr(conn->head, "\nconnection: close"))) conn->closes = 1;
    return end + 4 - conn->head - had;
}

static void receive(Conn *conn) {
    char bytes[65536];
    ssize_t n = recv(conn->fd, bytes, sizeof bytes, 0);
    long long now = now_ns();
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        int was_busy = conn->busy, complete = conn->in_body && !conn->chunked && conn->length < 0;
        conn->closes = 1;
        if (was_busy && complete) return finish(conn, now);
        broken += was_busy;
        if (was_busy) release(conn, 1);
        else reopen(conn);
        return;
    }
    int head = conn->in_body ? 0 : take_head(conn, bytes, n);
    if (!conn->busy || !conn->in_body) return;
    if (conn->length == 0 || take_body(conn, bytes + head, n - head, now)) finish(conn, now);
}

static void print_sums(double seconds, long busy) {
    printf("{\"secs\":%.3f,\"ok\":%ld,\"rps\":%.1f,\"unfinished\":%ld,\"broken\":%ld,\"late\":%ld,\"busy\":%ld,\"first\":%ld,\"status\":{",
           seconds, ok, ok / seconds, unfinished, broken, late, busy, first.n);
    const char *comma = "";
    for (int i = 0; i < 600; i++)
        if (by_status[i]) printf("%s\"%d\":%ld", comma, i, by_status[i]), comma = ",";
    printf("}");
}

static void read_options(int argc, char **argv, double *seconds, long *most, double *rate, double *interval) {
    char *url = "", host[64] = "", path[512] = "/", headers[8192] = "", *body = malloc(1 << 24);
    long body_length = -1;
    int port = 0;
    for (int option; (option = getopt(argc, argv, "u:b:c:d:n:r:i:H:s")) != -1;) {
        FILE *file;
        switch (option) {
        case 'u': url = optarg; break;
        case 'c': conn_count = atoi(optarg); break;
        case 'd': *seconds = atof(optarg); break;
        case 'n': *most = atol(optarg); break;
        case 'r': *rate = atof(optarg); break;
        case 'i': *interval = atof(optarg); break;
        case 's': streams = 1; break;
        case 'H': snprintf(headers + strlen(headers), sizeof headers - strlen(headers), "%s\r\n", optarg); break;
        case 'b':
            if (!(file = fopen(optarg, "rb"))) perror(optarg), exit(2);
            body_length = fread(body, 1, 1 << 24, file);
            fclose(file);
            break;
        default: exit(2);
        }
    }
    if (sscanf(url, "http://%63[^:/]:%d%511s", host, &port, path) < 2 || !inet_pton(AF_INET, host, &address.sin_addr) || body_length < 0)
        fprintf(stderr, "load: -u http://ADDRESS:PORT/PATH and -b FILE are needed; see the head of load.c\n"), exit(2);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    request = malloc(sizeof headers + 1024 + body_length);
    request_length = sprintf(request, "POST %s HTTP/1.1\r\nHost: %s:%d\r\n%sContent-Type: application/json\r\n"
                             "Accept: */*\r\nContent-Length: %ld\r\n\r\n", path, host, port, headers, body_length);
    memcpy(request + request_length, body, body_length);
    request_length += body_length;
}

/* Sends what is due; returns the ns until the next is. */
static long long send_due(long long start, long long now, double rate, long most, long *sent) {
    for (; idle_count && (!most || *sent < most); ++*sent) {
        long long due = rate > 0 ? start + (long long)(*sent * 1e9 / rate) : now;
        if (due > now) return due - now;
        late += now - due > 50000000;
        fire(idle[--idle_count], due);
    }
    return 1000000000;
}

int main(int argc, char **argv) {
    double seconds = 5, rate = 0, interval = 0;
    long most = 0, sent = 0, busy = 0;
    conn_count = 32;
    signal(SIGPIPE, SIG_IGN);
    read_options(argc, argv, &seconds, &most, &rate, &interval);
    poll_fd = epoll_create1(0);
    conns = calloc(conn_count, sizeof *conns);
    idle = calloc(conn_count, sizeof *idle);
    for (int i = 0; i < conn_count; i++) {
        conns[i].fd = -1;
        if (reopen(&conns[i])) return fprintf(stderr, "load: connection %d: %s\n", i + 1, strerror(errno)), 1;
        idle[idle_count++] = &conns[i];
    }
    long long start = now_ns(), end = start + (long long)(seconds * 1e9), tell = start + (long long)(interval * 1e9), now;
    struct epoll_event events[512];
    while ((now = now_ns()) < end) {
        long long wait = send_due(start, now, rate, most, &sent);
        if (interval > 0 && now >= tell) {
            print_sums((now - start) / 1e9, conn_count - idle_count);
            printf("}\n");
            fflush(stdout);
            tell += (long long)(interval * 1e9);
        }
        if (wait > end - now) wait = end - now;
        if (interval > 0 && wait > tell - now) wait = tell > now ? tell - now : 0;
        struct timespec until = {wait / 1000000000, wait % 1000000000};
        int n = epoll_pwait2(poll_fd, events, 512, &until, NULL);
        for (int i = 0; i < n; i++) receive(events[i].data.ptr);
        if (most && sent >= most && idle_count == conn_count) break;
    }
    for (int i = 0; i < conn_count; i++) busy += conns[i].busy;
    qsort(whole.values, whole.n, sizeof *whole.values, ascending);
    qsort(first.values, first.n, sizeof *first.values, ascending);
    print_sums((now_ns() - start) / 1e9, busy);
    printf(",\"p50\":%u,\"p99\":%u,\"max\":%u,\"first50\":%u,\"first99\":%u}\n", quantile(&whole, .5), quantile(&whole, .99),
           quantile(&whole, 1), quantile(&first, .5), quantile(&first, .99));
    return 0;
}
