
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The life of a fetch: a connection of its own, a request, an answer, the
 * call of the handler.  Called by whatever needs a document of another
 * server: keys, introspection, later the exchange of tokens.  A fetch owns
 * its pool, in which it lies itself, its timer and its connection.
 *
 * All of it happens in the event loop, so that any step may end the fetch;
 * a function that was given one must not look at it after it went on.
 */


#include "ngx_http_mcp_fetch_inside.h"


#define NGX_HTTP_MCP_FETCH_POOL    4096
#define NGX_HTTP_MCP_FETCH_BUFFER  8192
#define NGX_HTTP_MCP_FETCH_TURNS   16      /* buffers read in one event */

#define NGX_HTTP_MCP_FETCH_AGENT    "mcp-nginx"
#define NGX_HTTP_MCP_FETCH_EXITING  "worker is shutting down"


static void ngx_http_mcp_fetch_begin(ngx_event_t *ev);
static void ngx_http_mcp_fetch_too_long(ngx_event_t *ev);
static const char *ngx_http_mcp_fetch_request(
    ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_connect(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_adopt(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_patience(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_event(ngx_event_t *ev);
static void ngx_http_mcp_fetch_connected(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_unreached(ngx_http_mcp_fetch_inside_t *in,
    const char *error);
static ngx_int_t ngx_http_mcp_fetch_test(ngx_connection_t *c);
#if (NGX_SSL)
static void ngx_http_mcp_fetch_handshake(ngx_http_mcp_fetch_inside_t *in);
#endif
static void ngx_http_mcp_fetch_send(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_read(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_step(ngx_http_mcp_fetch_inside_t *in,
    ngx_http_mcp_fetch_step_pt step, char *action, const char *late);
static void ngx_http_mcp_fetch_fail(ngx_http_mcp_fetch_inside_t *in,
    const char *error);
static void ngx_http_mcp_fetch_free(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_end(ngx_http_mcp_fetch_inside_t *in,
    ngx_int_t rc, const char *error);
static void ngx_http_mcp_fetch_release(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_close(ngx_http_mcp_fetch_inside_t *in);
static u_char *ngx_http_mcp_fetch_log(ngx_log_t *log, u_char *buf,
    size_t len);


ngx_http_mcp_fetch_t *
ngx_http_mcp_fetch_create(const ngx_http_mcp_fetch_conf_t *conf,
    ngx_log_t *log)
{
    ngx_pool_t                   *pool;
    ngx_http_mcp_fetch_inside_t  *in;

    pool = ngx_create_pool(NGX_HTTP_MCP_FETCH_POOL, log);
    if (pool == NULL) {
        return NULL;
    }

    in = ngx_pcalloc(pool, sizeof(ngx_http_mcp_fetch_inside_t));
    if (in == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    in->fetch.conf = conf;
    in->pool = pool;

    /* that of a request would be gone before us */

    in->log = *log;
    in->log.connection = 0;
    in->log.handler = ngx_http_mcp_fetch_log;
    in->log.data = in;
    in->log.action = NULL;

    pool->log = &in->log;

    in->timer.handler = ngx_http_mcp_fetch_begin;
    in->timer.data = in;
    in->timer.log = &in->log;
    in->timer.cancelable = 1;

    return &in->fetch;
}


ngx_pool_t *
ngx_http_mcp_fetch_pool(ngx_http_mcp_fetch_t *fetch)
{
    return ((ngx_http_mcp_fetch_inside_t *) fetch)->pool;
}


/* A timer, not a posted event: those of a worker's start would wait. */

void
ngx_http_mcp_fetch_start(ngx_http_mcp_fetch_t *fetch)
{
    ngx_http_mcp_fetch_inside_t  *in;

    in = (ngx_http_mcp_fetch_inside_t *) fetch;

    ngx_add_timer(&in->timer, 0);
}


void
ngx_http_mcp_fetch_hold(ngx_http_mcp_fetch_t *fetch)
{
    ngx_http_mcp_fetch_inside_t  *in;

    in = (ngx_http_mcp_fetch_inside_t *) fetch;

    if (in->ended) {
        return;
    }

    in->hold = 1;

    ngx_http_mcp_fetch_patience(in);
}


/* it may hold a token, and a secret of ours */

static void
ngx_http_mcp_fetch_free(ngx_http_mcp_fetch_inside_t *in)
{
    if (in->sent.len) {
        ngx_explicit_memzero(in->sent.data, in->sent.len);
    }

    ngx_destroy_pool(in->pool);
}


void
ngx_http_mcp_fetch_cancel(ngx_http_mcp_fetch_t *fetch)
{
    ngx_http_mcp_fetch_inside_t  *in;

    in = (ngx_http_mcp_fetch_inside_t *) fetch;

    if (in->ended) {
        return;
    }

    ngx_log_debug0(NGX_LOG_DEBUG_CORE, &in->log, 0, "mcp fetch cancelled");

    ngx_http_mcp_fetch_release(in);
    ngx_http_mcp_fetch_free(in);
}


static void
ngx_http_mcp_fetch_begin(ngx_event_t *ev)
{
    const char                   *error;
    ngx_http_mcp_fetch_t         *fetch;
    ngx_http_mcp_fetch_inside_t  *in;

    in = ev->data;
    fetch = &in->fetch;

    in->log.action = "starting";

    ngx_http_mcp_http_response_init(&fetch->response, in->pool, fetch->max);

    in->timer.handler = ngx_http_mcp_fetch_too_long;
    ngx_add_timer(&in->timer, NGX_HTTP_MCP_FETCH_ALL);

    if (ngx_exiting && !in->hold) {
        ngx_http_mcp_fetch_fail(in, NGX_HTTP_MCP_FETCH_EXITING);
        return;
    }

    error = ngx_http_mcp_fetch_url_parse(&fetch->url, fetch->insecure,
                                         &in->url);
    if (error == NULL) {
        error = ngx_http_mcp_fetch_request(in);
    }

    if (error) {
        ngx_http_mcp_fetch_fail(in, error);
        return;
    }

    ngx_log_debug3(NGX_LOG_DEBUG_CORE, &in->log, 0,
                   "mcp fetch for %V: %V from \"%V\"",
                   &fetch->who, &fetch->method, &in->url.text);

    in->log.action = "resolving a host";

    ngx_http_mcp_fetch_resolve(in);
}


static void
ngx_http_mcp_fetch_too_long(ngx_event_t *ev)
{
    ngx_http_mcp_fetch_fail(ev->data, "it took too long");
}


/* Writes the request with nothing in it but what was asked for. */

static const char *
ngx_http_mcp_fetch_request(ngx_http_mcp_fetch_inside_t *in)
{
    size_t                     len;
    u_char                    *p;
    ngx_http_mcp_fetch_t      *fetch;
    ngx_http_mcp_fetch_url_t  *url;

    fetch = &in->fetch;
    url = &in->url;

    len = fetch->method.len + url->target.len + url->text.len
          + fetch->headers.len + fetch->body.len + 2 * NGX_INT_T_LEN
          + sizeof(" / HTTP/1.1" CRLF "Host: :" CRLF
                   "User-Agent: " NGX_HTTP_MCP_FETCH_AGENT CRLF
                   "Connection: close" CRLF "Content-Length: " CRLF CRLF);

    p = ngx_pnalloc(in->pool, len);
    if (p == NULL) {
        return "no memory";
    }

    in->request.data = p;

    p = ngx_sprintf(p, "%V %s%V HTTP/1.1" CRLF "Host: %V", &fetch->method,
                    url->pathless ? "/" : "", &url->target, &url->text);

    if (url->port != (url->tls ? 443 : 80)) {
        p = ngx_sprintf(p, ":%ui", (ngx_uint_t) url->port);
    }

    p = ngx_sprintf(p, CRLF "User-Agent: " NGX_HTTP_MCP_FETCH_AGENT CRLF
                    "Connection: close" CRLF);

    if (fetch->body.len) {
        p = ngx_sprintf(p, "Content-Length: %uz" CRLF, fetch->body.len);
    }

    p = ngx_sprintf(p, "%V" CRLF "%V", &fetch->headers, &fetch->body);

    in->request.len = p - in->request.data;
    in->sent = in->request;

    return NULL;
}


void
ngx_http_mcp_fetch_resolved(ngx_http_mcp_fetch_inside_t *in,
    const char *error)
{
    if (error) {
        ngx_http_mcp_fetch_fail(in, error);
        return;
    }

    in->unreached = "host has no address";

    ngx_http_mcp_fetch_connect(in);
}


/* Tries the next address. */

static void
ngx_http_mcp_fetch_connect(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_int_t               rc;
    ngx_addr_t             *addr;
    ngx_peer_connection_t  *peer;

    peer = &in->peer;

    if (ngx_exiting && !in->hold) {

        /* idle connections were closed before; one made now would be left */

        ngx_http_mcp_fetch_fail(in, NGX_HTTP_MCP_FETCH_EXITING);
        return;
    }

    do {

        if (in->tried == in->naddrs) {
            ngx_http_mcp_fetch_fail(in, in->unreached);
            return;
        }

        addr = &in->addrs[in->tried++];

        ngx_memzero(peer, sizeof(ngx_peer_connection_t));

        peer->sockaddr = addr->sockaddr;
        peer->socklen = addr->socklen;
        peer->name = &addr->name;
        peer->get = ngx_event_get_peer;
        peer->log = &in->log;
        peer->log_error = NGX_ERROR_INFO;

        ngx_http_mcp_fetch_step(in, ngx_http_mcp_fetch_connected,
                                "connecting", "connecting timed out");

        rc = ngx_event_connect_peer(peer);

        in->unreached = "cannot connect";

    } while (rc == NGX_DECLINED);

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        ngx_http_mcp_fetch_fail(in, "cannot connect");
        return;
    }

    ngx_http_mcp_fetch_adopt(in);

    if (rc == NGX_OK) {
        ngx_http_mcp_fetch_connected(in);
        return;
    }

    ngx_add_timer(peer->connection->write, NGX_HTTP_MCP_FETCH_STEP);
}


static void
ngx_http_mcp_fetch_adopt(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_connection_t  *c;

    c = in->peer.connection;

    c->data = in;
    c->pool = in->pool;
    c->log = &in->log;
    c->log->connection = c->number;
    c->read->log = c->log;
    c->write->log = c->log;

    c->read->handler = ngx_http_mcp_fetch_event;
    c->write->handler = ngx_http_mcp_fetch_event;

    ngx_http_mcp_fetch_patience(in);
}


/*
 * Says to nginx whether a worker may leave while this runs: it waits for
 * timers that are not cancelable, and closes connections that are idle.
 */

static void
ngx_http_mcp_fetch_patience(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_connection_t  *c;

    in->timer.cancelable = !in->hold;

    if (in->resolving && in->resolving->event) {
        in->resolving->event->cancelable = !in->hold;
    }

    c = in->peer.connection;

    if (c) {
        c->idle = !in->hold;
        c->read->cancelable = !in->hold;
        c->write->cancelable = !in->hold;
    }
}


/* Any event of the connection. */

static void
ngx_http_mcp_fetch_event(ngx_event_t *ev)
{
    ngx_connection_t             *c;
    ngx_http_mcp_fetch_inside_t  *in;

    c = ev->data;
    in = c->data;

    /* c->error: "worker_shutdown_timeout" is over, and nobody is spared */

    if (c->close && (!in->hold || c->error)) {
        ngx_http_mcp_fetch_fail(in, NGX_HTTP_MCP_FETCH_EXITING);
        return;
    }

    if (!ev->timedout) {
        in->step(in);
        return;
    }

    if (in->step == ngx_http_mcp_fetch_connected) {
        ngx_http_mcp_fetch_unreached(in, in->late);
        return;
    }

    ngx_http_mcp_fetch_fail(in, in->late);
}


static void
ngx_http_mcp_fetch_connected(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_connection_t  *c;
#if (NGX_SSL)
    const char        *error;
#endif

    c = in->peer.connection;

    if (c->write->timer_set) {
        ngx_del_timer(c->write);
    }

    if (ngx_http_mcp_fetch_test(c) != NGX_OK) {
        ngx_http_mcp_fetch_unreached(in, "cannot connect");
        return;
    }

#if (NGX_SSL)

    if (in->url.tls) {
        error = ngx_http_mcp_fetch_tls_start(in);

        if (error) {
            ngx_http_mcp_fetch_fail(in, error);
            return;
        }

        ngx_http_mcp_fetch_step(in, ngx_http_mcp_fetch_handshake,
                                "agreeing on TLS", "TLS handshake timed out");
        ngx_http_mcp_fetch_handshake(in);
        return;
    }

#endif

    ngx_http_mcp_fetch_step(in, ngx_http_mcp_fetch_send,
                            "sending a request", "sending timed out");
    ngx_http_mcp_fetch_send(in);
}


static void
ngx_http_mcp_fetch_unreached(ngx_http_mcp_fetch_inside_t *in,
    const char *error)
{
    ngx_log_debug2(NGX_LOG_DEBUG_CORE, &in->log, 0,
                   "mcp fetch: %V: %s", in->peer.name, error);

    ngx_http_mcp_fetch_close(in);

    in->unreached = error;

    ngx_http_mcp_fetch_connect(in);
}


/* Did connect() succeed? */

static ngx_int_t
ngx_http_mcp_fetch_test(ngx_connection_t *c)
{
    int        err;
    socklen_t  len;

    err = 0;
    len = sizeof(int);

    /* Solaris gives the error to getsockopt() itself */

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    if (err) {
        (void) ngx_connection_error(c, err, "connect() failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


#if (NGX_SSL)

static void
ngx_http_mcp_fetch_handshake(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_int_t          rc;
    const char        *error;
    ngx_connection_t  *c;

    c = in->peer.connection;

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {

        /* nginx has put handlers of its own there, which know no c->close */

        c->read->handler = ngx_http_mcp_fetch_event;
        c->write->handler = ngx_http_mcp_fetch_event;

        if (!c->write->timer_set) {
            ngx_add_timer(c->write, NGX_HTTP_MCP_FETCH_STEP);
        }

        return;
    }

    if (rc != NGX_OK) {
        ngx_http_mcp_fetch_fail(in, "TLS handshake failed");
        return;
    }

    error = ngx_http_mcp_fetch_tls_verify(in);

    if (error) {
        ngx_http_mcp_fetch_fail(in, error);
        return;
    }

    if (c->write->timer_set) {
        ngx_del_timer(c->write);
    }

    ngx_http_mcp_fetch_step(in, ngx_http_mcp_fetch_send,
                            "sending a request", "sending timed out");
    ngx_http_mcp_fetch_send(in);
}

#endif


static void
ngx_http_mcp_fetch_send(ngx_http_mcp_fetch_inside_t *in)
{
    ssize_t            n;
    ngx_connection_t  *c;

    c = in->peer.connection;

    while (in->request.len) {

        n = c->send(c, in->request.data, in->request.len);

        if (n == NGX_AGAIN) {

            if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
                ngx_http_mcp_fetch_fail(in, "sending failed");
                return;
            }

            ngx_add_timer(c->write, NGX_HTTP_MCP_FETCH_STEP);
            return;
        }

        if (n < 1) {
            ngx_http_mcp_fetch_fail(in, "sending failed");
            return;
        }

        in->request.data += n;
        in->request.len -= n;
    }

    if (c->write->timer_set) {
        ngx_del_timer(c->write);
    }

    in->buffer = ngx_pnalloc(in->pool, NGX_HTTP_MCP_FETCH_BUFFER);

    if (in->buffer == NULL || ngx_handle_write_event(c->write, 0) != NGX_OK) {
        ngx_http_mcp_fetch_fail(in, "no memory");
        return;
    }

    ngx_http_mcp_fetch_step(in, ngx_http_mcp_fetch_read,
                            "reading a response", "response timed out");
    ngx_http_mcp_fetch_read(in);
}


static void
ngx_http_mcp_fetch_read(ngx_http_mcp_fetch_inside_t *in)
{
    ssize_t                        n;
    ngx_int_t                      rc;
    ngx_uint_t                     turns;
    ngx_connection_t              *c;
    ngx_http_mcp_http_response_t  *res;

    c = in->peer.connection;
    res = &in->fetch.response;

    for (turns = NGX_HTTP_MCP_FETCH_TURNS; turns; turns--) {

        n = c->recv(c, in->buffer, NGX_HTTP_MCP_FETCH_BUFFER);

        if (n == NGX_AGAIN) {

            if (ngx_handle_read_event(c->read, 0) != NGX_OK) {
                ngx_http_mcp_fetch_fail(in, "reading failed");
                return;
            }

            break;
        }

        if (n < 0) {
            ngx_http_mcp_fetch_fail(in, "reading failed");
            return;
        }

        rc = n ? ngx_http_mcp_http_response_read(res, in->buffer, n)
               : ngx_http_mcp_http_response_eof(res);

        switch (rc) {

        case NGX_AGAIN:
            break;

        case NGX_OK:
            ngx_http_mcp_fetch_end(in, NGX_OK, NULL);
            return;

        case NGX_DECLINED:
            ngx_http_mcp_fetch_fail(in, res->error);
            return;

        default: /* NGX_ERROR */
            ngx_http_mcp_fetch_fail(in, "no memory");
            return;
        }
    }

    if (turns == 0) {

        /* others shall have their turn, too */

        ngx_post_event(c->read, &ngx_posted_next_events);
    }

    ngx_add_timer(c->read, NGX_HTTP_MCP_FETCH_STEP);
}


/* What comes next: where events lead, how the log calls it, and the error
 * if it takes too long. */

static void
ngx_http_mcp_fetch_step(ngx_http_mcp_fetch_inside_t *in,
    ngx_http_mcp_fetch_step_pt step, char *action, const char *late)
{
    in->step = step;
    in->late = late;
    in->log.action = action;
}


static void
ngx_http_mcp_fetch_fail(ngx_http_mcp_fetch_inside_t *in, const char *error)
{
    ngx_http_mcp_fetch_end(in, NGX_ERROR, error);
}


static void
ngx_http_mcp_fetch_end(ngx_http_mcp_fetch_inside_t *in, ngx_int_t rc,
    const char *error)
{
    ngx_log_debug3(NGX_LOG_DEBUG_CORE, &in->log, 0,
                   "mcp fetch ended: %i, status %ui, %s", rc,
                   in->fetch.response.status, error ? error : "no error");

    ngx_http_mcp_fetch_release(in);

    in->fetch.rc = rc;
    in->fetch.error = error;

    in->fetch.handler(&in->fetch);

    ngx_http_mcp_fetch_free(in);
}


/* Gives back all but the pool. */

static void
ngx_http_mcp_fetch_release(ngx_http_mcp_fetch_inside_t *in)
{
    in->ended = 1;

    if (in->timer.timer_set) {
        ngx_del_timer(&in->timer);
    }

    ngx_http_mcp_fetch_unresolve(in);
    ngx_http_mcp_fetch_close(in);
}


static void
ngx_http_mcp_fetch_close(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_connection_t  *c;

    c = in->peer.connection;

    if (c == NULL) {
        return;
    }

    in->peer.connection = NULL;

#if (NGX_SSL)

    if (c->ssl) {
        ngx_http_mcp_fetch_tls_end(c);
    }

#endif

    ngx_close_connection(c);

    in->log.connection = 0;
}


static u_char *
ngx_http_mcp_fetch_log(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char                       *p;
    ngx_http_mcp_fetch_inside_t  *in;

    in = log->data;

    if (log->action == NULL) {
        return buf;
    }

    p = ngx_snprintf(buf, len, " while %s, fetch for %V, host: \"%V\"",
                     log->action, &in->fetch.who, &in->url.text);

    if (in->peer.name) {
        len -= p - buf;
        p = ngx_snprintf(p, len, ", server: %V", in->peer.name);
    }

    return p;
}
