/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apollo/plugin.h - the whole contract between apollo and a plugin.
 *
 * What a plugin is
 *
 *   A plugin knows the language of one remote service and nothing else.  It is asked what is to be said next
 *   and is told what came back.  The core does everything that has an effect: it sends, waits, retries, limits
 *   rates, keeps tokens, writes the journal and survives being killed.
 *
 * Invariants, true for every call in this file
 *
 *   - A plugin opens no socket or file, reads no clock or environment, starts no thread, never sleeps, and
 *     keeps no writable global.  All that it needs is in the arguments; the time is call->now.
 *   - A plugin imports nothing from apollo: services come as function pointers in `struct apollo_call`.  A .so
 *     built against this header links against its own libraries only, and exports one symbol.
 *   - The core never enters one instance twice at the same time.
 *   - Every text is UTF-8 and ends in NUL, and is never NULL unless this file says so.  A body has a size of its
 *     own, may hold any byte, and is followed by one NUL that the size does not count.
 *   - Texts and arrays that a plugin hands out live in scope memory (call->alloc) or are constants.  The core
 *     copies what it keeps.  What the core hands in lives until the call returns.
 *   - Everything that came from a remote service is hostile: wrong type, wrong size, absent, repeated.
 *   - A function returns 0 or more on success and one of the negative APOLLO_* codes on failure, after
 *     call->fail() has said why.  Outputs are written on success only.
 *   - Usage is an int64_t count of micro-units, 10^-6 of the dimension's unit.  Time is an int64_t count of
 *     microseconds since 1970-01-01T00:00:00Z, without leap seconds.  There is no floating point here.
 *
 * Versions
 *
 *   Every table begins with its own size, filled by the author with sizeof.  Tables grow at the end only, with
 *   a new ABI minor.  The loader zeroes a table of its own and copies the smaller of the two sizes, so a
 *   member that an older plugin does not have reads as NULL: "not offered".  A table larger than the core's is
 *   from a newer minor: it is accepted, and members that the core does not know are not used.  A member never
 *   changes its meaning; were that needed, the major would change, and majors must be equal.
 *   A plugin reads or writes a member of a table that the core hands in only if the table's `size` reaches it; see
 *   APOLLO_HAS.  Three small ones have no size and never grow: apollo_header, apollo_option, apollo_item.
 *
 * The shortest way to a plugin of your own: docs/examples/hello-market, then apollo-plugin-check FILE.so.
 */
#ifndef APOLLO_PLUGIN_H
#define APOLLO_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define APOLLO_PLUGIN_MAGIC UINT32_C(0x4c4f5041) /* the bytes "APOL" on a little-endian machine */
#define APOLLO_ABI_MAJOR 1
#define APOLLO_ABI_MINOR 0

/* Whether a table that came with its size reaches member M.  P is not NULL. */
#define APOLLO_HAS(P, TYPE, M) ((P)->size >= offsetof(TYPE, M) + sizeof((P)->M))

/* ---- errors ------------------------------------------------------------------------------------------------ */

/* A code is a decision: it says what the core is to do next, not what went wrong; that is the message's work. */
enum apollo_code {
	APOLLO_OK = 0,
	APOLLO_RETRY = -1,       /* passing trouble: the next run tries the same again */
	APOLLO_AUTH = -2,        /* the credential was refused, also after a new token: a person is told */
	APOLLO_THROTTLED = -3,   /* too fast, also after the waits that the service asked for: the next run tries again */
	APOLLO_REJECTED = -4,    /* the service understood and said no: repeating it cannot help */
	APOLLO_DUPLICATE = -5,   /* the service has it already */
	APOLLO_UNSUPPORTED = -6, /* this plugin does not offer that */
	APOLLO_CONFIG = -7,      /* the configuration is wrong: a person must change it */
	APOLLO_BUG = -8,         /* the plugin or the core broke this contract */
	APOLLO_NOMEM = -9        /* out of memory, or a named ceiling was reached */
};

