/* SPDX-License-Identifier: Apache-2.0 */
#include "core/exchange.h"
#include "core/lane.h"
#include "core/token.h"

#include <openssl/crypto.h>
#include <string.h>

enum {
	RUN_SLICE = 250000, /* microseconds after which a stop flag is looked at */
	TEXT_MAX = 300
};

enum stage { QUEUED, AUTHORIZING, FLYING, PAUSING };

struct exchange {
	struct lane_item item; /* first: a queue's item is its exchange */
	struct exchanges *exchanges;
	struct lane *lane;
	struct instance *instance;
	struct apollo_request *request;
	struct exchange_policy policy;
	exchange_done done; /* NULL: its owner has gone */
	void *context;
	enum stage stage;
	int64_t deadline;
	struct timer timer; /* the deadline while it waits for others, else the end of its pause */
	struct token_waiter waiter;
	char *token; /* that the try under way carries */
	uint32_t tries;
	int32_t last_status;
	bool maybe_arrived;
	bool outcome_unknown;
	bool refreshed;
	int64_t retry_after;
	struct exchange *all_next, **all_link; /* of the engine */
};

struct exchanges {
	struct exchange_options options;
	struct http *http;
	struct tokens *tokens;
	struct timers timers; /* of exchanges and lanes */
	struct timers waits;
	struct lanes lanes;
	struct exchange *all;
	size_t count;
	size_t bytes;
	uint64_t random;
	size_t progress; /* callbacks made in this run */
	bool stopped;
	bool stop_done; /* those that were pending when the stop came have been ended */
	struct error failure; /* code 0, or why the engine cannot go on */
};

/* ---- the end of an exchange -------------------------------------------------------------------------------- */

static void token_drop(struct exchange *exchange)
{
	if (exchange->token)
		OPENSSL_cleanse(exchange->token, strlen(exchange->token));
	free(TAKE(exchange->token));
}

static void exchange_free(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->exchanges;

	timer_unset(&exchanges->timers, &exchange->timer);
	token_leave(&exchange->waiter);
	token_drop(exchange);
	*exchange->all_link = exchange->all_next;
	if (exchange->all_next)
		exchange->all_next->all_link = exchange->all_link;
	exchanges->count--;
	exchanges->bytes -= exchange->request->body_size;
	free(exchange->request);
	free(exchange);
}

/* Takes it off where it is and tells its owner.  One that flies holds a place of its lane. */
static void exchange_finish(struct exchange *exchange, enum exchange_end end, const struct apollo_reply *reply,
			    const struct error *error)
{
	struct exchange_facts facts = {
		.end = end,
		.tries = exchange->tries,
		.maybe_arrived = exchange->maybe_arrived,
		.outcome_unknown = exchange->outcome_unknown,
		.retry_after = exchange->retry_after,
		.error = error,
	};
	struct lane *lane = exchange->lane;
	exchange_done done = exchange->done;
	void *context = exchange->context;

	if (exchange->stage == QUEUED)
		lane_remove(lane, &exchange->item);
	else if (exchange->stage == FLYING)
		lane->active--;
	lane_ready(lane);
	exchange->exchanges->progress++;
	exchange_free(exchange);
	if (done)
		done(context, reply, &facts);
}

/* Ends it without a reply; the text says why. */
static void exchange_end(struct exchange *exchange, enum exchange_end end, const char *text, const struct error *error)
{
	struct apollo_reply reply = {.size = sizeof(reply), .transport_error = text, .body = ""};

	exchange_finish(exchange, end, &reply, error);
}

static void exchange_expire(struct exchange *exchange)
{
	char text[TEXT_MAX];

	if (exchange->tries == 0)
		(void)snprintf(text, sizeof(text), "%.150s: the time allowed passed before the request could be sent",
			       exchange->lane->authority);
	else if (exchange->last_status)
		(void)snprintf(text, sizeof(text), "%.150s: the time allowed passed; the last of %u answers was %d",
			       exchange->lane->authority, (unsigned)exchange->tries, (int)exchange->last_status);
	else
		(void)snprintf(text, sizeof(text),
			       "%.150s: the time allowed passed; the last of %u tries got no answer",
			       exchange->lane->authority, (unsigned)exchange->tries);
	exchange_end(exchange, EXCHANGE_EXPIRED, text, NULL);
}

