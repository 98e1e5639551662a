/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/server.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 2048, HEAD_MAX = 32 << 10 };

struct connection {
	struct server *server;
	int number;
	int fd;
	SSL *ssl;
	pthread_t thread;
	char head[HEAD_MAX];
	size_t have;
};

struct server {
	int fd;
	char url[64];
	SSL_CTX *tls;
	server_handler handler;
	void *context;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t gate;
	bool open;
	bool stopping;
	pthread_cond_t ended;
	int held, open_at, active, busiest, live;
	struct connection *connections[CONNECTIONS_MAX];
	int connection_count;
	struct heard heard[SERVER_HEARD_MAX];
	int count;
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* ---- bytes ------------------------------------------------------------------------------------------------- */

static long bytes_read(struct connection *connection, void *data, size_t size)
{
	return connection->ssl ? SSL_read(connection->ssl, data, (int)size) : recv(connection->fd, data, size, 0);
}

static bool bytes_write(struct connection *connection, const char *data, size_t size)
{
	while (size > 0) {
		long sent = connection->ssl ? SSL_write(connection->ssl, data, (int)size)
					    : send(connection->fd, data, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		size -= (size_t)sent;
	}
	return true;
}

/* ---- one request ------------------------------------------------------------------------------------------- */

static void header_take(const char *head, const char *name, char *value, size_t room)
{
	size_t length = strlen(name);
	const char *line = head;

	value[0] = '\0';
	while ((line = strstr(line, "\r\n")) != NULL) {
		line += 2;
		if (strncasecmp(line, name, length) != 0 || line[length] != ':')
			continue;
		line += length + 1 + strspn(line + length + 1, " ");
		(void)snprintf(value, room, "%.*s", (int)strcspn(line, "\r\n"), line);
		return;
	}
}

/* Reads a head; its size with the empty line, or 0 at the end of the connection. */
static size_t head_read(struct connection *connection)
{
	for (;;) {
		char *end;
		long got;

		connection->head[connection->have] = '\0';
		end = strstr(connection->head, "\r\n\r\n");
		if (end)
			return (size_t)(end - connection->head) + 4;
		if (connection->have >= HEAD_MAX - 1)
			return 0;
		got = bytes_read(connection, connection->head + connection->have, HEAD_MAX - 1 - connection->have);
		if (got <= 0)
			return 0;
		connection->have += (size_t)got;
	}
}

/* Reads a whole request; false at the end of the connection. */
static bool request_read(struct connection *connection, struct heard *heard)
{
	size_t head = head_read(connection), early;
	char length[32];

	if (!head)
		return false;
	memset(heard, 0, sizeof(*heard));
	connection->head[head - 2] = '\0';
	(void)sscanf(connection->head, "%15s %599s", heard->method, heard->target);
	header_take(connection->head, "Authorization", heard->authorization, sizeof(heard->authorization));
	header_take(connection->head, "User-Agent", heard->user_agent, sizeof(heard->user_agent));
	header_take(connection->head, "Content-Type", heard->content_type, sizeof(heard->content_type));
	header_take(connection->head, "Content-Length", length, sizeof(length));
	heard->body_size = strtoul(length, NULL, 10);
	heard->body = calloc(1, heard->body_size + 1);
	heard->connection = connection->number;
	early = connection->have - head;
	if (early > heard->body_size)
		early = heard->body_size;
	memcpy(heard->body, connection->head + head, early);
	connection->have -= head + early;
	memmove(connection->head, connection->head + head + early, connection->have);
	while (early < heard->body_size) {
		long got = bytes_read(connection, heard->body + early, heard->body_size - early);

		if (got <= 0)
			break;
		early += (size_t)got;
	}
	if (early == heard->body_size)
		return true;
	free(heard->body);
	return false;
}

static bool reply_write(struct connection *connection, const struct said *said)
{
	const char *body = said->body ? said->body : said->text;
	size_t size = strlen(body), length = said->length ? said->length : size;
	char head[HEAD_MAX], line[64] = "";

	if (said->mute)
		return false;
	if (said->raw)
		return bytes_write(connection, said->raw, strlen(said->raw)) && !said->close;
	if (!said->chunked)
		(void)snprintf(line, sizeof(line), "Content-Length: %zu\r\n", length);
	(void)snprintf(head, sizeof(head), "HTTP/1.1 %d Said\r\n%s%s%s\r\n", said->status ? said->status : 200,
		       said->headers ? said->headers : "", line, said->chunked ? "Transfer-Encoding: chunked\r\n" : "");
	if (!bytes_write(connection, head, strlen(head)))
		return false;
	if (said->chunked) {
		(void)snprintf(line, sizeof(line), "%zx\r\n", size);
		if (!bytes_write(connection, line, strlen(line)) || !bytes_write(connection, body, size) ||
		    !bytes_write(connection, "\r\n0\r\n\r\n", 7))
			return false;
	} else if (!bytes_write(connection, body, size)) {
		return false;
	}
	return !said->close && length == size;
}

static void request_answer(struct server *server, struct heard *heard, struct said *said)
{
	pthread_mutex_lock(&server->lock);
	if (++server->active > server->busiest)
		server->busiest = server->active;
	if (server->count < SERVER_HEARD_MAX)
		server->heard[server->count++] = *heard;
	server->handler(server->context, heard, said);
	if (said->hold) {
		if (++server->held == server->open_at) {
			server->open = true;
			pthread_cond_broadcast(&server->gate);
		}
		while (!server->open && !server->stopping)
			pthread_cond_wait(&server->gate, &server->lock);
		server->held--;
	}
	server->active--;
	pthread_mutex_unlock(&server->lock);
}

static void *connection_serve(void *context)
{
	struct connection *connection = context;
	bool more = !connection->ssl || SSL_accept(connection->ssl) == 1;
	struct heard heard;

	while (more && request_read(connection, &heard)) {
		struct said said = {0};

		request_answer(connection->server, &heard, &said);
		more = reply_write(connection, &said);
	}
	(void)shutdown(connection->fd, SHUT_RDWR);
	pthread_mutex_lock(&connection->server->lock);
	connection->server->live--;
	pthread_cond_broadcast(&connection->server->ended);
	pthread_mutex_unlock(&connection->server->lock);
	return NULL;
}

/* ---- the server -------------------------------------------------------------------------------------------- */

static void connection_begin(struct server *server, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	int on = 1;

	if (!connection || server->connection_count == CONNECTIONS_MAX)
		die("too many connections");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	connection->server = server;
	connection->fd = fd;
	if (server->tls) {
		connection->ssl = SSL_new(server->tls);
		(void)SSL_set_fd(connection->ssl, fd);
	}
	pthread_mutex_lock(&server->lock);
	connection->number = server->connection_count;
	server->live++;
	server->connections[server->connection_count++] = connection;
	if (pthread_create(&connection->thread, NULL, connection_serve, connection) != 0)
		die("a thread");
	pthread_mutex_unlock(&server->lock);
}

static void *server_listen(void *context)
{
	struct server *server = context;
	int fd;

	while ((fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		connection_begin(server, fd);
	return NULL;
}

struct server *server_start(server_handler handler, void *context, const char *certificate, const char *key)
{
	struct server *server = calloc(1, sizeof(*server));
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);

	if (!server)
		die("a server");
	server->handler = handler;
	server->context = context;
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_cond_init(&server->gate, NULL);
	(void)pthread_cond_init(&server->ended, NULL);
	if (certificate) {
		server->tls = SSL_CTX_new(TLS_server_method());
		if (!server->tls || SSL_CTX_use_certificate_file(server->tls, certificate, SSL_FILETYPE_PEM) != 1 ||
		    SSL_CTX_use_PrivateKey_file(server->tls, key, SSL_FILETYPE_PEM) != 1)
			die("TLS");
	}
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->fd < 0 || bind(server->fd, (const struct sockaddr *)&address, size) < 0 ||
	    listen(server->fd, 128) < 0 || getsockname(server->fd, (struct sockaddr *)&address, &size) < 0)
		die("a socket");
	(void)snprintf(server->url, sizeof(server->url), "%s://127.0.0.1:%u", certificate ? "https" : "http",
		       (unsigned)ntohs(address.sin_port));
	if (pthread_create(&server->thread, NULL, server_listen, server) != 0)
		die("a thread");
	return server;
}

void server_stop(struct server *server)
{
	(void)shutdown(server->fd, SHUT_RDWR);
	(void)pthread_join(server->thread, NULL);
	(void)close(server->fd);
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	pthread_cond_broadcast(&server->gate);
	pthread_mutex_unlock(&server->lock);
	for (int i = 0; i < server->connection_count; i++) {
		struct connection *connection = server->connections[i];

		(void)shutdown(connection->fd, SHUT_RDWR);
		(void)pthread_join(connection->thread, NULL);
		SSL_free(connection->ssl);
		(void)close(connection->fd);
		free(connection);
	}
	for (int i = 0; i < server->count; i++)
		free(server->heard[i].body);
	SSL_CTX_free(server->tls);
	(void)pthread_cond_destroy(&server->gate);
	(void)pthread_cond_destroy(&server->ended);
	(void)pthread_mutex_destroy(&server->lock);
	free(server);
}

const char *server_url(const struct server *server)
{
	return server->url;
}

void server_open_gate(struct server *server)
{
	pthread_mutex_lock(&server->lock);
	server->open = true;
	pthread_cond_broadcast(&server->gate);
	pthread_mutex_unlock(&server->lock);
}

void server_open_gate_at(struct server *server, int held)
{
	pthread_mutex_lock(&server->lock);
	server->open_at = held;
	pthread_mutex_unlock(&server->lock);
}

void server_settle(struct server *server)
{
	pthread_mutex_lock(&server->lock);
	while (server->live > 0)
		pthread_cond_wait(&server->ended, &server->lock);
	pthread_mutex_unlock(&server->lock);
}

static int server_look(struct server *server, const int *value)
{
	int seen;

	pthread_mutex_lock(&server->lock);
	seen = *value;
	pthread_mutex_unlock(&server->lock);
	return seen;
}

int server_count(struct server *server)
{
	return server_look(server, &server->count);
}

int server_connections(struct server *server)
{
	return server_look(server, &server->connection_count);
}

int server_busiest(struct server *server)
{
	return server_look(server, &server->busiest);
}

const struct heard *server_heard(struct server *server, int index)
{
	static const struct heard none;

	return index < server_look(server, &server->count) ? &server->heard[index] : &none;
}
