/* SPDX-License-Identifier: Apache-2.0 */
#include "core/token.h"
#include "core/buffer.h"
#include "core/conversation.h"
#include "core/json.h"
#include "core/log.h"

#include <apollo/kit.h>
#include <openssl/crypto.h>
#include <string.h>

enum { LIFE_MIN = 1, LIFE_MAX = 30 * 86400 /* seconds */ };

/* What is known of one issuer and scope. */
struct entry {
	struct tokens *tokens;
	struct instance *issuer;
	char *scope;
	char *token;         /* NULL: none */
	int64_t renew_at;    /* by elapsed */
	int64_t expires_at;
	int64_t asked_at;
	bool under_way;
	struct token_waiter *waiters;
	struct error failure; /* code 0, or given until the pause ends */
	int64_t pause;        /* of the next failure */
	int64_t paused_until;
	int64_t refused_at; /* when a service last refused a token of it; 0: never */
	bool proven;        /* a service took the token that is there */
	struct entry *next;
};

struct tokens {
	struct exchanges *exchanges;
	struct conversations *conversations;
	struct entry *entries;
	size_t count;
};

static int64_t tokens_time(const struct tokens *tokens)
{
	return clock_elapsed(exchanges_clock(tokens->exchanges));
}

/* ---- entries ----------------------------------------------------------------------------------------------- */

static void entry_forget(struct entry *entry)
{
	if (!entry->token)
		return;
	log_secret_forget(entry->token);
	OPENSSL_cleanse(entry->token, strlen(entry->token));
	free(TAKE(entry->token));
}

static void entry_free(struct entry *entry)
{
	while (entry->waiters)
		token_leave(entry->waiters);
	entry_forget(entry);
	free(entry->scope);
	free(entry);
}

static struct entry *entry_find(const struct tokens *tokens, const struct instance *issuer, const char *scope)
{
	struct entry *entry = tokens->entries;

	while (entry && (entry->issuer != issuer || strcmp(entry->scope, scope) != 0))
		entry = entry->next;
	return entry;
}

static struct entry *entry_new(struct tokens *tokens, struct instance *issuer, const char *scope, struct error *error)
{
	struct entry *entry;

	if (tokens->count >= TOKENS_MAX || strnlen(scope, TOKEN_SCOPE_MAX + 1) > TOKEN_SCOPE_MAX) {
		(void)error_set(error, APOLLO_NOMEM,
				"%s: more than %d tokens are wanted, or one of a scope over %d bytes",
				issuer->name, TOKENS_MAX, TOKEN_SCOPE_MAX);
		return NULL;
	}
	entry = calloc(1, sizeof(*entry));
	if (!entry || !(entry->scope = strdup(scope))) {
		free(entry);
		(void)error_memory(error, "a token");
		return NULL;
	}
	entry->tokens = tokens;
	entry->issuer = issuer;
	entry->pause = TOKEN_PAUSE_FIRST;
	entry->next = tokens->entries;
	tokens->entries = entry;
	tokens->count++;
	return entry;
}

/* ---- waiters ----------------------------------------------------------------------------------------------- */

void token_leave(struct token_waiter *waiter)
{
	if (!waiter->link)
		return;
	*waiter->link = waiter->next;
	if (waiter->next)
		waiter->next->link = waiter->link;
	waiter->link = NULL;
	waiter->next = NULL;
}

static void waiter_join(struct entry *entry, struct token_waiter *waiter)
{
	waiter->next = entry->waiters;
	waiter->link = &entry->waiters;
	if (entry->waiters)
		entry->waiters->link = &waiter->next;
	entry->waiters = waiter;
}

/* Tells all who wait now.  They get a copy: one of them may find out that the token is no good. */
static void waiters_tell(struct entry *entry, const struct error *error)
{
	struct token_waiter *list = entry->waiters, *waiter;
	char *token FREE_CLEANUP = error ? NULL : strdup(entry->token);
	struct error failure;

	if (!error && !token)
		(void)error_memory(&failure, "a token");
	else if (error)
		failure = *error;
	entry->waiters = NULL;
	if (list)
		list->link = &list;
	while ((waiter = list) != NULL) {
		token_leave(waiter);
		waiter->done(waiter->context, token, token ? NULL : &failure);
	}
	if (token)
		OPENSSL_cleanse(token, strlen(token));
}