/* ---- tries ------------------------------------------------------------------------------------------------- */

/* Its timer: the deadline of one that waits in the queue or for a token, the end of a pause of one that pauses. */
static void exchange_wake(void *context)
{
	struct exchange *exchange = context;
	struct exchanges *exchanges = exchange->exchanges;

	if (exchange->stage != PAUSING) {
		exchange_expire(exchange);
		return;
	}
	exchange->stage = QUEUED;
	lane_prepend(exchange->lane, &exchange->item);
	lane_ready(exchange->lane);
	if (timer_set(&exchanges->timers, &exchange->timer, exchange->deadline) < 0)
		exchange_end(exchange, EXCHANGE_UNANSWERED, "out of memory", NULL);
}

/* A number from 0 to below `most`: splitmix64. */
static int64_t random_below(struct exchanges *exchanges, int64_t most)
{
	uint64_t z = exchanges->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return most > 0 ? (int64_t)(z % (uint64_t)most) : 0;
}

static int64_t backoff_pick(struct exchange *exchange)
{
	int64_t most = exchange->policy.backoff_first;

	for (uint32_t i = 1; i < exchange->tries && most < exchange->policy.backoff_max; i++)
		most *= 2;
	if (most > exchange->policy.backoff_max)
		most = exchange->policy.backoff_max;
	return random_below(exchange->exchanges, most) + 1;
}

static bool status_is_passing(int32_t status)
{
	return status == 0 || status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599);
}

/* Goes into a pause if another try fits tries and deadline; false where this reply is the last. */
static bool exchange_pause(struct exchange *exchange, int32_t status)
{
	struct exchanges *exchanges = exchange->exchanges;
	struct lane *lane = exchange->lane;
	int64_t now = clock_elapsed(&exchanges->options.clock), wait = backoff_pick(exchange);

	if (exchange->retry_after > wait)
		wait = exchange->retry_after;
	if ((status == 429 || (status == 503 && exchange->retry_after >= 0)) && now + wait > lane->paused_until)
		lane->paused_until = now + wait;
	if (exchange->tries >= exchange->policy.tries || exchanges->stopped || wait >= exchange->deadline - now ||
	    timer_set(&exchanges->timers, &exchange->timer, now + wait) < 0)
		return false;
	exchange->stage = PAUSING;
	lane->active--;
	lane_ready(lane);
	return true;
}

/* A token that was refused is replaced once; some services say 403 of one that is over. */
static bool exchange_refresh(struct exchange *exchange, int32_t status)
{
	struct exchanges *exchanges = exchange->exchanges;

	if ((status != 401 && status != 403) || exchange->request->auth != APOLLO_AUTH_TOKEN || exchange->refreshed ||
	    exchanges->stopped ||
	    !token_invalidate(exchanges->tokens, exchange->instance->issuer, exchange->request->scope, exchange->token) ||
	    timer_set(&exchanges->timers, &exchange->timer, exchange->deadline) < 0)
		return false;
	exchange->refreshed = true;
	exchange->stage = QUEUED;
	exchange->lane->active--;
	lane_prepend(exchange->lane, &exchange->item);
	lane_ready(exchange->lane);
	return true;
}

/* A request that may be sent once only is not repeated where the service may have acted on it. */
static bool exchange_may_repeat(const struct exchange *exchange, int32_t status)
{
	return !(exchange->request->flags & APOLLO_ONCE) || !exchange->maybe_arrived || status == 429;
}