enum apollo_level { APOLLO_DEBUG = 0, APOLLO_INFO = 1, APOLLO_WARNING = 2, APOLLO_ERROR = 3 };

/* ---- services of the core, handed to every call ------------------------------------------------------------ */

struct apollo_call {
	size_t size; /* of this table, as the core knows it */
	void *core;  /* the core's own; a plugin passes the call on and does not look */
	int64_t now; /* the time, microseconds since 1970 UTC; the same for the whole call */
	uint32_t abi_minor; /* the core's: what flags and codes it knows */

	/* Zeroed memory that lives until the core has used the result of this call; never freed by the plugin.
	 * Aligned for any type.  NULL if memory is short or the call's ceiling (16 MiB) is reached: return
	 * APOLLO_NOMEM then. */
	void *(*alloc)(const struct apollo_call *call, size_t size);

	/* Records why the call fails and returns `code`, so that `return call->fail(...)` is the idiom.
	 * message: what failed, one line, with the values.  detail: what the other side said, or NULL.
	 * hint: what a person can do, or NULL.  All are copied and cut at 500 bytes.  The last one stands. */
	int (*fail)(const struct apollo_call *call, int code, const char *message, const char *detail,
		    const char *hint);

	/* Says something that is not a failure.  The core decides where it goes and adds the instance's name. */
	void (*note)(const struct apollo_call *call, int level, const char *message);

	/* The value behind a secret reference (the value of an APOLLO_SECRET option, such as "env:NAME" or
	 * "file:/path").  Lives as alloc()ed memory does.  NULL if it cannot be had: the core has recorded
	 * the failure, return APOLLO_CONFIG.  A secret goes nowhere but into a request marked
	 * APOLLO_CONFIDENTIAL or into a computation. */
	const char *(*secret)(const struct apollo_call *call, const char *reference);
};

/* ---- options ----------------------------------------------------------------------------------------------- */

enum apollo_option_type {
	APOLLO_TEXT = 0,
	APOLLO_URL = 1,      /* a base address, http:// or https://, ASCII, without a query or a slash at the end; the core
				checks and trims it */
	APOLLO_SECRET = 2,   /* a reference (env:NAME, file:PATH), never a value; see call->secret */
	APOLLO_INTEGER = 3,  /* decimal, fits an int64_t */
	APOLLO_BOOLEAN = 4,  /* "true" or "false" */
	APOLLO_DURATION = 5, /* written 90s, 5m, 2h, 1d; handed over in whole seconds as decimal text */
	APOLLO_PATH = 6      /* a file, absolute after the core has resolved it against the configuration's folder */
};

enum apollo_option_flags {
	APOLLO_REQUIRED = 1,
	/* Of a subscription option: it names what is billed.  No two subscriptions of one market may have the same value,
	 * letters compared without case: the marketplace could not tell their usage apart. */
	APOLLO_IDENTITY = 2
};

/* One option.  Parsing, defaults, errors with file and line, and `apollo plugins NAME` all come from this table.  Names are
 * lower case letters, digits and underscores; at most 128 options in a table, 4096 bytes in a value. */
struct apollo_option {
	const char *name;
	int32_t type;         /* enum apollo_option_type */
	uint32_t flags;       /* enum apollo_option_flags */
	const char *fallback; /* the default as text, or NULL: then the value is NULL where it is not set */
	const char *help;     /* one line, no full stop */
};

/* Values arrive as `const char *const *values`, one for each option and in the order of the option table, each
 * already checked against its type; NULL where an option is neither set nor has a default. */

/* ---- what goes over the wire ------------------------------------------------------------------------------- */

struct apollo_header {
	const char *name;
	const char *value;
};

enum apollo_auth {
	APOLLO_AUTH_NONE = 0,
	APOLLO_AUTH_TOKEN = 1, /* Bearer token for `scope`, got from the instance's issuer and kept by the core */
	APOLLO_AUTH_BASIC = 2, /* user and the secret behind `secret` */
	APOLLO_AUTH_BEARER = 3 /* the secret behind `secret` */
};

