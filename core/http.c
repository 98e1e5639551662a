/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http.h"
#include "core/buffer.h"
#include "core/scope.h"

#include <apollo/kit.h>
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNECTIONS_KEPT = 128,
	TRIES_KEPT = 64,        /* kept with their memory for the next request */
	BODY_KEPT = 256 << 10,  /* bytes of memory that a kept one may hold on to */
	TRANSPORT_TEXT = 400,
	RETRY_AFTER_MAX = 10 * 366 * 86400 /* seconds */
};

/* One request under way, or one that is over and waits with its memory for the next. */
struct try {
	struct http *http;
	CURL *easy; /* of this request only; NULL: none is under way */
	struct curl_slist *headers;
	struct buffer body;
	struct scope texts; /* of the reply's headers */
	struct apollo_header reply_headers[HTTP_HEADERS_MAX];
	size_t reply_header_count;
	const char *problem; /* why this side broke it off */
	bool arrived;
	int64_t timeout;
	char url_authority[256];
	char curl_text[CURL_ERROR_SIZE];
	char transport_text[TRANSPORT_TEXT + 256];
	http_done done;
	void *context;
	struct try *next, **link;
};

struct http {
	CURLM *multi;
	struct clock clock;
	char *proxy;
	char *ca_file;
	bool loopback_only;
	struct try *active;
	struct try *kept;
	size_t active_count;
	size_t kept_count;
};

/* ---- tries ------------------------------------------------------------------------------------------------- */

static void try_link(struct try **list, struct try *try)
{
	try->next = *list;
	try->link = list;
	if (*list)
		(*list)->link = &try->next;
	*list = try;
}

static void try_unlink(struct try *try)
{
	*try->link = try->next;
	if (try->next)
		try->next->link = try->link;
}

static void try_free(struct try *try)
{
	curl_easy_cleanup(try->easy);
	buffer_release(&try->body);
	scope_release(&try->texts);
	free(try);
}

/* The list's memory held an Authorization header. */
static void try_forget(struct try *try)
{
	for (struct curl_slist *line = try->headers; line; line = line->next)
		OPENSSL_cleanse(line->data, strlen(line->data));
	curl_slist_free_all(try->headers);
	try->headers = NULL;
}

static struct try *try_new(struct http *http)
{
	struct try *try = http->kept;

	if (try) {
		try_unlink(try);
		http->kept_count--;
	} else {
		try = calloc(1, sizeof(*try));
		if (!try)
			return NULL;
		try->http = http;
		try->texts = scope_init(2 * HTTP_HEADER_BYTES_MAX);
	}
	/* A handle is not used twice: curl 7.88 appends the second reply's first header, if it is indented, to the first
	 * reply's last one, which was freed (curl pull request 11103).  Connections are the multi handle's. */
	try->easy = curl_easy_init();
	if (try->easy)
		return try;
	try_free(try);
	return NULL;
}

static void try_keep(struct try *try)
{
	struct http *http = try->http;

	try_forget(try);
	curl_easy_cleanup(TAKE(try->easy));
	if (http->kept_count >= TRIES_KEPT) {
		try_free(try);
		return;
	}
	if (try->body.room > BODY_KEPT)
		buffer_release(&try->body);
	try_link(&http->kept, try);
	http->kept_count++;
}

/* ---- what curl calls --------------------------------------------------------------------------------------- */

static size_t body_receive(char *data, size_t unit, size_t count, void *context)
{
	struct try *try = context;

	if (buffer_append(&try->body, data, unit * count) == 0)
		return unit * count;
	try->problem = "the reply is larger than its ceiling";
	return 0;
}

/* A bare CR or another control character is as good as a space (RFC 9112, 2.2). */
static bool is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

static char *header_value(struct try *try, const char *value, const char *end)
{
	char *copy;

	while (value < end && is_blank(*value))
		value++;
	while (end > value && is_blank(end[-1]))
		end--;
	copy = scope_copy(&try->texts, value, (size_t)(end - value));
	for (char *c = copy; c && *c; c++)
		if (is_blank(*c) && *c != '\t')
			*c = ' ';
	return copy;
}

