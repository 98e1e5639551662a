/* SPDX-License-Identifier: Apache-2.0 */
/* apollo plugins */
#include "cli/app.h"

#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *type_name(int32_t type)
{
	static const char *const names[] = {"text", "url", "secret", "integer", "boolean", "duration", "path"};

	return type >= 0 && type < (int32_t)(sizeof(names) / sizeof(names[0])) ? names[type] : "?";
}

static void options_print(const char *title, const struct apollo_option *options, size_t count)
{
	if (count)
		(void)printf("\n%s\n", title);
	for (size_t i = 0; i < count; i++)
		(void)printf("  %-20s %-9s %s%s%s%s\n", options[i].name, type_name(options[i].type), options[i].help,
			     options[i].flags & APOLLO_REQUIRED ? " (required)" : "",
			     options[i].fallback ? "; default " : "", options[i].fallback ? options[i].fallback : "");
}

static void roles_print(const struct apollo_plugin *plugin)
{
	(void)printf("%s%s%s", plugin->market ? " market" : "", plugin->source ? " source" : "",
		     plugin->issuer ? " issuer" : "");
}

static void plugin_print(const struct plugin *plugin, bool options, bool json)
{
	const struct apollo_plugin *of = &plugin->descriptor;

	if (json) {
		(void)printf("{\"name\":\"%s\",\"version\":\"%s\",\"abi\":\"%u.%u\",\"market\":%s,\"source\":%s,\"issuer\":%s}\n",
			     of->name, of->version, of->abi_major, of->abi_minor, of->market ? "true" : "false",
			     of->source ? "true" : "false", of->issuer ? "true" : "false");
		return;
	}
	(void)printf("%s %s:", of->name, of->version);
	roles_print(of);
	(void)printf("\n  %s\n", of->summary);
	if (!options)
		return;
	(void)printf("  %s, ABI %u.%u\n", plugin->path, of->abi_major, of->abi_minor);
	options_print("Options of the instance", of->options, of->option_count);
	if (of->market)
		options_print("Options of a subscription", of->market->subscription_options,
			      of->market->subscription_option_count);
	if (of->source)
		options_print("Options of what is collected", of->source->collect_options,
			      of->source->collect_option_count);
}

static const char *search_path(void)
{
	const char *named = getenv("APOLLO_PLUGIN_PATH");

	return named && *named ? named : APOLLO_PKGLIBDIR;
}

static int run_plugins(const struct cli *cli, struct error *error)
{
	struct plugin_paths paths;
	int code = 0, refused = 0;
	size_t count;

	if (cli->word_count == 1) {
		PLUGIN_CLEANUP struct plugin *plugin = NULL;

		code = strchr(cli->words[0], '/') ? loader_open(cli->words[0], &plugin, error)
						  : loader_find(cli->words[0], search_path(), &plugin, error);
		if (code >= 0)
			plugin_print(plugin, true, cli->json);
		return code;
	}
	if (loader_list(search_path(), &paths, error) < 0)
		return error->code;
	for (size_t i = 0; i < paths.count; i++) {
		PLUGIN_CLEANUP struct plugin *plugin = NULL;

		if (loader_open(paths.paths[i], &plugin, error) == 0) {
			plugin_print(plugin, false, cli->json);
			continue;
		}
		log_error(error);
		refused++;
	}
	count = paths.count;
	plugin_paths_release(&paths);
	if (!refused)
		return 0;
	(void)error_set(error, ERROR_INPUT, "%d of %zu files are no plugins that this apollo can use", refused, count);
	return error_hint(error, "mend them, or take them out of the folder");
}

const struct cli_command plugin_commands[] = {
	{"plugins", "[NAME]", "list the plugins, or the options of one", NULL, 0, 1, run_plugins},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