enum apollo_request_flags {
	APOLLO_CONFIDENTIAL = 1, /* body and reply are never journalled, logged or printed (token requests) */
	APOLLO_DIRECT = 2,       /* never through a proxy (metadata servers) */
	APOLLO_ONCE = 4          /* not safe to repeat: the core sends it again only where surely no try was acted on */
};

/* A request to send.  The core adds Authorization, Content-Length, User-Agent and, over HTTPS, TLS 1.2 or newer
 * with the host's certificate checked.
 * Refused in `headers`, being the core's to set: Authorization, Content-Length, Host, Transfer-Encoding, Connection, Expect,
 * User-Agent, Proxy-Authorization.  A service that wants its requests signed in Authorization cannot be spoken to yet.
 * Ceilings: URL 8 KiB, 64 headers of 16 KiB, body 16 MiB, scope, user and references 4 KiB, timeout 1 hour. */
struct apollo_request {
	size_t size;
	const char *method; /* "GET", "POST", ... */
	const char *url;    /* absolute, with its query */
	const struct apollo_header *headers;
	size_t header_count;
	const char *body; /* NULL: none */
	size_t body_size;
	int32_t auth;            /* enum apollo_auth */
	uint32_t flags;          /* enum apollo_request_flags */
	const char *scope;       /* AUTH_TOKEN: what the issuer is asked for */
	const char *user;        /* AUTH_BASIC */
	const char *secret;      /* AUTH_BASIC, AUTH_BEARER: a reference, not a value */
	const char *ca_file;     /* trust only this file's certificates; NULL: the system's */
	const char *pinned_key;  /* "sha256//BASE64" of the server's public key; NULL: none */
	uint64_t reply_max;      /* larger replies fail the exchange, bytes; 0: the core's default, 4 MiB; at most 1 GiB */
	int64_t timeout;         /* of one try, microseconds; 0: the core's default, 30 s */
};

/* What came back.  Exactly one of status and transport_error is set. */
struct apollo_reply {
	size_t size;
	int32_t status;              /* HTTP status, 100 to 599; 0: there was no complete answer */
	const char *transport_error; /* why not, one line; NULL if there was an answer */
	const struct apollo_header *headers;
	size_t header_count;
	const char *body; /* never NULL, possibly empty */
	size_t body_size;
};

/* ---- conversations ----------------------------------------------------------------------------------------- */

enum apollo_move_kind {
	APOLLO_SEND = 1, /* send `request`, come back with the reply */
	APOLLO_WAIT = 2, /* come back at `until`, with no reply */
	APOLLO_DONE = 3  /* finished: `result` is a JSON document */
};

struct apollo_turn {
	size_t size;
	const char *goal;                 /* what is to be reached: "token", "collect", "audit", ... */
	const char *task;                 /* the goal's arguments, a JSON object */
	const char *state;                /* what the plugin left last time; NULL at the first turn */
	const struct apollo_reply *reply; /* to the last request; NULL at first, after a WAIT, and on a resume
					     where it is not known whether the request left */
	int32_t resumed;                  /* 1 if the process died since the last turn */
	uint32_t count;                   /* turns before this one; the core ends a conversation at 10,000 */
};

/* The plugin fills one of these, which comes in zeroed but for the sizes and the request.  FAIL is not a move: the
 * function returns a negative code. */
struct apollo_move {
	size_t size;
	int32_t kind;                   /* enum apollo_move_kind */
	struct apollo_request *request; /* SEND: comes in zeroed, with its size, in scope memory; fill it */
	int64_t until;                  /* WAIT: a time, microseconds since 1970 */
	const char *result;             /* DONE: JSON */
	const char *state;              /* JSON for the next turn; at most 1 MiB; NULL: keep the last one */
};

/* One turn.  The core writes the move and the state to its journal before the request leaves, and the reply
 * before the next turn, so a conversation killed at any instant goes on.  On a resume without a reply the request
 * may or may not have arrived: a plugin whose request is not safe to repeat must ask the service first.
 * The core itself repeats a request whose reply is a transport error, 408, 429 or 5xx, and once after 401 with a
 * new token, before it gives the last reply to the plugin; conversations need no retry code.
 * An unknown goal: fail with APOLLO_UNSUPPORTED. */
