/*
 * A mock of an OpenAI-compatible provider that costs next to nothing: one thread, epoll, HTTP/1.1 keep-alive, 127.0.0.1.
 *
 *   mock PORT[,NAME=VALUE...] ...      one listening port for each argument, up to 16
 *
 *   delay=MS      time before the first byte of an answer; default 0
 *   chunk=MS      time between two chunks of a stream; default 0
 *   errors=SHARE  share of requests, 0 to 1, that are answered with 503
 *   resets=SHARE  share whose connection is reset instead of an answer
 *   cuts=SHARE    share whose answer ends in its middle, and the connection with it
 *   slow=SHARE    share that takes 3 s longer
 *
 * "stream": true in a request's body asks for 20 chunks and [DONE]; anything else gets a chat.completion of 671 bytes.
 * GET /stats says what the port has done: {"requests":N,"streams":N,"keys":N,"errors":N,...}; keys counts the requests that
 * carried "Bearer sk-mock".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PORTS = 16, MAX_REQUEST = 1 << 20, CHUNKS = 20, SLOW_MS = 3000, WHOLE = -1 };
typedef enum { NONE, ERROR, RESET, CUT, SLOW, FAULTS } Fault;
static const char *fault_names[FAULTS] = {"none", "errors", "resets", "cuts", "slow"};

typedef struct {
    int fd, delay, chunk;
    double share[FAULTS];
    long requests, streams, keys, faults[FAULTS];
} Port;

typedef struct {
    Port *port;
    int fd, generation; /* a timer of an earlier connection in this place has another generation */
    int busy, next;     /* next chunk to send, or WHOLE */
    Fault fault;
    char *in, *out;     /* out: what the socket did not take */
    int in_len, in_cap, out_len, out_at;
} Conn;

typedef struct { long long due; Conn *conn; int generation; } Timer;

static Port ports[MAX_PORTS];
static int port_count, poll_fd;
static Timer *timers;
static int timer_count, timer_cap;
static Conn **spare;
static int spare_count, spare_cap;
static char whole[2048], failure[512], head[256], chunks[CHUNKS + 1][512];
static unsigned long long random_state = 88172645463325252ULL;

static const char COMPLETION[] =
    "{\"id\":\"chatcmpl-mock000000000000000000000001\",\"object\":\"chat.completion\",\"created\":1760000000,"
    "\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
    "\"The capital of France is Paris. It lies on the river Seine, has about two million inhabitants, and has been "
    "the political and cultural centre of the country for many centuries.\",\"refusal\":null},\"logprobs\":null,"
    "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":213,\"completion_tokens\":38,\"total_tokens\":251,"
    "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":"
    "{\"reasoning_tokens\":0,\"audio_tokens\":0}},\"service_tier\":\"default\",\"system_fingerprint\":\"fp_mock\"}";
static const char FAILURE[] = "{\"error\":{\"message\":\"mock failure\",\"type\":\"server_error\"}}";

static long long now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static double chance(void) { /* xorshift: the same faults in each run */
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) * (1.0 / (1ULL << 53));
}

static void prepare_answers(void) {
    sprintf(whole, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
            "x-request-id: req_mock\r\n\r\n%s", sizeof COMPLETION - 1, COMPLETION);
    sprintf(failure, "HTTP/1.1 503 Mock\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
            sizeof FAILURE - 1, FAILURE);
    strcpy(head, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
           "Transfer-Encoding: chunked\r\nx-request-id: req_mock\r\n\r\n");
    for (int i = 0; i <= CHUNKS; i++) {
        char event[400] = "data: [DONE]\n\n";
        if (i < CHUNKS)
            sprintf(event, "data: {\"id\":\"chatcmpl-mock01\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"
                    "\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token%02d\"},"
                    "\"logprobs\":null,\"finish_reason\":%s}]}\n\n", i, i == CHUNKS - 1 ? "\"stop\"" : "null");
        sprintf(chunks[i], "%zx\r\n%s\r\n%s", strlen(event), event, i == CHUNKS ? "0\r\n\r\n" : "");
    }
}

/* A heap of timers, the next one first. */
static void start_timer(Conn *conn, int ms) {
    if (timer_count == timer_cap) {
        timer_cap = timer_cap ? timer_cap * 2 : 1024;
        timers = realloc(timers, timer_cap * sizeof *timers);
    }
    Timer timer = {now_us() + ms * 1000LL, conn, conn->generation};
    int i = timer_count++;
    for (; i && timers[(i - 1) / 2].due > timer.due; i = (i - 1) / 2) timers[i] = timers[(i - 1) / 2];
    timers[i] = timer;
}

static Timer next_timer(void) {
    Timer first = timers[0], last = timers[--timer_count];
    int i = 0;
    for (int child; (child = 2 * i + 1) < timer_count; i = child) {
        if (child + 1 < timer_count && timers[child + 1].due < timers[child].due) child++;
        if (timers[child].due >= last.due) break;
        timers[i] = timers[child];
    }
    timers[i] = last;
    return first;
}