static void exchange_answered(void *context, const struct apollo_reply *reply, const struct http_facts *facts)
{
	struct exchange *exchange = context;
	const struct clock *clock = &exchange->exchanges->options.clock;
	bool again;

	exchange->tries++;
	exchange->last_status = reply->status;
	exchange->maybe_arrived |= facts->maybe_arrived;
	exchange->outcome_unknown |= facts->maybe_arrived && !reply->status;
	exchange->retry_after = http_retry_after(reply, clock_now(clock));
	if (exchange->token && reply->status >= 200 && reply->status < 300)
		token_prove(exchange->exchanges->tokens, exchange->instance->issuer, exchange->request->scope, exchange->token);
	if (status_is_passing(reply->status))
		again = exchange_may_repeat(exchange, reply->status) && exchange_pause(exchange, reply->status);
	else
		again = exchange_refresh(exchange, reply->status);
	/* What is said of a later try says nothing of this one, which a gateway may have given up on after it was taken. */
	if (again && status_is_passing(reply->status) && reply->status != 429)
		exchange->outcome_unknown |= facts->maybe_arrived;
	token_drop(exchange);
	if (!again)
		exchange_finish(exchange, reply->status ? EXCHANGE_ANSWERED : EXCHANGE_UNANSWERED, reply, NULL);
}

/* Sends it with this Authorization; it holds a place of its lane. */
static void exchange_fly(struct exchange *exchange, const char *authorization)
{
	struct exchanges *exchanges = exchange->exchanges;
	struct apollo_request request = *exchange->request;
	int64_t left = exchange->deadline - clock_elapsed(&exchanges->options.clock);
	struct error error;

	if (left <= 0) {
		exchange_expire(exchange);
		return;
	}
	if (!request.timeout)
		request.timeout = HTTP_TIMEOUT;
	if (request.timeout > left)
		request.timeout = left;
	timer_unset(&exchanges->timers, &exchange->timer);
	if (http_send(exchanges->http, &request, authorization, exchange_answered, exchange, &error) < 0)
		exchange_end(exchange, EXCHANGE_UNANSWERED, error.message, NULL);
}

/* Back into the queue: by the time that its turn comes there may be a newer token. */
static void exchange_authorized(void *context, const char *token, const struct error *error)
{
	struct exchange *exchange = context;
	char text[2 * TEXT_MAX];

	if (!token) {
		(void)snprintf(text, sizeof(text), "%.*s%s%.*s", TEXT_MAX - 2, error->message, error->detail[0] ? ": " : "",
			       TEXT_MAX - 2, error->detail);
		exchange_end(exchange, error->code == ERROR_STOPPED ? EXCHANGE_STOPPED : EXCHANGE_UNAUTHORIZED, text, error);
		return;
	}
	exchange->stage = QUEUED;
	lane_prepend(exchange->lane, &exchange->item);
	lane_ready(exchange->lane);
}

/* Waits for a token, outside of its lane: the request that gets the token may need a place in the same one. */
static void exchange_authorize(struct exchange *exchange)
{
	lane_remove(exchange->lane, &exchange->item);
	exchange->stage = AUTHORIZING;
	exchange->waiter = (struct token_waiter){.done = exchange_authorized, .context = exchange};
	token_get(exchange->exchanges->tokens, exchange->instance->issuer, exchange->request->scope, &exchange->waiter);
}

static void exchange_fly_with_token(struct exchange *exchange, const char *token)
{
	char *value = NULL;

	exchange->token = strdup(token);
	if (!exchange->token || asprintf(&value, "Bearer %s", token) < 0) {
		exchange_end(exchange, EXCHANGE_UNANSWERED, "out of memory", NULL);
		return;
	}
	exchange_fly(exchange, value);
	OPENSSL_cleanse(value, strlen(value));
	free(value);
}

static void exchange_fly_with_secret(struct exchange *exchange)
{
	struct scope scope SCOPE_CLEANUP = scope_init(8 * SECRET_BYTES_MAX);
	const char *value = NULL;
	struct error error;

	if (request_authorization(exchange->request, &scope, &value, &error) < 0) {
		(void)error_prefix(&error, "%s", exchange->instance->name);
		exchange_end(exchange, EXCHANGE_UNAUTHORIZED, error.message, &error);
		return;
	}
	exchange_fly(exchange, value);
}