typedef int (*apollo_converse)(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			       struct apollo_move *move);

/* ---- role: market ------------------------------------------------------------------------------------------ */

enum apollo_limits_flags {
	/* Consecutive records of one series join: each starts where the last one ended, and an hour without
	 * usage is a record of zero. */
	APOLLO_JOINED_WINDOWS = 1
};

/* The marketplace's rules, asked once after open. */
struct apollo_limits {
	size_t size;
	uint32_t batch_records;   /* most records in one request, 1 or more */
	uint32_t flags;           /* enum apollo_limits_flags */
	uint64_t batch_bytes;     /* most bytes of record bodies in one request */
	int64_t quantity_max;     /* most micro-units in one record */
	int64_t step_min;         /* smallest step, micro-units: 1, or 1000000 for whole units */
	int64_t window;           /* how old a record's start may be, microseconds; 0: no limit known */
	int64_t cutoff;           /* the age at which the plan's policy decides, below window where there is one; 0: none */
	int64_t admission_ttl;    /* how long an answer to admit holds, microseconds */
	uint32_t concurrency;     /* most requests under way at once to the market, 1 or more */
	uint32_t rate;            /* most requests a second, 0: no limit known */
};

/* One hour of one dimension of one subscription, as the marketplace is to be told. */
struct apollo_record {
	size_t size;
	const char *const *subscription; /* values of the market's subscription options, in their order */
	const char *dimension;           /* the marketplace's own id of the dimension */
	int64_t quantity;                /* micro-units, a multiple of the step; 0 only where windows are joined */
	int64_t start;                   /* of the hour; microseconds since 1970 */
	int64_t end;                     /* of the hour, exclusive */
	const char *key;                 /* names this record, its hour and its quantity, for ever and in no other ledger; the same on a
					    resend */
};

/* What a record became: the id and the exact bytes that the core stores before the first send and hands back on
 * every one after it. */
struct apollo_prepared {
	size_t size;
	const char *id; /* the marketplace's idempotency id, or a copy of the key where it has none; at most 256
			   bytes */
	const char *body;
	size_t body_size;
};

struct apollo_item {
	const struct apollo_record *record;
	const struct apollo_prepared *prepared;
};

enum apollo_outcome {
	APOLLO_PENDING_OUTCOME = 0, /* not decided; an item left so is treated as UNKNOWN */
	APOLLO_ACCEPTED = 1,
	APOLLO_ALREADY = 2,   /* the slot was taken before; `held` is what the marketplace holds, and a difference is due
				 again; where it is not known the same is sent again */
	APOLLO_REFUSED = 3,  /* rejected for good: parked for a person */
	APOLLO_EXPIRED = 4,  /* too old for the marketplace's window: the plan's policy decides */
	APOLLO_NOT_TAKEN = 5, /* surely not taken, passing trouble (throttled, token refused): send again */
	APOLLO_UNKNOWN = 6,  /* it cannot be told whether it was taken: send the same again */
	APOLLO_STALE_TOKEN = 7, /* surely not taken, the token was refused; the core has renewed it once already: send again later */
	APOLLO_APART = 8        /* surely not taken: the request was refused as a whole, for what may be the fault of one of
				   its records: send each alone.  Of a request of one record: REFUSED */
};

struct apollo_verdict {
	size_t size;
	int32_t outcome;       /* enum apollo_outcome */
	int64_t held;          /* ALREADY: what the marketplace holds, micro-units; -1 if it did not say */
	const char *reference; /* the marketplace's own id for it, or NULL; cut at 1024 bytes */
	const char *code;      /* the marketplace's word for the outcome, or NULL; cut at 500 bytes */
	const char *message;   /* one line for people, or NULL; cut at 500 bytes */
};

