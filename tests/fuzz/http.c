/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP reply path: one try against a server on loopback, in this thread, that says the input and closes; and the
 * header Retry-After alone where the input begins with an R.
 */
#include "core/http.h"
#include "tests/fuzz/fuzz.h"

#include <apollo/kit.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MAX = 4096, ROUNDS_MAX = 10000 };

static const int64_t now = INT64_C(1764849600000000);
static struct http *http;
static int listener;
static char url[64];

int LLVMFuzzerInitialize(int *count, char ***words)
{
	const struct http_options options = {.proxy = "", .loopback_only = true};
	const struct clock clock = clock_system();
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	struct error error;

	(void)count, (void)words;
	FUZZ_CHECK(http_new(&options, &clock, &http, &error) == 0);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	FUZZ_CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 16) == 0);
	FUZZ_CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", ntohs(address.sin_port));
	return 0;
}

struct seen {
	int done;
};

static void reply_check(void *context, const struct apollo_reply *reply, const struct http_facts *facts)
{
	struct seen *seen = context;

	seen->done++;
	FUZZ_CHECK(!reply->status == (reply->transport_error != NULL));
	FUZZ_CHECK(reply->status == 0 || (reply->status >= 100 && reply->status <= 599));
	FUZZ_CHECK(reply->body && reply->body[reply->body_size] == '\0' && reply->body_size <= REPLY_MAX);
	FUZZ_CHECK(reply->header_count <= HTTP_HEADERS_MAX && facts->duration >= 0);
	if (reply->transport_error)
		FUZZ_CHECK(*reply->transport_error && !strpbrk(reply->transport_error, "\r\n"));
	for (size_t i = 0; i < reply->header_count; i++) {
		const struct apollo_header *header = &reply->headers[i];
		size_t size = strlen(header->value);

		FUZZ_CHECK(*header->name && !strpbrk(header->name, ": \t\r\n") && !strpbrk(header->value, "\r\n"));
		FUZZ_CHECK(size == 0 || !strchr(" \t", header->value[0]));
		FUZZ_CHECK(size == 0 || !strchr(" \t", header->value[size - 1]));
		FUZZ_CHECK(apollo_reply_header(reply, header->name));
	}
	FUZZ_CHECK(http_retry_after(reply, now) >= -1);
}

/* Takes the connection and says the reply.  The request is read first: what is left unread would reset it. */
static int answer(const char *reply, size_t size)
{
	const struct linger linger = {1, 0};
	char request[4096];
	int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (connection < 0)
		return -1;
	for (int i = 0; i < ROUNDS_MAX && recv(connection, request, sizeof(request), 0) <= 0; i++) {
		struct error error;

		(void)http_run(http, 0, &error);
	}
	(void)setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	(void)send(connection, reply, size, MSG_NOSIGNAL);
	(void)shutdown(connection, SHUT_WR);
	return connection;
}

static void try_run(const char *reply, size_t size)
{
	static const struct apollo_header close_header = {"Connection", "close"};
	const struct apollo_request request = {.size = sizeof(request), .method = "GET", .url = url, .headers = &close_header,
					       .header_count = 1, .reply_max = REPLY_MAX, .timeout = 2000000};
	struct seen seen = {0};
	struct error error;
	int connection = -1;

	FUZZ_CHECK(http_send(http, &request, NULL, reply_check, &seen, &error) == 0);
	for (int i = 0; i < ROUNDS_MAX && !seen.done; i++) {
		FUZZ_CHECK(http_run(http, connection < 0 ? 0 : 100000, &error) >= 0);
		if (connection < 0)
			connection = answer(reply, size);
	}
	FUZZ_CHECK(seen.done == 1 && http_under_way(http) == 0);
	if (connection >= 0)
		(void)close(connection);
}

/* Two lines: Retry-After and Date. */
static void retry_after(struct fuzz_input *input)
{
	size_t size;
	char *after = fuzz_line(input, &size), *date = fuzz_line(input, &size);
	const struct apollo_header headers[] = {{"retry-after", after}, {"DATE", date}};
	const struct apollo_reply reply = {.size = sizeof(reply), .status = 503, .headers = headers, .header_count = 2,
					   .body = ""};
	int64_t wait = http_retry_after(&reply, now);

	FUZZ_CHECK(wait >= -1 && wait <= 10 * 366 * APOLLO_DAY);
	FUZZ_CHECK(wait < 0 || *after);
	if (*after && strspn(after, "0123456789") == strlen(after))
		FUZZ_CHECK(wait >= 0 && wait % APOLLO_MICRO == 0);
	free(after);
	free(date);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	char *reply;

	if (size > 0 && *data == 'R') {
		(void)fuzz_choose(&input, 256);
		retry_after(&input);
		return 0;
	}
	reply = fuzz_rest(&input, &size);
	try_run(reply, size);
	free(reply);
	return 0;
}