static void watch(int operation, int fd, int events, void *what) {
    struct epoll_event event = {events, {.ptr = what}};
    epoll_ctl(poll_fd, operation, fd, &event);
}

static void end(Conn *conn, int reset) {
    struct linger at_once = {1, 0};
    if (reset) setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(conn->fd);
    free(conn->out);
    conn->fd = -1;
    conn->generation++;
    conn->out = NULL;
    conn->fault = NONE;
    conn->in_len = conn->out_len = conn->out_at = conn->busy = 0;
    if (spare_count == spare_cap) {
        spare_cap = spare_cap ? spare_cap * 2 : 1024;
        spare = realloc(spare, spare_cap * sizeof *spare);
    }
    spare[spare_count++] = conn;
}

/* All of these return 0, or -1 if the connection must end. */
static int put(Conn *conn, const char *bytes, int n) {
    if (!conn->out) {
        ssize_t sent = send(conn->fd, bytes, n, MSG_NOSIGNAL);
        if (sent == n) return 0;
        if (sent < 0 && errno != EAGAIN) return -1;
        if (sent > 0) bytes += sent, n -= sent;
    }
    conn->out = realloc(conn->out, conn->out_len + n);
    memcpy(conn->out + conn->out_len, bytes, n);
    conn->out_len += n;
    watch(EPOLL_CTL_MOD, conn->fd, EPOLLIN | EPOLLOUT, conn);
    return 0;
}