struct apollo_admission {
	size_t size;
	int32_t outcome;     /* ACCEPTED: go on; REFUSED: this customer cannot be charged; NOT_TAKEN: ask later;
				UNKNOWN: the service could not tell, the last answer holds */
	const char *code;    /* as in a verdict */
	const char *message; /* as in a verdict */
};

/* The role of one who bills.  limits, prepare, encode and decode are required; the others may be NULL.
 * prepare, encode, decode, admit_* are pure: same arguments, same result, no memory of earlier calls. */
struct apollo_market {
	size_t size;

	/* Options that each subscription sold through this market sets (ids and the like). */
	const struct apollo_option *subscription_options;
	size_t subscription_option_count;

	int (*limits)(void *instance, const struct apollo_call *call, struct apollo_limits *limits);

	/* Whether a subscription's values are right together; called once for each at start.  May be NULL. */
	int (*check_subscription)(void *instance, const struct apollo_call *call, const char *const *values);

	/* The id and bytes of one record. */
	int (*prepare)(void *instance, const struct apollo_call *call, const struct apollo_record *record,
		       struct apollo_prepared *prepared);

	/* One request for `count` prepared records, 1 or more and within limits. */
	int (*encode)(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		      struct apollo_request *request);

	/* What the reply says of each record: *verdicts[i] belongs to items[i] and comes in zeroed, with its size.
	 * Rows are matched by what they say, never by their order.  Returns 0 and fills verdicts whatever the reply
	 * was; a negative code only for memory or a bug.  A reply without a status comes here only where the request may
	 * have arrived. */
	int (*decode)(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		      const struct apollo_reply *reply, struct apollo_verdict *const *verdicts);

	/* Whether the customer may be charged, asked before a record of theirs is sent and kept for
	 * limits.admission_ttl.  Both or neither. */
	int (*admit_encode)(void *instance, const struct apollo_call *call, const struct apollo_item *item,
			    struct apollo_request *request);
	int (*admit_decode)(void *instance, const struct apollo_call *call, const struct apollo_item *item,
			    const struct apollo_reply *reply, struct apollo_admission *admission);

	/* Goals:
	 *   audit    task {"from": TIME, "to": TIME}: the marketplace's own record of days or records that begin in
	 *            [from, to).  Result {"rows": [{"day": "2026-11-01", "resource": TEXT, "dimension": TEXT,
	 *            "state": "agreed"|"pending"|"rejected"|"different", "submitted": DECIMAL TEXT,
	 *            "processed": DECIMAL TEXT, "count": N}, ...]}, where `resource` is what resource_of gives.
	 *   offer    task {"name": TEXT, "files": {NAME: JSON, ...}}: submits a private offer, whose files are those that
	 *            apollo offer export writes for this market.  It is not made twice, also after a reply that was lost:
	 *            where that cannot be known it fails with APOLLO_RETRY, and where one of its name is there from
	 *            before, with APOLLO_DUPLICATE; where the files are no such, with
	 *            APOLLO_REJECTED.  Result {"id": TEXT, "state": TEXT}, in the marketplace's words. */
	apollo_converse converse;

	/* What the marketplace calls this subscription in its own records, compared without case: the text
	 * that `audit` gives as "resource".  Required with the goal audit, else NULL.  The result lives in
	 * scope memory. */
	const char *(*resource_of)(void *instance, const struct apollo_call *call, const char *const *values);
};

/* ---- role: source ------------------------------------------------------------------------------------------ */

/* The role of one who knows usage.
 * Goal collect, task {"subscription": TEXT, "meter": TEXT, "aggregation": TEXT, "decimals": N, "hold": SECONDS,
 * "from": TIME, "to": TIME, "options": {NAME: TEXT, ...}, "cursor": JSON or null}: samples in [from, to).
 * Result {"samples": [{"id": TEXT, "time": TIME, "value": DECIMAL TEXT}, ...], "until": TIME, "cursor": JSON}.
 *   aggregation  sum, max, last, unique or time_weighted: what becomes of the samples of an hour
 *   hold         time_weighted: how long a sample is believed; else 0
 *   id           the same whenever the same sample is collected again, and no other sample's of the same
 *                subscription and meter
 *   value        with at most `decimals` places; one that does not fit makes the core refuse the whole answer
 *   until        how far the samples go, `from` to `to`: there the next question begins.  Absent: `to`.  A source that
 *                has a part of the window answers with that part and is asked for the rest; `from`: nothing yet
 *   cursor       handed back at the next collection of the same subscription and meter
 * Times are RFC 3339 with Z. */
