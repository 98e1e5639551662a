/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the loader takes in, and what it refuses and with which words.
 */
#include "core/loader.h"
#include "tests/unit/unit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODULES "tests/unit/modules/.libs/"

static struct error error;

/* A copy of a built module in a folder of its own. */
static const char *module_place(const char *folder, const char *name, const char *as, unsigned mode)
{
	char from[256];
	const char *to = unit_path("%s/%s.so", folder, as);

	(void)mkdir(unit_path("%s", folder), 0755);
	(void)snprintf(from, sizeof(from), MODULES "%s.so", name);
	unit_copy(from, to, mode);
	return to;
}

static struct plugin *opened(const char *path)
{
	struct plugin *plugin = NULL;

	UNIT_OK(loader_open(path, &plugin, &error), &error);
	return plugin;
}

/* ---- files ------------------------------------------------------------------------------------------------- */

static void good_is_taken(void)
{
	struct plugin *plugin PLUGIN_CLEANUP = opened(module_place("good", "good", "good", 0644));

	CU_ASSERT_PTR_NOT_NULL_FATAL(plugin);
	CU_ASSERT_STRING_EQUAL(plugin->descriptor.name, "good");
	CU_ASSERT_EQUAL(plugin->descriptor.option_count, 1);
	CU_ASSERT_PTR_EQUAL(plugin->descriptor.source, &plugin->source);
	CU_ASSERT_PTR_NOT_NULL(plugin->source.converse);
	CU_ASSERT_PTR_NULL(plugin->descriptor.market);
	CU_ASSERT_PTR_NULL(plugin->descriptor.issuer);
	UNIT_HOLDS(plugin->path, "/good/good.so");
}

static void older_minor_reads_as_not_offered(void)
{
	struct plugin *plugin PLUGIN_CLEANUP = opened(module_place("older", "older", "older", 0644));

	CU_ASSERT_PTR_NOT_NULL_FATAL(plugin);
	CU_ASSERT_PTR_NOT_NULL(plugin->descriptor.source);
	/* What lies behind the shorter table was not read. */
	CU_ASSERT_PTR_NULL(plugin->descriptor.issuer);
}

static void newer_minor_is_taken(void)
{
	struct plugin *plugin PLUGIN_CLEANUP = opened(module_place("newer", "newer", "newer", 0644));

	CU_ASSERT_PTR_NOT_NULL_FATAL(plugin);
	CU_ASSERT_EQUAL(plugin->descriptor.abi_minor, APOLLO_ABI_MINOR + 7);
	CU_ASSERT_PTR_NOT_NULL(plugin->source.converse);
}

static void strangers_are_refused(void)
{
	struct plugin *plugin = NULL;

	UNIT_REFUSED(loader_open(module_place("bad", "silent", "silent", 0644), &plugin, &error), APOLLO_CONFIG, &error,
		     "silent.so", "apollo_plugin_descriptor", "missing", "remove it");
	UNIT_REFUSED(loader_open(module_place("bad", "empty", "empty", 0644), &plugin, &error), APOLLO_CONFIG, &error,
		     "empty.so", "NULL");
	UNIT_REFUSED(loader_open(module_place("bad", "magic", "magic", 0644), &plugin, &error), APOLLO_CONFIG, &error,
		     "magic.so", "0x464c457f", "0x4c4f5041", "remove it");
	UNIT_REFUSED(loader_open(module_place("bad", "major", "major", 0644), &plugin, &error), APOLLO_UNSUPPORTED,
		     &error, "major.so", "abi_major is 2", "has 1", "install");
	UNIT_REFUSED(loader_open(module_place("bad", "size", "size", 0644), &plugin, &error), APOLLO_CONFIG, &error,
		     "size.so", "plugin.size", "to reach close", "sizeof");
	UNIT_REFUSED(loader_open(module_place("bad", "callback", "callback", 0644), &plugin, &error), APOLLO_CONFIG,
		     &error, "callback.so", "open is NULL");
	UNIT_REFUSED(loader_open(module_place("bad", "good", "other", 0644), &plugin, &error), APOLLO_CONFIG, &error,
		     "other.so", "\"good\"", "rename the file to good.so");
	CU_ASSERT_PTR_NULL(plugin);
}

static void no_library_is_refused(void)
{
	const char *text = unit_path("text.so"), *folder = unit_path("folder.so");
	struct plugin *plugin = NULL;

	unit_write(text, "not a library\n", 14, 0644);
	UNIT_REFUSED(loader_open(text, &plugin, &error), APOLLO_CONFIG, &error, "text.so", "cannot be loaded");
	(void)mkdir(folder, 0755);
	UNIT_REFUSED(loader_open(folder, &plugin, &error), APOLLO_CONFIG, &error, "folder.so", "is a folder",
		     "a regular file");
	UNIT_REFUSED(loader_open(unit_path("absent.so"), &plugin, &error), ERROR_IO, &error, "absent.so",
		     "cannot find");
}