/* ---- getting one ------------------------------------------------------------------------------------------- */

/* When a token is renewed: see the header. */
static int64_t life_margin(int64_t life)
{
	int64_t margin = life / 10 > TOKEN_MARGIN ? life / 10 : TOKEN_MARGIN;

	return margin > life / 2 ? life / 2 : margin;
}

static bool token_is_good(const char *token)
{
	size_t size = strnlen(token, TOKEN_BYTES_MAX + 1);

	for (size_t i = 0; i < size; i++)
		if ((unsigned char)token[i] <= 0x20 || (unsigned char)token[i] >= 0x7f)
			return false;
	return size > 0 && size <= TOKEN_BYTES_MAX;
}

/* Takes a token out of the conversation's result. */
static int entry_take(struct entry *entry, const char *result, struct error *error)
{
	struct json_object *document JSON_CLEANUP = NULL;
	const char *token;
	char *copy;
	int64_t life;
	int code = json_read(result, strlen(result), "a token's result", &document, error);

	if (code < 0)
		return code;
	token = json_text(document, "token");
	if (!token || !token_is_good(token) || !json_integer(document, "expires_in", &life) || life < LIFE_MIN)
		return error_set(error, APOLLO_BUG, "%s: plugin %s gave a result that holds no token and its life",
				 entry->issuer->name, entry->issuer->plugin->descriptor.name);
	life = (life > LIFE_MAX ? LIFE_MAX : life) * APOLLO_MICRO;
	copy = strdup(token);
	if (!copy)
		return error_memory(error, "a token");
	entry_forget(entry);
	if (log_secret(copy) < 0) {
		OPENSSL_cleanse(copy, strlen(copy));
		free(copy);
		return error_set(error, APOLLO_NOMEM, "%s: too many secrets to keep a token out of the log",
				 entry->issuer->name);
	}
	entry->token = copy;
	entry->expires_at = entry->asked_at + life;
	entry->renew_at = entry->expires_at - life_margin(life);
	return 0;
}

static void entry_fail(struct entry *entry, const struct error *error)
{
	int64_t now = tokens_time(entry->tokens);

	/* Those who ask while there is a pause get the old token as long as it lives. */
	entry->paused_until = now + entry->pause;
	entry->pause = entry->pause * 2 > TOKEN_PAUSE_MAX ? TOKEN_PAUSE_MAX : entry->pause * 2;
	if (error->code == ERROR_STOPPED || error->code == ERROR_DRY_RUN)
		entry->paused_until = now;
	entry->failure = *error;
	waiters_tell(entry, entry->token && now < entry->expires_at ? NULL : error);
}

static void entry_answered(void *context, const char *result, const struct error *failure)
{
	struct entry *entry = context;
	struct error error;

	entry->under_way = false;
	if (!failure && entry_take(entry, result, &error) < 0)
		failure = &error;
	if (failure) {
		entry_fail(entry, failure);
		return;
	}
	entry->failure.code = 0;
	entry->pause = TOKEN_PAUSE_FIRST;
	entry->paused_until = 0;
	waiters_tell(entry, NULL);
}

static int entry_ask(struct entry *entry, struct error *error)
{
	struct buffer task BUFFER_CLEANUP = buffer_init(16 * TOKEN_SCOPE_MAX);
	struct conversation_goal goal = {
		.instance = entry->issuer, .role = ROLE_ISSUER, .goal = "token", .deadline = EXCHANGE_DEADLINE};
	int code;

	(void)buffer_text(&task, "{\"scope\":");
	(void)buffer_json(&task, entry->scope);
	(void)buffer_text(&task, "}");
	if (buffer_failed(&task))
		return error_memory(error, "a token's task");
	goal.task = buffer_string(&task);
	entry->asked_at = tokens_time(entry->tokens);
	code = conversation_start(entry->tokens->conversations, &goal, entry_answered, entry, error);
	entry->under_way = code == 0;
	return code;
}