struct apollo_source {
	size_t size;
	const struct apollo_option *collect_options; /* what each collected meter sets, such as a query */
	size_t collect_option_count;
	apollo_converse converse; /* required */

	/* Whether such a task can be asked, whatever its times and its cursor; called once for each collected meter at
	 * start, so that wrong options are found before the first question.  May be NULL. */
	int (*check_collect)(void *instance, const struct apollo_call *call, const char *task);
};

/* ---- role: issuer ------------------------------------------------------------------------------------------ */

/* The role of one who gives tokens.
 * Goal token, task {"scope": TEXT}.  Result {"token": TEXT, "expires_in": SECONDS}.
 * Such a conversation is never journalled.  Its requests are marked APOLLO_CONFIDENTIAL.  A token is up to 32 KiB of
 * visible ASCII, and is kept by the core until shortly before it is over. */
struct apollo_issuer {
	size_t size;
	apollo_converse converse; /* required */
};

/* ---- the descriptor ---------------------------------------------------------------------------------------- */

struct apollo_plugin {
	uint32_t magic;
	uint32_t reserved; /* 0 */
	size_t size;
	uint32_t abi_major;
	uint32_t abi_minor;
	const char *name;    /* lower case letters, digits, hyphens; the file is NAME.so */
	const char *version; /* the plugin's own */
	const char *summary; /* one line, no full stop */
	const struct apollo_option *options;
	size_t option_count;

	/* Makes an instance from the option values.  Required.  No I/O: a wrong credential shows later. */
	int (*open)(const struct apollo_call *call, const char *name, const char *const *values, void **instance);

	/* Ends it.  Required.  NULL is allowed and ignored. */
	void (*close)(void *instance);

	const struct apollo_market *market;
	const struct apollo_source *source;
	const struct apollo_issuer *issuer;
};

#if defined(__GNUC__)
#define APOLLO_EXPORT __attribute__((visibility("default")))
#else
#define APOLLO_EXPORT
#endif

/* The one symbol that a plugin exports. */
#define APOLLO_PLUGIN_SYMBOL "apollo_plugin_descriptor"
typedef const struct apollo_plugin *(*apollo_plugin_descriptor_function)(void);

#ifdef __cplusplus
#define APOLLO_PLUGIN_LINKAGE extern "C"
#else
#define APOLLO_PLUGIN_LINKAGE
#endif

/* Put once, at file level: APOLLO_PLUGIN(descriptor), where descriptor is a constant struct apollo_plugin. */
#define APOLLO_PLUGIN(DESCRIPTOR)                                                             \
	APOLLO_PLUGIN_LINKAGE APOLLO_EXPORT const struct apollo_plugin *apollo_plugin_descriptor(void); \
	APOLLO_PLUGIN_LINKAGE APOLLO_EXPORT const struct apollo_plugin *apollo_plugin_descriptor(void)  \
	{                                                                                     \
		return &(DESCRIPTOR);                                                         \
	}                                                                                     \
	typedef const struct apollo_plugin *apollo_plugin_once_type

/* The first members of a descriptor, to be written first:
 *   static const struct apollo_plugin plugin = { APOLLO_PLUGIN_HEAD, .name = "hello", ... };  */
#define APOLLO_PLUGIN_HEAD                                                                    \
	.magic = APOLLO_PLUGIN_MAGIC, .size = sizeof(struct apollo_plugin), .abi_major = APOLLO_ABI_MAJOR,  \
	.abi_minor = APOLLO_ABI_MINOR

#ifdef __cplusplus
}
#endif
#endif