/* The constructor of this module marks the environment: it must not have been run. */
static void untrusted_is_not_run(void)
{
	const char *path = module_place("marked", "marked", "marked", 0644), *folder = unit_path("marked");
	struct plugin *plugin PLUGIN_CLEANUP = NULL;

	(void)chmod(path, 0664);
	UNIT_REFUSED(loader_open(path, &plugin, &error), APOLLO_CONFIG, &error, "the file has mode 664", "chmod go-w");
	(void)chmod(path, 0646);
	UNIT_REFUSED(loader_open(path, &plugin, &error), APOLLO_CONFIG, &error, "the file has mode 646");
	(void)chmod(path, 0644);
	(void)chmod(folder, 0777);
	UNIT_REFUSED(loader_open(path, &plugin, &error), APOLLO_CONFIG, &error, "the folder has mode 777",
		     "chmod go-w");
	(void)chmod(folder, 0755);
	CU_ASSERT_PTR_NULL(getenv("APOLLO_UNIT_MARK"));
	UNIT_OK(loader_open(path, &plugin, &error), &error);
	CU_ASSERT_PTR_NOT_NULL(getenv("APOLLO_UNIT_MARK"));
}

/* Only root can give a file away; elsewhere the owner's check is that of the mode. */
static void foreign_owner_is_refused(void)
{
	const char *path = module_place("owner", "good", "good", 0644), *folder = unit_path("owner");
	struct plugin *plugin = NULL;

	if (geteuid() != 0)
		return;
	CU_ASSERT_EQUAL(chown(path, 12345, 12345), 0);
	UNIT_REFUSED(loader_open(path, &plugin, &error), APOLLO_CONFIG, &error, "the file belongs to user 12345",
		     "user 0");
	CU_ASSERT_EQUAL(chown(path, 0, 0), 0);
	CU_ASSERT_EQUAL(chown(folder, 12345, 12345), 0);
	UNIT_REFUSED(loader_open(path, &plugin, &error), APOLLO_CONFIG, &error, "the folder belongs to user 12345");
}

/* What a link points to is checked, not the link. */
static void link_is_followed(void)
{
	const char *path = module_place("real", "good", "good", 0644), *link = unit_path("linked/good.so");
	struct plugin *plugin PLUGIN_CLEANUP = NULL;

	(void)mkdir(unit_path("linked"), 0755);
	CU_ASSERT_EQUAL(symlink(path, link), 0);
	(void)chmod(path, 0666);
	UNIT_REFUSED(loader_open(link, &plugin, &error), APOLLO_CONFIG, &error, "real/good.so", "mode 666");
	(void)chmod(path, 0644);
	/* Who may put another link there says what is loaded. */
	(void)chmod(unit_path("linked"), 0777);
	UNIT_REFUSED(loader_open(link, &plugin, &error), APOLLO_CONFIG, &error, "linked", "the folder has mode 777");
	(void)chmod(unit_path("linked"), 0755);
	UNIT_OK(loader_open(link, &plugin, &error), &error);
}

static void search_finds_the_first(void)
{
	const char *first = unit_path("first"), *second = unit_path("second");
	struct plugin_paths paths = {0};
	struct plugin *plugin PLUGIN_CLEANUP = NULL;
	char search[1024];

	(void)module_place("first", "good", "good", 0644);
	(void)module_place("second", "good", "good", 0644);
	(void)module_place("second", "older", "older", 0644);
	unit_write(unit_path("second/README"), "x", 1, 0644);
	unit_write(unit_path("second/Odd Name.so"), "x", 1, 0644);
	(void)snprintf(search, sizeof(search), ":%s::%s:%s/nowhere:", first, second, first);
	UNIT_OK(loader_list(search, &paths, &error), &error);
	CU_ASSERT_EQUAL_FATAL(paths.count, 2);
	UNIT_HOLDS(paths.paths[0], "/first/good.so");
	UNIT_HOLDS(paths.paths[1], "/second/older.so");
	plugin_paths_release(&paths);
	UNIT_OK(loader_find("older", search, &plugin, &error), &error);
	UNIT_REFUSED(loader_find("absent", search, &plugin, &error), APOLLO_CONFIG, &error, "no plugin absent", first);
	UNIT_REFUSED(loader_find("../first/good", search, &plugin, &error), APOLLO_CONFIG, &error,
		     "no name of a plugin");
	UNIT_REFUSED(loader_find("", search, &plugin, &error), APOLLO_CONFIG, &error, "no name of a plugin");
}