/* What has no name, or one that no header can have, is passed over: the rest of a folded line for instance. */
static bool header_add(struct try *try, const char *line, size_t size)
{
	const char *colon = memchr(line, ':', size);
	struct apollo_header *header = &try->reply_headers[try->reply_header_count];

	if (!colon || colon == line)
		return true;
	for (const char *c = line; c < colon; c++)
		if (is_blank(*c))
			return true;
	if (try->reply_header_count == HTTP_HEADERS_MAX || try->texts.used + size > HTTP_HEADER_BYTES_MAX)
		return false;
	header->name = scope_copy(&try->texts, line, (size_t)(colon - line));
	header->value = header_value(try, colon + 1, line + size);
	if (!header->name || !header->value)
		return false;
	try->reply_header_count++;
	return true;
}

static size_t header_receive(char *data, size_t unit, size_t count, void *context)
{
	struct try *try = context;
	size_t size = unit * count;

	/* A status line begins anew: what came before it was an interim reply or a proxy's. */
	if (size >= 5 && memcmp(data, "HTTP/", 5) == 0) {
		try->reply_header_count = 0;
		scope_clear(&try->texts);
		return size;
	}
	if (header_add(try, data, size))
		return size;
	try->problem = "the reply has more than 256 headers or 64 KiB of them";
	return 0;
}

/* A connection stands and the request is about to leave. */
static int request_leaves(void *context, char *peer, char *self, int peer_port, int self_port)
{
	struct try *try = context;

	(void)peer, (void)self, (void)peer_port, (void)self_port;
	try->arrived = true;
	return CURL_PREREQFUNC_OK;
}

static bool address_is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const void *)address;

		return ntohl(four->sin_addr.s_addr) >> 24 == 127;
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const void *)address;

		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	}
	return false;
}