/* A token that needs no renewal, or that cannot be renewed yet and still lives. */
static bool entry_has(const struct entry *entry, int64_t now)
{
	return entry->token && (now < entry->renew_at || (now < entry->paused_until && now < entry->expires_at));
}

/* Gives what is there; the waiter is not touched afterwards. */
static void waiter_tell(struct entry *entry, struct token_waiter *waiter, const struct error *error)
{
	char *token FREE_CLEANUP = error ? NULL : strdup(entry->token);
	struct error memory;

	if (!error && !token) {
		(void)error_memory(&memory, "a token");
		error = &memory;
	}
	waiter->done(waiter->context, token, error);
	if (token)
		OPENSSL_cleanse(token, strlen(token));
}

const char *token_peek(const struct tokens *tokens, const struct instance *issuer, const char *scope)
{
	const struct entry *entry = entry_find(tokens, issuer, scope);

	return entry && entry_has(entry, tokens_time(tokens)) ? entry->token : NULL;
}

void token_get(struct tokens *tokens, struct instance *issuer, const char *scope, struct token_waiter *waiter)
{
	struct entry *entry = entry_find(tokens, issuer, scope);
	int64_t now = tokens_time(tokens);
	struct error error;

	waiter->link = NULL;
	if (!entry && !(entry = entry_new(tokens, issuer, scope, &error))) {
		waiter->done(waiter->context, NULL, &error);
		return;
	}
	if (entry_has(entry, now)) {
		waiter_tell(entry, waiter, NULL);
		return;
	}
	if (!entry->under_way && now < entry->paused_until) {
		error = entry->failure;
		waiter->done(waiter->context, NULL, &error);
		return;
	}
	waiter_join(entry, waiter);
	if (!entry->under_way && entry_ask(entry, &error) < 0)
		entry_fail(entry, &error);
}

bool token_invalidate(struct tokens *tokens, const struct instance *issuer, const char *scope, const char *token)
{
	struct entry *entry = entry_find(tokens, issuer, scope);
	int64_t now = tokens_time(tokens);

	if (!entry || !entry->token || !token || strcmp(entry->token, token) != 0 || entry->expires_at == INT64_MIN)
		return true; /* it was replaced already, or is being replaced */
	if (!entry->proven && entry->refused_at && now - entry->refused_at < TOKEN_REFUSED_PAUSE)
		return false;
	entry->refused_at = now > 0 ? now : 1;
	entry->proven = false;
	/* It is kept until there is a new one, so that it stays out of the log. */
	entry->renew_at = entry->expires_at = INT64_MIN;
	return true;
}

void token_prove(struct tokens *tokens, const struct instance *issuer, const char *scope, const char *token)
{
	struct entry *entry = entry_find(tokens, issuer, scope);

	if (entry && entry->token && token && strcmp(entry->token, token) == 0)
		entry->proven = true;
}

/* ---- the cache --------------------------------------------------------------------------------------------- */

int tokens_new(struct exchanges *exchanges, struct tokens **tokens, struct error *error)
{
	struct tokens *made = calloc(1, sizeof(*made));
	int code;

	if (!made)
		return error_memory(error, "the token cache");
	made->exchanges = exchanges;
	code = conversations_new(exchanges, NULL, &made->conversations, error);
	if (code < 0) {
		free(made);
		return code;
	}
	*tokens = made;
	return 0;
}

void tokens_free(struct tokens **tokens)
{
	if (!*tokens)
		return;
	conversations_free(&(*tokens)->conversations);
	for (struct entry *entry; (entry = (*tokens)->entries) != NULL;) {
		(*tokens)->entries = entry->next;
		entry_free(entry);
	}
	free(*tokens);
	*tokens = NULL;
}