/* ---- tables ------------------------------------------------------------------------------------------------ */

static int table_open(const struct apollo_call *call, const char *name, const char *const *values, void **instance)
{
	(void)call, (void)name, (void)values, (void)instance;
	return 0;
}

static void table_close(void *instance)
{
	(void)instance;
}

static int table_limits(void *instance, const struct apollo_call *call, struct apollo_limits *limits)
{
	(void)instance, (void)call, (void)limits;
	return 0;
}

static int table_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
			 struct apollo_prepared *prepared)
{
	(void)instance, (void)call, (void)record, (void)prepared;
	return 0;
}

static int table_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			struct apollo_request *request)
{
	(void)instance, (void)call, (void)items, (void)count, (void)request;
	return 0;
}

static int table_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	(void)instance, (void)call, (void)items, (void)count, (void)reply, (void)verdicts;
	return 0;
}

static int table_admit(void *instance, const struct apollo_call *call, const struct apollo_item *item,
		       struct apollo_request *request)
{
	(void)instance, (void)call, (void)item, (void)request;
	return 0;
}

static int table_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			  struct apollo_move *move)
{
	(void)instance, (void)call, (void)turn, (void)move;
	return 0;
}

/* A descriptor with everything, to be broken in one place. */
struct tables {
	struct apollo_plugin plugin;
	struct apollo_market market;
	struct apollo_source source;
	struct apollo_issuer issuer;
	struct apollo_option options[3];
};

static void tables_fill(struct tables *tables)
{
	*tables = (struct tables){
		.plugin = {APOLLO_PLUGIN_HEAD, .name = "table", .version = "1", .summary = "a table", .option_count = 3,
			   .open = table_open, .close = table_close},
		.market = {.size = sizeof(tables->market), .limits = table_limits, .prepare = table_prepare,
			   .encode = table_encode, .decode = table_decode},
		.source = {.size = sizeof(tables->source), .converse = table_converse},
		.issuer = {.size = sizeof(tables->issuer), .converse = table_converse},
		.options = {{"url", APOLLO_URL, APOLLO_REQUIRED, NULL, "a URL"},
			    {"wait", APOLLO_DURATION, 0, "5m", "a time"},
			    {"many", APOLLO_INTEGER, 0, NULL, "a number"}},
	};
	tables->plugin.options = tables->options;
	tables->plugin.market = &tables->market;
	tables->plugin.source = &tables->source;
	tables->plugin.issuer = &tables->issuer;
}

static int tables_adopt(const struct tables *tables)
{
	struct plugin *plugin PLUGIN_CLEANUP = NULL;

	return loader_adopt(&tables->plugin, NULL, &plugin, &error);
}

/* Breaks one member and wants a refusal that holds the texts. */
#define BROKEN(CODE, MEMBER, VALUE, ...)                                        \
	do {                                                                    \
		struct tables tables;                                           \
		tables_fill(&tables);                                           \
		tables.MEMBER = (VALUE);                                        \
		UNIT_REFUSED(tables_adopt(&tables), CODE, &error, __VA_ARGS__); \
	} while (0)

static void whole_table_is_taken(void)
{
	struct tables tables;

	tables_fill(&tables);
	UNIT_OK(tables_adopt(&tables), &error);
	tables.plugin.market = NULL;
	tables.plugin.source = NULL;
	tables.plugin.issuer = NULL;
	tables.plugin.options = NULL;
	tables.plugin.option_count = 0;
	UNIT_OK(tables_adopt(&tables), &error);
}

static void broken_heads_are_refused(void)
{
	BROKEN(APOLLO_CONFIG, plugin.magic, 7, "magic is 0x00000007");
	BROKEN(APOLLO_UNSUPPORTED, plugin.abi_major, 0, "abi_major is 0");
	BROKEN(APOLLO_CONFIG, plugin.reserved, 1, "reserved is 1");
	BROKEN(APOLLO_CONFIG, plugin.size, 0, "plugin.size is 0");
	BROKEN(APOLLO_CONFIG, plugin.size, offsetof(struct apollo_plugin, close) + sizeof(void *) - 1,
	       "to reach close");
	BROKEN(APOLLO_CONFIG, plugin.size, LOADER_TABLE_MAX + 1, "65537", "at most 65536");
	BROKEN(APOLLO_CONFIG, plugin.size, SIZE_MAX, "at most 65536");
	BROKEN(APOLLO_CONFIG, plugin.name, NULL, "name is \"\"");
	BROKEN(APOLLO_CONFIG, plugin.name, "Table", "name is \"Table\"");
	BROKEN(APOLLO_CONFIG, plugin.name, "../table", "name is \"../table\"");
	BROKEN(APOLLO_CONFIG, plugin.name, "-table", "name is");
	BROKEN(APOLLO_CONFIG, plugin.version, NULL, "version is not one line");
	BROKEN(APOLLO_CONFIG, plugin.summary, "two\nlines", "summary is not one line");
	BROKEN(APOLLO_CONFIG, plugin.open, NULL, "open is NULL");
	BROKEN(APOLLO_CONFIG, plugin.close, NULL, "close is NULL");
}

