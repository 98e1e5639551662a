/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/server.h"

#include "sandbox/mishap.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 511, LAST_ROUNDS = 16 };

/* ---- requests that wait ------------------------------------------------------------------------------------ */

static int64_t monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Most delays are alike, so a new one belongs near the end. */
static void waiting_enter(struct server *server, struct request *request)
{
	struct request *before = server->waiting_last;

	while (before && before->due > request->due)
		before = before->sooner;
	request->sooner = before;
	request->later = before ? before->later : server->waiting_first;
	*(before ? &before->later : &server->waiting_first) = request;
	*(request->later ? &request->later->sooner : &server->waiting_last) = request;
	server->waiting++;
}

static void waiting_leave(struct server *server, struct request *request)
{
	*(request->sooner ? &request->sooner->later : &server->waiting_first) = request->later;
	*(request->later ? &request->later->sooner : &server->waiting_last) = request->sooner;
	request->sooner = NULL;
	request->later = NULL;
	server->waiting--;
}

static void waiting_resume(struct server *server, int64_t until)
{
	struct request *request;

	while ((request = server->waiting_first) && request->due <= until) {
		waiting_leave(server, request);
		MHD_resume_connection(request->connection);
		server->resuming = true;
	}
}

size_t server_release_waiting(struct sandbox *sandbox)
{
	size_t count = sandbox->server.waiting;

	waiting_resume(&sandbox->server, INT64_MAX);
	return count;
}

/* True if the request is held back now. */
static bool request_wait(struct sandbox *sandbox, struct request *request, bool behind)
{
	int64_t delay = request_delay(sandbox, request, behind);

	if (!delay || sandbox->server.stopping)
		return false;
	request->due = monotonic_ms() + delay;
	waiting_enter(&sandbox->server, request);
	MHD_suspend_connection(request->connection);
	return true;
}

/* ---- routing ----------------------------------------------------------------------------------------------- */

static bool route_matches(const struct route *route, struct request *request)
{
	size_t prefix = strlen(route->prefix), size = strlen(request->path), suffix;

	if (!route->suffix)
		return strcmp(route->prefix, request->path) == 0;
	suffix = strlen(route->suffix);
	if (size <= prefix + suffix || memcmp(request->path, route->prefix, prefix) != 0 ||
	    strcmp(request->path + size - suffix, route->suffix) != 0)
		return false;
	size -= prefix + suffix;
	if (size >= sizeof(request->part) || (!route->deep && memchr(request->path + prefix, '/', size)))
		return false;
	memcpy(request->part, request->path + prefix, size);
	request->part[size] = '\0';
	return true;
}

