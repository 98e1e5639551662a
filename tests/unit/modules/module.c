/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module.c - the plugins that the loader is tried with.  Each is this file, with one of the MODULE_ names defined.
 */
#include <apollo/plugin.h>
#include <stdlib.h>

#ifdef MODULE_MARKED
/* Seen by the test where any code of this file was run. */
__attribute__((constructor)) static void mark(void)
{
	(void)setenv("APOLLO_UNIT_MARK", "run", 1);
}
#endif

#ifdef MODULE_SILENT

int module_is_no_plugin(void);
__attribute__((visibility("default"))) int module_is_no_plugin(void)
{
	return 1;
}

#elif defined(MODULE_EMPTY)

APOLLO_EXPORT const struct apollo_plugin *apollo_plugin_descriptor(void);
APOLLO_EXPORT const struct apollo_plugin *apollo_plugin_descriptor(void)
{
	return NULL;
}

#else

__attribute__((unused)) static int module_open(const struct apollo_call *call, const char *name,
					       const char *const *values,
						void **instance)
{
	(void)call, (void)name, (void)values;
	*instance = NULL;
	return 0;
}

static void module_close(void *instance)
{
	(void)instance;
}

static int module_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			   struct apollo_move *move)
{
	(void)instance, (void)turn;
	move->kind = APOLLO_DONE;
	move->result = "{}";
	return call->now >= 0 ? 0 : APOLLO_BUG;
}

__attribute__((unused)) static const struct apollo_source source = {.size = sizeof(source),
									.converse = module_converse};
static const struct apollo_option options[] = {{"url", APOLLO_URL, APOLLO_REQUIRED, NULL, "where it is"}};

#if defined(MODULE_OLDER)

/* As a compiler of an earlier minor saw it: the table ends behind `source`, and what follows in memory is no part of
 * it. */
static const struct {
	struct apollo_plugin table;
} older = {{APOLLO_PLUGIN_MAGIC, 0, offsetof(struct apollo_plugin, issuer), APOLLO_ABI_MAJOR, 0, "older", "0.9",
	    "made with an earlier minor", options, 1, module_open, module_close, NULL, &source,
	    (const struct apollo_issuer *)1}};
APOLLO_PLUGIN(older.table);

#elif defined(MODULE_NEWER)

static void mark_future(void)
{
}

/* As a later minor may look: larger tables with members that this core does not know. */
static const struct {
	struct apollo_source table;
	void (*future)(void);
} newer_source = {{sizeof(newer_source), NULL, 0, module_converse, NULL}, mark_future};
static const struct {
	struct apollo_plugin table;
	const char *future;
} newer = {{APOLLO_PLUGIN_MAGIC, 0, sizeof(newer), APOLLO_ABI_MAJOR, APOLLO_ABI_MINOR + 7, "newer", "9.0",
	    "made with a later minor", options, 1, module_open, module_close, NULL, &newer_source.table, NULL},
	   "unknown"};
APOLLO_PLUGIN(newer.table);

#else

static const struct apollo_plugin plugin = {
#if defined(MODULE_MAGIC)
	.magic = UINT32_C(0x464c457f), .size = sizeof(plugin), .abi_major = APOLLO_ABI_MAJOR, .name = "magic",
#elif defined(MODULE_MAJOR)
	.magic = APOLLO_PLUGIN_MAGIC, .size = sizeof(plugin), .abi_major = APOLLO_ABI_MAJOR + 1, .name = "major",
#elif defined(MODULE_SIZE)
	.magic = APOLLO_PLUGIN_MAGIC, .size = offsetof(struct apollo_plugin, close), .abi_major = APOLLO_ABI_MAJOR,
	.name = "size",
#elif defined(MODULE_MARKED)
	APOLLO_PLUGIN_HEAD, .name = "marked",
#elif defined(MODULE_CALLBACK)
	APOLLO_PLUGIN_HEAD, .name = "callback",
#else
	APOLLO_PLUGIN_HEAD, .name = "good",
#endif
	.version = "1.0", .summary = "a plugin for tests", .options = options, .option_count = 1,
#ifndef MODULE_CALLBACK
	.open = module_open,
#endif
	.close = module_close, .source = &source,
};
APOLLO_PLUGIN(plugin);

#endif
#endif