static curl_socket_t socket_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct try *try = context;

	(void)purpose;
	if (!address_is_loopback(&address->addr)) {
		try->problem = "a rehearsal talks to loopback addresses only, and this is none";
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- sending ----------------------------------------------------------------------------------------------- */

static int header_line(struct try *try, const char *name, const char *value)
{
	struct buffer line BUFFER_CLEANUP = buffer_init(CURL_MAX_HTTP_HEADER);
	struct curl_slist *longer;

	/* curl's own way to say "with nothing behind it". */
	(void)buffer_print(&line, *value ? "%s: %s" : "%s;", name, value);
	longer = buffer_failed(&line) ? NULL : curl_slist_append(try->headers, buffer_string(&line));
	if (line.data)
		OPENSSL_cleanse(line.data, line.size);
	if (!longer)
		return APOLLO_NOMEM;
	try->headers = longer;
	return 0;
}

static int headers_set(struct try *try, const struct apollo_request *request, const char *authorization)
{
	static const char *const unwanted[] = {"Expect:", "Content-Type:"};
	bool typed = false;

	for (size_t i = 0; i < request->header_count; i++) {
		typed = typed || curl_strequal(request->headers[i].name, "Content-Type");
		if (header_line(try, request->headers[i].name, request->headers[i].value) < 0)
			return APOLLO_NOMEM;
	}
	for (size_t i = 0; i < (typed ? 1u : 2u); i++) {
		struct curl_slist *longer = curl_slist_append(try->headers, unwanted[i]);

		if (!longer)
			return APOLLO_NOMEM;
		try->headers = longer;
	}
	if (authorization && header_line(try, "Authorization", authorization) < 0)
		return APOLLO_NOMEM;
	return curl_easy_setopt(try->easy, CURLOPT_HTTPHEADER, try->headers) == CURLE_OK ? 0 : APOLLO_NOMEM;
}

/* Sets one option of `easy`; the first failure is kept in `code`. */
#define SET(OPTION, VALUE)                                                             \
	do {                                                                           \
		if (code == CURLE_OK)                                                  \
			code = curl_easy_setopt(easy, CURLOPT_##OPTION, (VALUE));      \
	} while (0)

static CURLcode method_set(CURL *easy, const struct apollo_request *request)
{
	CURLcode code = CURLE_OK;
	bool head = strcmp(request->method, "HEAD") == 0;
	bool bare = head || strcmp(request->method, "GET") == 0 || strcmp(request->method, "DELETE") == 0;

	if (request->body || !bare) {
		SET(POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
		SET(POSTFIELDS, request->body ? request->body : "");
	}
	if (head)
		SET(NOBODY, 1L);
	else
		SET(CUSTOMREQUEST, request->method);
	return code;
}

static CURLcode security_set(struct try *try, const struct apollo_request *request)
{
	struct http *http = try->http;
	const char *ca_file = request->ca_file ? request->ca_file : http->ca_file;
	const char *proxy = http->loopback_only || (request->flags & APOLLO_DIRECT) ? "" : http->proxy;
	CURL *easy = try->easy;
	CURLcode code = CURLE_OK;

	SET(PROTOCOLS_STR, "http,https");
	SET(FOLLOWLOCATION, 0L);
	SET(DISALLOW_USERNAME_IN_URL, 1L);
	SET(NETRC, (long)CURL_NETRC_IGNORED);
	SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(SSL_VERIFYPEER, 1L);
	SET(SSL_VERIFYHOST, 2L);
	if (ca_file) {
		SET(CAINFO, ca_file);
		SET(CAPATH, NULL);
	}
	if (request->pinned_key)
		SET(PINNEDPUBLICKEY, request->pinned_key);
	if (proxy)
		SET(PROXY, proxy);
	if (http->loopback_only) {
		SET(OPENSOCKETFUNCTION, socket_open);
		SET(OPENSOCKETDATA, try);
	}
	return code;
}

static CURLcode transfer_set(struct try *try, const struct apollo_request *request, uint64_t reply_max)
{
	int64_t connect = try->timeout < HTTP_CONNECT_TIMEOUT ? try->timeout : HTTP_CONNECT_TIMEOUT;
	CURL *easy = try->easy;
	CURLcode code = CURLE_OK;

	SET(URL, request->url);
	SET(PATH_AS_IS, 1L);
	/* libcurl repeats by itself what a connection that was used before did not answer: what may be sent once goes on a new one. */
	SET(FRESH_CONNECT, (request->flags & APOLLO_ONCE) != 0 ? 1L : 0L);
	SET(NOSIGNAL, 1L);
	SET(USERAGENT, "apollo/" PACKAGE_VERSION);
	SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(TCP_KEEPALIVE, 1L);
	SET(TIMEOUT_MS, (long)((try->timeout + 999) / 1000));
	SET(CONNECTTIMEOUT_MS, (long)((connect + 999) / 1000));
	SET(MAXFILESIZE_LARGE, (curl_off_t)reply_max);
	SET(WRITEFUNCTION, body_receive);
	SET(WRITEDATA, try);
	SET(HEADERFUNCTION, header_receive);
	SET(HEADERDATA, try);
	SET(PREREQFUNCTION, request_leaves);
	SET(PREREQDATA, try);
	SET(ERRORBUFFER, try->curl_text);
	SET(PRIVATE, try);
#if LIBCURL_VERSION_NUM >= 0x075700
	SET(QUICK_EXIT, 1L);
#endif
	return code;
}

/* "https://host:port" of a URL, for messages. */
static void authority_copy(char *text, size_t room, const char *url)
{
	size_t size = strcspn(url, ":") + 3;

	size += strcspn(url + size, "/?#");
	if (size >= room)
		size = room - 1;
	memcpy(text, url, size);
	text[size] = '\0';
}

static int try_prepare(struct try *try, const struct apollo_request *request, const char *authorization,
		       struct error *error)
{
	uint64_t reply_max = request->reply_max ? request->reply_max : HTTP_REPLY_MAX;
	CURLcode code;

	if (reply_max > HTTP_REPLY_CEILING)
		reply_max = HTTP_REPLY_CEILING;
	buffer_clear(&try->body);
	try->body.ceiling = (size_t)reply_max;
	scope_clear(&try->texts);
	try->reply_header_count = 0;
	try->problem = NULL;
	try->arrived = false;
	try->timeout = request->timeout ? request->timeout : HTTP_TIMEOUT;
	try->curl_text[0] = '\0';
	authority_copy(try->url_authority, sizeof(try->url_authority), request->url);
	code = transfer_set(try, request, reply_max);
	if (code == CURLE_OK)
		code = security_set(try, request);
	if (code == CURLE_OK)
		code = method_set(try->easy, request);
	if (code != CURLE_OK)
		return error_set(error, code == CURLE_OUT_OF_MEMORY ? APOLLO_NOMEM : APOLLO_BUG,
				 "%s: a request cannot be set up: %s", try->url_authority, curl_easy_strerror(code));
	return headers_set(try, request, authorization) < 0 ? error_memory(error, "a request") : 0;
}

int http_send(struct http *http, const struct apollo_request *request, const char *authorization, http_done done,
	      void *context, struct error *error)
{
	struct try *try;
	int code;

	if (http->active_count >= HTTP_UNDER_WAY_MAX)
		return error_set(error, APOLLO_NOMEM, "%d requests are under way, more are not begun",
				 HTTP_UNDER_WAY_MAX);
	try = try_new(http);
	if (!try)
		return error_memory(error, "a request");
	try->done = done;
	try->context = context;
	code = try_prepare(try, request, authorization, error);
	if (code == 0 && curl_multi_add_handle(http->multi, try->easy) != CURLM_OK)
		code = error_memory(error, "a request");
	if (code < 0) {
		try_keep(try);
		return code;
	}
	try_link(&http->active, try);
	http->active_count++;
	return 0;
}

/* ---- receiving --------------------------------------------------------------------------------------------- */

static const char *timeout_text(const struct try *try, char *text, size_t room)
{
	int64_t most = try->arrived || try->timeout < HTTP_CONNECT_TIMEOUT ? try->timeout : HTTP_CONNECT_TIMEOUT;

	(void)snprintf(text, room, "%s within %lld.%03lld s", try->arrived ? "no complete answer" : "no connection",
		       (long long)(most / 1000000), (long long)(most / 1000 % 1000));
	return text;
}

/* Why there is no answer, one line in words that help. */
static const char *transport_text(struct try *try, CURLcode code)
{
	char made[TRANSPORT_TEXT];
	const char *text = try->curl_text[0] ? try->curl_text : curl_easy_strerror(code);
	long number = 0;

	(void)curl_easy_getinfo(try->easy, CURLINFO_OS_ERRNO, &number);
	if (try->problem)
		text = try->problem;
	else if (code == CURLE_COULDNT_RESOLVE_HOST)
		text = "the host's name cannot be found; see the address and the name server";
	else if (code == CURLE_COULDNT_RESOLVE_PROXY)
		text = "the proxy's name cannot be found";
	else if (code == CURLE_COULDNT_CONNECT && number > 0)
		text = strerror((int)number);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		text = timeout_text(try, made, sizeof(made));
	else if (code == CURLE_FILESIZE_EXCEEDED)
		text = "the reply is larger than its ceiling";
	else if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
		text = "the server's key is not the pinned one";
	else if (code == CURLE_GOT_NOTHING)
		text = "the connection was closed without an answer";
	(void)snprintf(try->transport_text, sizeof(try->transport_text), "%.250s: %.390s", try->url_authority,
		       text);
	for (char *c = try->transport_text; *c; c++)
		if ((unsigned char)*c < 0x20)
			*c = ' ';
	return try->transport_text;
}

static void reply_fill(struct try *try, CURLcode code, struct apollo_reply *reply)
{
	long status = 0;

	(void)curl_easy_getinfo(try->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK && (status < 100 || status > 599))
		try->problem = "the answer has no status that HTTP knows";
	if (code != CURLE_OK || try->problem) {
		*reply = (struct apollo_reply){.size = sizeof(*reply), .body = ""};
		reply->transport_error = transport_text(try, code);
		return;
	}
	*reply = (struct apollo_reply){
		.size = sizeof(*reply),
		.status = (int32_t)status,
		.headers = try->reply_headers,
		.header_count = try->reply_header_count,
		.body = buffer_string(&try->body),
		.body_size = try->body.size,
	};
}

static void try_end(struct try *try, CURLcode code)
{
	struct http *http = try->http;
	struct http_facts facts = {.maybe_arrived = try->arrived};
	struct apollo_reply reply;
	curl_off_t duration = 0;

	(void)curl_easy_getinfo(try->easy, CURLINFO_TOTAL_TIME_T, &duration);
	facts.duration = duration;
	reply_fill(try, code, &reply);
	(void)curl_multi_remove_handle(http->multi, try->easy);
	try_unlink(try);
	http->active_count--;
	try->done(try->context, &reply, &facts);
	try_keep(try);
}

/* Ends what is over; how many that were. */
static int http_collect(struct http *http)
{
	CURLMsg *message;
	int left, ended = 0;

	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		struct try *try = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&try);
		try_end(try, code);
		ended++;
	}
	return ended;
}

static int multi_error(CURLMcode code, struct error *error)
{
	return error_set(error, ERROR_IO, "the HTTP engine failed: %s", curl_multi_strerror(code));
}

/* One round: lets curl work, then waits for at most `milliseconds` if nothing ended. */
static int http_round(struct http *http, int milliseconds, struct error *error)
{
	int running, ended;
	CURLMcode code = curl_multi_perform(http->multi, &running);

	if (code != CURLM_OK)
		return multi_error(code, error);
	ended = http_collect(http);
	if (ended || milliseconds <= 0)
		return ended;
	code = curl_multi_poll(http->multi, NULL, 0, milliseconds, NULL);
	return code == CURLM_OK ? 0 : multi_error(code, error);
}

int http_run(struct http *http, int64_t timeout, struct error *error)
{
	const struct clock real = clock_system();
	int64_t begun = clock_elapsed(&real), left = timeout;

	if (!http->active_count && http->clock.idle)
		return http->clock.idle(http->clock.context, timeout) < 0
			       ? error_set(error, ERROR_STOPPED, "the clock ended the wait")
			       : 0;
	for (;;) {
		int64_t milliseconds = left > 1000000 ? 1000 : left > 0 ? (left + 999) / 1000 : 0;
		int ended = http_round(http, (int)milliseconds, error);

		if (ended != 0 || left <= 0)
			return ended;
		left = timeout - (clock_elapsed(&real) - begun);
	}
}

size_t http_under_way(const struct http *http)
{
	return http->active_count;
}

int64_t http_retry_after(const struct apollo_reply *reply, int64_t now)
{
	const char *value = apollo_reply_header(reply, "Retry-After"), *date;
	size_t digits = value ? strspn(value, "0123456789") : 0;
	int64_t seconds, from;

	if (!value || !*value)
		return -1;
	if (!value[digits])
		return apollo_decimal_read(value, digits, 0, APOLLO_EXACT, &seconds) < 0 || seconds > RETRY_AFTER_MAX
			       ? RETRY_AFTER_MAX * APOLLO_MICRO
			       : seconds * APOLLO_MICRO;
	seconds = curl_getdate(value, NULL);
	if (seconds < 0)
		return -1;
	/* By the server's own clock, which is the one that the date was made by. */
	date = apollo_reply_header(reply, "Date");
	from = date ? curl_getdate(date, NULL) : -1;
	from = from < 0 ? now / APOLLO_MICRO : from;
	if (seconds <= from)
		return 0;
	return (seconds - from > RETRY_AFTER_MAX ? RETRY_AFTER_MAX : seconds - from) * APOLLO_MICRO;
}

/* ---- the engine -------------------------------------------------------------------------------------------- */

int http_new(const struct http_options *options, const struct clock *clock, struct http **http, struct error *error)
{
	struct http *made HTTP_CLEANUP = NULL;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return error_memory(error, "the HTTP engine");
	made = calloc(1, sizeof(*made));
	if (!made) {
		curl_global_cleanup();
		return error_memory(error, "the HTTP engine");
	}
	made->clock = *clock;
	made->loopback_only = options->loopback_only;
	made->multi = curl_multi_init();
	if (!made->multi || (options->proxy && !(made->proxy = strdup(options->proxy))) ||
	    (options->ca_file && !(made->ca_file = strdup(options->ca_file))))
		return error_memory(error, "the HTTP engine");
	(void)curl_multi_setopt(made->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	*http = TAKE(made);
	return 0;
}

void http_free(struct http **http)
{
	struct http *old = *http;

	if (!old)
		return;
	for (struct try *try; (try = old->active) != NULL;) {
		(void)curl_multi_remove_handle(old->multi, try->easy);
		try_unlink(try);
		try_forget(try);
		try_free(try);
	}
	for (struct try *try; (try = old->kept) != NULL;) {
		try_unlink(try);
		try_free(try);
	}
	(void)curl_multi_cleanup(old->multi);
	free(old->proxy);
	free(old->ca_file);
	free(old);
	curl_global_cleanup();
	*http = NULL;
}