static bool peer_is_loopback(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;

	if (address && address->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
	return address && address->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

/* Whose a path is that no route serves. */
static enum route_family path_family(const char *path)
{
	if (strncmp(path, "/api/", 5) == 0)
		return FAMILY_AZURE;
	if (strncmp(path, "/rp/", 4) == 0)
		return FAMILY_AZURE;
	return strncmp(path, "/v1/", 4) == 0 || strncmp(path, "/v1beta/", 8) == 0 ? FAMILY_GOOGLE : FAMILY_CONTROL;
}

/* The route of a request; the last one, which serves nothing, where there is none.  The control interface does not even
 * exist for other machines. */
static void request_route(struct request *request)
{
	const struct route *route = routes, *other = NULL;

	for (; route->handle; route++) {
		if (!route_matches(route, request) ||
		    (route->family == FAMILY_CONTROL && !peer_is_loopback(request->connection)))
			continue;
		if (strcmp(route->method, request->method) == 0)
			break;
		other = route;
	}
	request->allow = !route->handle && other ? other->method : NULL;
	request->route = route;
	request->family = route->handle ? route->family : path_family(request->path);
}

/* ---- answering --------------------------------------------------------------------------------------------- */

struct cut_body {
	char *data;
	size_t end;
};

static ssize_t cut_read(void *context, uint64_t position, char *out, size_t room)
{
	const struct cut_body *cut = context;
	size_t size = position < cut->end ? cut->end - (size_t)position : 0;

	if (!size)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (size > room)
		size = room;
	memcpy(out, cut->data + position, size);
	return (ssize_t)size;
}

static void cut_free(void *context)
{
	struct cut_body *cut = context;

	free(cut->data);
	free(cut);
}

/* Hands the reply's body over to a response. */
static struct MHD_Response *response_new(const struct sandbox *sandbox, struct request *request)
{
	struct buffer *body = &request->reply.body;
	size_t size = body->size, end = request_cut(sandbox, request);
	struct MHD_Response *response;
	struct cut_body *cut;

	if (end == SIZE_MAX) {
		response = MHD_create_response_from_buffer(size, body->data ? body->data : (void *)(uintptr_t) "",
							   body->data ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	} else {
		cut = calloc(1, sizeof(*cut));
		if (!cut)
			return NULL;
		*cut = (struct cut_body){.data = body->data, .end = end};
		response = MHD_create_response_from_callback(size, 4096, cut_read, cut, cut_free);
		if (!response)
			free(cut);
	}
	if (response)
		*body = buffer_init(body->ceiling);
	return response;
}

static const char *server_date(struct sandbox *sandbox)
{
	int64_t second = calendar_now(&sandbox->calendar) / APOLLO_MICRO;

	if (second != sandbox->server.date_second) {
		calendar_http(second * APOLLO_MICRO, sandbox->server.date);
		sandbox->server.date_second = second;
	}
	return sandbox->server.date;
}

static enum MHD_Result request_reply(struct sandbox *sandbox, struct request *request)
{
	const struct reply *reply = &request->reply;
	struct MHD_Response *response;
	enum MHD_Result result;

	journal_note(sandbox, request, reply->status);
	response = response_new(sandbox, request);
	if (!response)
		return MHD_NO;
	(void)MHD_add_response_header(response, "Content-Type", reply->type);
	(void)MHD_add_response_header(response, "Date", server_date(sandbox));
	for (size_t i = 0; i < reply->header_count; i++)
		(void)MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
	result = MHD_queue_response(request->connection, reply->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result request_vanish(struct sandbox *sandbox, struct request *request)
{
	journal_note(sandbox, request, 0);
	return MHD_NO;
}

static enum MHD_Result request_answer(struct sandbox *sandbox, struct request *request)
{
	if (request->stage == STAGE_READING) {
		request->stage = STAGE_BEFORE;
		faults_plan(sandbox, request, &request->plan);
		if (request_wait(sandbox, request, false))
			return MHD_YES;
	}
	if (request->stage == STAGE_BEFORE) {
		if (request->plan.of[FAULT_CLOSE])
			return request_vanish(sandbox, request);
		request->stage = STAGE_BEHIND;
		request_take(sandbox, request);
		if (request_wait(sandbox, request, true))
			return MHD_YES;
	}
	if (request->plan.of[FAULT_LOSE_REPLY])
		return request_vanish(sandbox, request);
	return request_reply(sandbox, request);
}

/* ---- what libmicrohttpd calls ------------------------------------------------------------------------------ */

static struct request *request_new(struct MHD_Connection *connection, const char *path, const char *method)
{
	struct request *request = calloc(1, sizeof(*request));

	if (!request)
		return NULL;
	request->connection = connection;
	(void)snprintf(request->method, sizeof(request->method), "%s", method);
	request->path_cut = (size_t)snprintf(request->path, sizeof(request->path), "%s", path) >= sizeof(request->path);
	request_route(request);
	request->body = buffer_init(request->route->body_max + 1);
	request->reply.body = buffer_init(REPLY_BODY_MAX);
	return request;
}

static void request_append(struct request *request, const char *data, size_t size)
{
	size_t room = request->body.ceiling - request->body.size;

	(void)buffer_append(&request->body, data, size < room ? size : room);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
				  const char *method, const char *version, const char *data, size_t *size, void **mine)
{
	struct request *request = *mine;

	(void)version;
	if (!request) {
		*mine = request_new(connection, path, method);
		return *mine ? MHD_YES : MHD_NO;
	}
	if (*size) {
		request_append(request, data, *size);
		*size = 0;
		return buffer_failed(&request->body) ? MHD_NO : MHD_YES;
	}
	return request_answer(context, request);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **mine,
			 enum MHD_RequestTerminationCode code)
{
	struct request *request = *mine;

	(void)context;
	(void)connection;
	(void)code;
	if (!request)
		return;
	buffer_release(&request->body);
	buffer_release(&request->reply.body);
	free(request);
	*mine = NULL;
}

/* ---- the loop ---------------------------------------------------------------------------------------------- */

static int loop_timeout(const struct server *server)
{
	MHD_UNSIGNED_LONG_LONG own = 0;
	int64_t timeout = -1, wait;

	/* The library does not wake its own loop for what a handler resumed. */
	if (server->resuming)
		return 0;
	if (MHD_get_timeout(server->daemon, &own) == MHD_YES)
		timeout = own > INT32_MAX ? INT32_MAX : (int64_t)own;
	if (server->waiting_first) {
		wait = server->waiting_first->due - monotonic_ms();
		if (wait < 0)
			wait = 0;
		if (timeout < 0 || wait < timeout)
			timeout = wait;
	}
	return (int)timeout;
}

static void *server_loop(void *context)
{
	struct sandbox *sandbox = context;
	struct server *server = &sandbox->server;
	struct pollfd polled[2] = {
		{.fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, .events = POLLIN},
		{.fd = server->stop_event, .events = POLLIN}};

	while (!polled[1].revents) {
		(void)poll(polled, 2, loop_timeout(server));
		waiting_resume(server, monotonic_ms());
		server->resuming = false;
		(void)MHD_run(server->daemon);
	}
	server->stopping = true;
	(void)server_release_waiting(sandbox);
	for (int i = 0; i < LAST_ROUNDS; i++)
		(void)MHD_run(server->daemon);
	return NULL;
}

/* ---- start and stop ---------------------------------------------------------------------------------------- */

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static int address_read(const char *listen, uint16_t port, bool reachable, union address *address, struct error *error)
{
	bool loopback;

	*address = (union address){.any = {.sa_family = AF_INET}};
	if (inet_pton(AF_INET, listen, &address->four.sin_addr) == 1) {
		address->four.sin_port = htons(port);
		loopback = ntohl(address->four.sin_addr.s_addr) >> 24 == 127;
	} else if (inet_pton(AF_INET6, listen, &address->six.sin6_addr) == 1) {
		address->six.sin6_family = AF_INET6;
		address->six.sin6_port = htons(port);
		loopback = IN6_IS_ADDR_LOOPBACK(&address->six.sin6_addr);
	} else {
		return error_set(error, ERROR_USAGE, "%s is no numeric address to listen on", listen);
	}
	if (loopback || reachable)
		return 0;
	(void)error_set(error, ERROR_USAGE, "%s can be reached from other machines", listen);
	return error_hint(error, "a sandbox belongs on 127.0.0.1; --public allows this address all the same");
}

static int thread_start(struct sandbox *sandbox, struct error *error)
{
	sigset_t all, before;
	int code;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&sandbox->server.thread, NULL, server_loop, sandbox);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (code)
		return error_set(error, ERROR_IO, "cannot start the server's thread");
	sandbox->server.running = true;
	return 0;
}

int server_start(struct sandbox *sandbox, const char *listen, uint16_t port, bool reachable, struct error *error)
{
	const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
	struct server *server = &sandbox->server;
	union address address;
	int code = address_read(listen, port, reachable, &address, error);

	if (code < 0)
		return code;
	server->date_second = -1;
	server->stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (server->stop_event < 0)
		return error_errno(error, "cannot make an event to stop the server with");
	server->daemon = MHD_start_daemon(
		flags | (address.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0u), 0, NULL, NULL, on_request, sandbox,
		MHD_OPTION_SOCK_ADDR, &address.any, MHD_OPTION_NOTIFY_COMPLETED, on_completed, sandbox,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_IDLE,
		MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)BACKLOG, MHD_OPTION_END);
	if (!server->daemon)
		return error_errno(error, "cannot listen on %s, port %u", listen, port);
	server->port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	(void)snprintf(sandbox->url, sizeof(sandbox->url), strchr(listen, ':') ? "http://[%s]:%u" : "http://%s:%u",
		       listen, server->port);
	return thread_start(sandbox, error);
}

void server_stop(struct sandbox *sandbox)
{
	struct server *server = &sandbox->server;

	if (server->running) {
		(void)eventfd_write(server->stop_event, 1);
		(void)pthread_join(server->thread, NULL);
		server->running = false;
	}
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	server->daemon = NULL;
	if (server->stop_event >= 0)
		(void)close(server->stop_event);
	server->stop_event = -1;
}
