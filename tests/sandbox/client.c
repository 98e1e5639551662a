/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

struct client client_init(uint16_t port)
{
	return (struct client){.fd = -1, .port = port};
}

void client_close(struct client *client)
{
	if (client->fd >= 0)
		(void)close(client->fd);
	client->fd = -1;
}

void answer_release(struct answer *answer)
{
	free(answer->body);
	*answer = (struct answer){0};
}

static bool client_open(struct client *client)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(client->port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval patience = {.tv_sec = CLIENT_SECONDS};
	const int one = 1;

	if (client->fd >= 0)
		return true;
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0)
		return false;
	(void)setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	(void)setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(client->fd, (const struct sockaddr *)(const void *)&address, sizeof(address)) == 0)
		return true;
	client_close(client);
	return false;
}

bool client_send(struct client *client, const void *data, size_t size)
{
	const char *at = data;

	if (!client_open(client))
		return false;
	while (size > 0) {
		ssize_t sent = send(client->fd, at, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

/* Reads up to the empty line; the bytes behind it that came along, or -1. */
static ssize_t head_read(struct client *client, struct answer *answer, char *rest)
{
	size_t have = 0;

	for (;;) {
		ssize_t got = recv(client->fd, answer->head + have, sizeof(answer->head) - 1 - have, 0);
		char *end;

		if (got <= 0)
			return -1;
		have += (size_t)got;
		answer->head[have] = '\0';
		end = strstr(answer->head, "\r\n\r\n");
		if (!end)
			continue;
		end += 4;
		have -= (size_t)(end - answer->head);
		memcpy(rest, end, have);
		end[-2] = '\0';
		return (ssize_t)have;
	}
}

bool client_read(struct client *client, struct answer *answer)
{
	char rest[CLIENT_HEAD_MAX];
	const char *length, *connection;
	ssize_t more;

	answer_release(answer);
	more = client->fd < 0 ? -1 : head_read(client, answer, rest);
	if (more < 0 || sscanf(answer->head, "HTTP/1.1 %d", &answer->status) != 1) {
		client_close(client);
		return false;
	}
	length = answer_header(answer, "Content-Length");
	answer->length = length ? strtoul(length, NULL, 10) : 0;
	answer->body = malloc(answer->length + 1);
	if (!answer->body || (size_t)more > answer->length)
		abort();
	memcpy(answer->body, rest, (size_t)more);
	answer->size = (size_t)more;
	while (answer->size < answer->length) {
		more = recv(client->fd, answer->body + answer->size, answer->length - answer->size, 0);
		if (more <= 0)
			break;
		answer->size += (size_t)more;
	}
	answer->body[answer->size] = '\0';
	answer->whole = answer->size == answer->length;
	connection = answer_header(answer, "Connection");
	if (!answer->whole || (connection && strcasecmp(connection, "close") == 0))
		client_close(client);
	return answer->whole;
}

bool client_ask(struct client *client, const char *method, const char *target, const char *headers, const char *body,
		size_t size, struct answer *answer)
{
	char head[CLIENT_HEAD_MAX];
	int length = body ? snprintf(head, sizeof(head),
				     "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Length: %zu\r\n%s\r\n", method,
				     target, client->port, size, headers)
			  : snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", method,
				     target, client->port, headers);

	if (length < 0 || (size_t)length >= sizeof(head))
		abort();
	/* A server that has heard enough may answer and close before all of the body is sent. */
	(void)(client_send(client, head, (size_t)length) && body && client_send(client, body, size));
	return client_read(client, answer);
}

const char *answer_header(const struct answer *answer, const char *name)
{
	static char value[1024];
	size_t size = strlen(name);

	for (const char *line = strstr(answer->head, "\r\n"); line; line = strstr(line, "\r\n")) {
		line += 2;
		if (strncasecmp(line, name, size) != 0 || line[size] != ':')
			continue;
		line += size + 1;
		line += strspn(line, " ");
		(void)snprintf(value, sizeof(value), "%.*s", (int)strcspn(line, "\r"), line);
		return value;
	}
	return NULL;
}