static void broken_roles_are_refused(void)
{
	BROKEN(APOLLO_CONFIG, market.size, 8, "market.size is 8", "to reach decode");
	BROKEN(APOLLO_CONFIG, market.size, LOADER_TABLE_MAX + 1, "market.size", "at most");
	BROKEN(APOLLO_CONFIG, market.limits, NULL, "market.limits is NULL");
	BROKEN(APOLLO_CONFIG, market.prepare, NULL, "market.prepare is NULL");
	BROKEN(APOLLO_CONFIG, market.encode, NULL, "market.encode is NULL");
	BROKEN(APOLLO_CONFIG, market.decode, NULL, "market.decode is NULL");
	BROKEN(APOLLO_CONFIG, market.admit_encode, table_admit, "admit_encode is set", "admit_decode is NULL");
	BROKEN(APOLLO_CONFIG, source.size, 0, "source.size is 0", "to reach converse");
	BROKEN(APOLLO_CONFIG, source.converse, NULL, "source.converse is NULL");
	BROKEN(APOLLO_CONFIG, issuer.size, 8, "issuer.size is 8");
	BROKEN(APOLLO_CONFIG, issuer.converse, NULL, "issuer.converse is NULL");
}

/* A market of a shorter minor: what it does not reach reads as NULL, whatever lies behind it. */
static void shorter_market_lacks_its_tail(void)
{
	struct plugin *plugin PLUGIN_CLEANUP = NULL;
	struct tables tables;

	tables_fill(&tables);
	tables.market.size = offsetof(struct apollo_market, admit_encode);
	tables.market.admit_encode = table_admit;
	tables.market.converse = table_converse;
	UNIT_OK(loader_adopt(&tables.plugin, NULL, &plugin, &error), &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(plugin);
	CU_ASSERT_PTR_NULL(plugin->market.admit_encode);
	CU_ASSERT_PTR_NULL(plugin->market.converse);
	CU_ASSERT_PTR_NOT_NULL(plugin->market.decode);
}

static void broken_options_are_refused(void)
{
	BROKEN(APOLLO_CONFIG, options[1].name, NULL, "option 2 is named \"\"");
	BROKEN(APOLLO_CONFIG, options[1].name, "Wait", "option 2 is named \"Wait\"");
	BROKEN(APOLLO_CONFIG, options[1].name, "a-b", "a-z, 0-9 and _");
	BROKEN(APOLLO_CONFIG, options[2].name, "url", "options 1 and 3 are both named url");
	BROKEN(APOLLO_CONFIG, options[2].type, 7, "option many is of type 7", "0 to 6");
	BROKEN(APOLLO_CONFIG, options[2].type, -1, "type -1");
	BROKEN(APOLLO_CONFIG, options[2].help, NULL, "no line of help");
	BROKEN(APOLLO_CONFIG, options[0].fallback, "https://a", "required", "default");
	BROKEN(APOLLO_CONFIG, options[1].fallback, "soon", "default \"soon\"", "90s");
	BROKEN(APOLLO_CONFIG, options[2].fallback, "1.5", "whole number");
	BROKEN(APOLLO_CONFIG, plugin.options, NULL, "NULL");
	BROKEN(APOLLO_CONFIG, plugin.option_count, 129, "129 options");
	BROKEN(APOLLO_CONFIG, plugin.option_count, SIZE_MAX, "options");
}

static const struct unit_test tests[] = {
	{"a good plugin is taken", good_is_taken},
	{"an older minor reads as not offered", older_minor_reads_as_not_offered},
	{"a newer minor is taken", newer_minor_is_taken},
	{"strangers are refused", strangers_are_refused},
	{"what is no library is refused", no_library_is_refused},
	{"what is not trusted is not run", untrusted_is_not_run},
	{"a foreign owner is refused", foreign_owner_is_refused},
	{"a link is followed before the check", link_is_followed},
	{"the search finds the first", search_finds_the_first},
	{"a whole table is taken", whole_table_is_taken},
	{"broken heads are refused", broken_heads_are_refused},
	{"broken roles are refused", broken_roles_are_refused},
	{"a shorter market lacks its tail", shorter_market_lacks_its_tail},
	{"broken options are refused", broken_options_are_refused},
};

int main(void)
{
	return UNIT_RUN("loader", tests);
}