static int flush(Conn *conn) {
    ssize_t sent = send(conn->fd, conn->out + conn->out_at, conn->out_len - conn->out_at, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    conn->out_at += sent;
    if (conn->out_at < conn->out_len) return 0;
    free(conn->out);
    conn->out = NULL;
    conn->out_len = conn->out_at = 0;
    watch(EPOLL_CTL_MOD, conn->fd, EPOLLIN, conn);
    return 0;
}

static int put_stream(Conn *conn) {
    for (;;) {
        char bytes[2048] = "";
        int chunk = conn->next++;
        if (chunk == CHUNKS / 2 && conn->fault == CUT) return -1;
        if (chunk == 0) strcat(bytes, head);
        strcat(bytes, chunks[chunk]);
        if (chunk == CHUNKS - 1) strcat(bytes, chunks[CHUNKS]);
        if (chunk == CHUNKS - 1) conn->busy = 0;
        if (put(conn, bytes, strlen(bytes))) return -1;
        if (!conn->busy) return 0;
        if (conn->port->chunk > 0) return start_timer(conn, conn->port->chunk), 0;
    }
}

static int answer(Conn *conn) {
    if (conn->fault == RESET) return -1;
    if (conn->fault != ERROR && conn->next != WHOLE) return put_stream(conn);
    const char *bytes = conn->fault == ERROR ? failure : whole;
    conn->busy = 0;
    if (conn->fault == CUT) return put(conn, bytes, strlen(bytes) - 300), -1;
    return put(conn, bytes, strlen(bytes));
}

static int put_stats(Conn *conn) {
    Port *port = conn->port;
    char json[512], bytes[1024];
    int n = sprintf(json, "{\"requests\":%ld,\"streams\":%ld,\"keys\":%ld", port->requests, port->streams, port->keys);
    for (Fault f = ERROR; f < FAULTS; f++) n += sprintf(json + n, ",\"%s\":%ld", fault_names[f], port->faults[f]);
    n = sprintf(bytes, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s}", n + 1, json);
    return put(conn, bytes, n);
}

static Fault draw(Port *port) {
    double at = chance();
    for (Fault f = ERROR; f < FAULTS; f++)
        if ((at -= port->share[f]) < 0) return f;
    return NONE;
}

static int serve(Conn *conn, char *headers, char *body, int length) {
    Port *port = conn->port;
    if (!strncmp(headers, "GET /stats", 10)) return put_stats(conn);
    char *key = memmem(headers, body - headers, "Bearer sk-mock", 14);
    char *stream = memmem(body, length, "\"stream\"", 8);
    if (stream) stream += 8 + strspn(stream + 8, " :");
    int streams = stream && *stream == 't';
    conn->fault = draw(port);
    conn->next = streams ? 0 : WHOLE;
    conn->busy = 1;
    port->requests++;
    port->streams += streams;
    port->keys += key != NULL;
    port->faults[conn->fault]++;
    int delay = port->delay + (conn->fault == SLOW ? SLOW_MS : 0);
    return delay > 0 ? start_timer(conn, delay), 0 : answer(conn);
}

static char *header(char *headers, char *end, const char *name) {
    for (char *line = headers; line < end; line++) {
        if (!strncasecmp(line, name, strlen(name))) return line + strlen(name) + strspn(line + strlen(name), " ");
        if (!(line = memchr(line, '\n', end - line))) break;
    }
    return NULL;
}

/* The length of a body that is there as a whole; -1 if more must come. */
static int body_length(char *headers, char *body, char *end) {
    char *length = header(headers, body, "content-length:");
    if (length) return end - body >= atoi(length) ? atoi(length) : -1;
    char *coding = header(headers, body, "transfer-encoding:");
    if (!coding || strncasecmp(coding, "chunked", 7)) return 0;
    for (char *chunk = body;;) {
        char *line_end = memmem(chunk, end - chunk, "\r\n", 2);
        if (!line_end) return -1;
        long size = strtol(chunk, NULL, 16);
        if (line_end + 2 + size + 2 > end) return -1;
        chunk = line_end + 2 + size + 2;
        if (!size) return chunk - body;
    }
}

/* Serves requests that have come as a whole, one after the other. */
static int serve_next(Conn *conn) {
    while (conn->in_len && !conn->busy) {
        conn->in[conn->in_len] = 0;
        char *blank = memmem(conn->in, conn->in_len, "\r\n\r\n", 4), *body = blank + 4;
        int length = blank ? body_length(conn->in, body, conn->in + conn->in_len) : -1;
        if (length < 0) return conn->in_len < MAX_REQUEST ? 0 : -1;
        if (serve(conn, conn->in, body, length)) return -1;
        conn->in_len -= body - conn->in + length;
        memmove(conn->in, body + length, conn->in_len);
    }
    return 0;
}

static int receive(Conn *conn) {
    if (conn->in_cap - conn->in_len < 8192) {
        conn->in_cap = conn->in_cap ? conn->in_cap * 2 : 16384;
        conn->in = realloc(conn->in, conn->in_cap + 1);
    }
    ssize_t n = recv(conn->fd, conn->in + conn->in_len, conn->in_cap - conn->in_len, 0);
    if (n <= 0) return n < 0 && errno == EAGAIN ? 0 : -1;
    conn->in_len += n;
    return serve_next(conn);
}

static void accept_all(Port *port) {
    int fd, on = 1;
    while ((fd = accept4(port->fd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Conn *conn = spare_count ? spare[--spare_count] : calloc(1, sizeof *conn);
        conn->fd = fd;
        conn->port = port;
        watch(EPOLL_CTL_ADD, fd, EPOLLIN, conn);
    }
}

static void open_port(char *argument) {
    Port *port = &ports[port_count++];
    int number = atoi(strtok(argument, ",")), on = 1;
    for (char *option; (option = strtok(NULL, ","));) {
        char *value = strchr(option, '=');
        int known = 0;
        if (value) *value++ = 0;
        if (value && !strcmp(option, "delay")) port->delay = atoi(value), known = 1;
        if (value && !strcmp(option, "chunk")) port->chunk = atoi(value), known = 1;
        for (Fault f = ERROR; value && f < FAULTS; f++)
            if (!strcmp(option, fault_names[f])) port->share[f] = atof(value), known = 1;
        if (!known) fprintf(stderr, "mock: '%s' is not an option; see the head of mock.c\n", option), exit(2);
    }
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(number), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    port->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(port->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(port->fd, (void *)&at, sizeof at) || listen(port->fd, 4096))
        fprintf(stderr, "mock: port %d: %s\n", number, strerror(errno)), exit(1);
    watch(EPOLL_CTL_ADD, port->fd, EPOLLIN, port);
}

static int is_port(void *what) { return (Port *)what >= ports && (Port *)what < ports + port_count; }

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    poll_fd = epoll_create1(0);
    prepare_answers();
    if (argc < 2 || argc > MAX_PORTS + 1) return fprintf(stderr, "usage: mock PORT[,NAME=VALUE...] ...\n"), 2;
    for (int i = 1; i < argc; i++) open_port(argv[i]);
    for (struct epoll_event events[512];;) {
        long long wait = timer_count ? timers[0].due - now_us() : 1000000;
        if (wait < 0) wait = 0;
        struct timespec until = {wait / 1000000, wait % 1000000 * 1000};
        int n = epoll_pwait2(poll_fd, events, 512, &until, NULL);
        for (int i = 0; i < n; i++) {
            Conn *conn = events[i].data.ptr;
            if (is_port(conn)) accept_all((Port *)conn);
            else if (conn->fd >= 0 && conn->out && events[i].events & EPOLLOUT && flush(conn)) end(conn, 0);
            else if (conn->fd >= 0 && events[i].events & ~EPOLLOUT && receive(conn)) end(conn, conn->fault == RESET);
        }
        for (long long now = now_us(); timer_count && timers[0].due <= now;) {
            Timer timer = next_timer();
            if (timer.conn->generation != timer.generation || timer.conn->fd < 0) continue;
            if (answer(timer.conn) || serve_next(timer.conn)) end(timer.conn, timer.conn->fault == RESET);
        }
    }
}