/* token: NULL where none is wanted. */
static void exchange_begin(struct exchange *exchange, const char *token)
{
	lane_remove(exchange->lane, &exchange->item);
	exchange->stage = FLYING;
	exchange->lane->active++;
	if (token)
		exchange_fly_with_token(exchange, token);
	else if (exchange->request->auth == APOLLO_AUTH_NONE)
		exchange_fly(exchange, NULL);
	else
		exchange_fly_with_secret(exchange);
}

/* ---- pumping ----------------------------------------------------------------------------------------------- */

static void exchange_show(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->exchanges;

	(void)request_print(exchanges->options.dry_run, exchange->instance->name, exchange->request,
			    &exchanges->failure);
	exchange_end(exchange, EXCHANGE_DRY, "dry run", NULL);
}

/* Whether the lane may send now; where not, its timer is set or the end of a request will wake it. */
static bool lane_may_send(struct lane *lane, struct exchanges *exchanges)
{
	int64_t now = clock_elapsed(&exchanges->options.clock), at = lane_next(lane);

	if (at <= now) {
		lane_leave(lane, now);
		return true;
	}
	if (at < INT64_MAX && timer_set(&exchanges->timers, &lane->timer, at) < 0)
		(void)error_memory(&exchanges->failure, "a timer");
	return false;
}

/* Does what is next with the first one of a lane; false where nothing can be done now. */
static bool lane_step(struct lane *lane, struct exchanges *exchanges)
{
	struct exchange *exchange = (struct exchange *)lane->first;
	bool wants = exchange->request->auth == APOLLO_AUTH_TOKEN;
	const char *token = NULL;

	if (exchanges->options.dry_run) {
		exchange_show(exchange);
		return true;
	}
	if (exchanges->stopped) {
		exchange_end(exchange, EXCHANGE_STOPPED, "stopped before the request was sent", NULL);
		return true;
	}
	/* What the service asked to wait for leads beyond its time: it need not stand in the queue for that. */
	if (lane->paused_until >= exchange->deadline) {
		exchange->retry_after = lane->paused_until - clock_elapsed(&exchanges->options.clock);
		exchange_expire(exchange);
		return true;
	}
	if (wants && !(token = token_peek(exchanges->tokens, exchange->instance->issuer, exchange->request->scope))) {
		exchange_authorize(exchange);
		return true;
	}
	if (http_under_way(exchanges->http) >= HTTP_UNDER_WAY_MAX) {
		lane_ready(lane);
		return false;
	}
	if (!lane_may_send(lane, exchanges))
		return false;
	exchange_begin(exchange, token);
	return true;
}

static void lane_pump(struct lane *lane, struct exchanges *exchanges)
{
	while (lane->first && exchanges->failure.code == 0 && lane_step(lane, exchanges))
		;
}

/* Pumps the lanes that were ready at the start; a lane that becomes ready meanwhile has its turn next time, so that
 * none of them starves the others. */
static void exchanges_pump(struct exchanges *exchanges)
{
	struct lane *lane = lanes_take_ready(&exchanges->lanes);

	while (lane) {
		struct lane *next = lane->ready_next;

		lane->ready = false;
		lane_pump(lane, exchanges);
		lane = next;
	}
}

/* ---- the engine -------------------------------------------------------------------------------------------- */

static void policy_fill(struct exchange_policy *policy, const struct exchange_policy *from)
{
	if (!policy->tries)
		policy->tries = from->tries;
	if (policy->deadline <= 0)
		policy->deadline = from->deadline;
	if (policy->backoff_first <= 0)
		policy->backoff_first = from->backoff_first;
	if (policy->backoff_max <= 0)
		policy->backoff_max = from->backoff_max;
}

int exchanges_new(const struct exchange_options *options, struct exchanges **exchanges, struct error *error)
{
	struct exchanges *made EXCHANGES_CLEANUP = calloc(1, sizeof(*made));
	int code;

	if (!made)
		return error_memory(error, "the engine");
	made->options = *options;
	made->random = options->seed;
	policy_fill(&made->options.policy, &(struct exchange_policy){EXCHANGE_TRIES, EXCHANGE_DEADLINE,
								     EXCHANGE_BACKOFF_FIRST, EXCHANGE_BACKOFF_MAX});
	code = http_new(&options->http, &options->clock, &made->http, error);
	if (code == 0)
		code = tokens_new(made, &made->tokens, error);
	if (code < 0)
		return code;
	*exchanges = TAKE(made);
	return 0;
}

void exchanges_free(struct exchanges **exchanges)
{
	struct exchanges *old = *exchanges;

	if (!old)
		return;
	http_free(&old->http);
	while (old->all)
		exchange_free(old->all);
	tokens_free(&old->tokens);
	timers_release(&old->timers);
	lanes_release(&old->lanes);
	timers_release(&old->waits);
	free(old);
	*exchanges = NULL;
}

/* What must be right before an exchange is made. */
static int start_check(const struct exchanges *exchanges, const struct instance *instance,
		       const struct apollo_request *request, struct error *error)
{
	int code = request_check(request, error);

	if (code < 0)
		return error_prefix(error, "%s", instance->name);
	if (request->auth == APOLLO_AUTH_TOKEN && !instance->issuer) {
		(void)error_set(error, APOLLO_CONFIG, "%s: wants a token and there is nobody who issues one",
				instance->name);
		return error_hint(error, "name the instance that does as its issuer");
	}
	if (exchanges->count >= EXCHANGES_MAX)
		return error_set(error, APOLLO_NOMEM, "%d requests are pending, more are not taken", EXCHANGES_MAX);
	if (request->body_size > EXCHANGE_BYTES_MAX - exchanges->bytes)
		return error_set(error, APOLLO_NOMEM, "the pending requests have %zu bytes, more are not taken",
				 exchanges->bytes);
	return 0;
}

static void exchange_link(struct exchanges *exchanges, struct exchange *exchange)
{
	exchange->all_next = exchanges->all;
	exchange->all_link = &exchanges->all;
	if (exchanges->all)
		exchanges->all->all_link = &exchange->all_next;
	exchanges->all = exchange;
	exchanges->count++;
	exchanges->bytes += exchange->request->body_size;
}

int exchange_start(struct exchanges *exchanges, struct instance *instance, const struct apollo_request *request,
		   const struct exchange_policy *policy, exchange_done done, void *context, struct error *error)
{
	struct exchange *exchange FREE_CLEANUP = NULL;
	struct apollo_request *copy FREE_CLEANUP = NULL;
	struct lane *lane;
	int code = start_check(exchanges, instance, request, error);

	if (code < 0)
		return code;
	lane = lanes_find(&exchanges->lanes, instance, request->url, error);
	if (!lane)
		return error->code;
	exchange = calloc(1, sizeof(*exchange));
	copy = request_copy(request);
	if (!exchange || !copy)
		return error_memory(error, "a request");
	*exchange = (struct exchange){
		.exchanges = exchanges,
		.lane = lane,
		.instance = instance,
		.policy = policy ? *policy : exchanges->options.policy,
		.done = done,
		.context = context,
		.stage = QUEUED,
		.retry_after = -1,
		.timer = {.fire = exchange_wake, .context = exchange},
	};
	policy_fill(&exchange->policy, &exchanges->options.policy);
	exchange->deadline = clock_elapsed(&exchanges->options.clock) + exchange->policy.deadline;
	if (timer_set(&exchanges->timers, &exchange->timer, exchange->deadline) < 0)
		return error_memory(error, "a timer");
	exchange->request = TAKE(copy);
	exchange_link(exchanges, exchange);
	lane_append(lane, &exchange->item);
	lane_ready(lane);
	exchange = NULL;
	return 0;
}

/* Ends all that is not under way.  Each call can end others or start new ones (which the pump then ends), so the walk
 * begins anew after every one; those under way gather at the front of the list and are moved behind. */
static void exchanges_halt(struct exchanges *exchanges)
{
	struct exchange *flying = NULL, *exchange;

	while ((exchange = exchanges->all) != NULL) {
		if (exchange->stage != FLYING) {
			exchange_end(exchange, EXCHANGE_STOPPED, "stopped before the request was sent", NULL);
			continue;
		}
		exchanges->all = exchange->all_next;
		if (exchanges->all)
			exchanges->all->all_link = &exchanges->all;
		exchange->all_next = flying;
		exchange->all_link = &flying;
		if (flying)
			flying->all_link = &exchange->all_next;
		flying = exchange;
	}
	exchanges->all = flying;
	if (flying)
		flying->all_link = &exchanges->all;
}

static size_t waits_fire(struct exchanges *exchanges, int64_t time)
{
	size_t fired = timers_fire(&exchanges->waits, exchanges->stopped ? INT64_MAX : time);

	exchanges->progress += fired;
	return fired;
}

/* How long nothing will happen but what the network brings; microseconds. */
static int64_t run_timeout(const struct exchanges *exchanges)
{
	int64_t now = clock_elapsed(&exchanges->options.clock);
	int64_t next = timers_next(&exchanges->timers), wait = timers_next(&exchanges->waits);

	if (exchanges->progress ||
	    (exchanges->lanes.ready_first && http_under_way(exchanges->http) < HTTP_UNDER_WAY_MAX))
		return 0;
	if (wait < next)
		next = wait;
	if (next <= now)
		return 0;
	/* A flag can be set between the look at it and the wait, and then nothing ends the wait. */
	return next - now > RUN_SLICE && (exchanges->options.stop || next == INT64_MAX) ? RUN_SLICE : next - now;
}

static int run_round(struct exchanges *exchanges, struct error *error)
{
	int64_t now = clock_elapsed(&exchanges->options.clock), timeout;
	int code = 0;

	if (exchanges->options.stop && *exchanges->options.stop)
		exchanges->stopped = true;
	if (exchanges->stopped && !exchanges->stop_done) {
		exchanges->stop_done = true;
		exchanges_halt(exchanges);
	}
	(void)timers_fire(&exchanges->timers, now);
	(void)waits_fire(exchanges, now);
	exchanges_pump(exchanges);
	if (exchanges->failure.code < 0) {
		*error = exchanges->failure;
		return error->code;
	}
	timeout = run_timeout(exchanges);
	if (http_under_way(exchanges->http) || (timeout > 0 && exchanges_pending(exchanges)))
		code = http_run(exchanges->http, timeout, error);
	if (code < 0)
		exchanges->failure = *error;
	return code < 0 ? code : 0;
}

int exchanges_run(struct exchanges *exchanges, struct error *error)
{
	if (exchanges->failure.code < 0) {
		*error = exchanges->failure;
		return error->code;
	}
	exchanges->progress = 0;
	while (!exchanges->progress && exchanges_pending(exchanges)) {
		int code = run_round(exchanges, error);

		if (code < 0)
			return code;
	}
	return exchanges_pending(exchanges) ? 1 : 0;
}

void exchanges_forget(struct exchanges *exchanges, const void *context)
{
	for (struct exchange *exchange = exchanges->all; exchange; exchange = exchange->all_next)
		if (exchange->context == context)
			exchange->done = NULL;
}

size_t exchanges_pending(const struct exchanges *exchanges)
{
	return exchanges->count + exchanges->waits.count;
}

void exchanges_stop(struct exchanges *exchanges)
{
	exchanges->stopped = true;
}

bool exchanges_stopped(const struct exchanges *exchanges)
{
	return exchanges->stopped || (exchanges->options.stop && *exchanges->options.stop);
}

bool exchanges_dry(const struct exchanges *exchanges)
{
	return exchanges->options.dry_run != NULL;
}

const struct clock *exchanges_clock(const struct exchanges *exchanges)
{
	return &exchanges->options.clock;
}

int exchange_wait(struct exchanges *exchanges, struct timer *timer, int64_t delay)
{
	int64_t now = clock_elapsed(&exchanges->options.clock);

	return timer_set(&exchanges->waits, timer, delay > INT64_MAX - now ? INT64_MAX : now + delay);
}

void exchange_unwait(struct exchanges *exchanges, struct timer *timer)
{
	timer_unset(&exchanges->waits, timer);
}
