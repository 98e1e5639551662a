/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/offer_submit.h"

#include "cli/app.h"
#include "core/json.h"

#include <string.h>

enum { SUBMIT_SCOPE = 16 << 20 };

static int task_write(const struct export *export, struct buffer *task, struct error *error)
{
	(void)buffer_member(task, "{", "name", export->offer->name);
	(void)buffer_text(task, ",\"files\":{");
	for (size_t i = 0; i < export->file_count; i++) {
		(void)buffer_text(task, i ? "," : "");
		(void)buffer_json(task, export->files[i].name);
		(void)buffer_print(task, ":%s", buffer_string(&export->files[i].content));
	}
	(void)buffer_text(task, "}}");
	if (!buffer_failed(task))
		return 0;
	(void)error_set(error, ERROR_INPUT, "the files of private offer %s are more than %d bytes", export->offer->name, CONVERSATION_TASK_MAX);
	return error_hint(error, "make the PDF smaller, or upload it in the marketplace's portal");
}

/* The instance with the market's name, or the only one of its plugin. */
static struct instance *instance_find(const struct app *app, const struct catalog_instance *market, struct error *error)
{
	struct instance *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < app->catalog.instance_count; i++) {
		const struct catalog_instance *one = &app->catalog.instances[i];

		if (strcmp(one->plugin, market->plugin) != 0)
			continue;
		if (strcmp(one->name, market->name) == 0)
			return app->instances[i];
		found = app->instances[i];
		count++;
	}
	if (count == 1)
		return found;
	(void)error_set(error, APOLLO_CONFIG, "%s has %s instance of market %s", app->cli->config, count ? "more than one" : "no", market->name);
	(void)error_hint(error, "name the market of the private offer as the instance is named");
	return NULL;
}

static int result_show(const struct cli *cli, const char *result, struct buffer *out, struct error *error)
{
	JSON_CLEANUP struct json_object *object = NULL;
	const char *id, *state;

	if (json_read(result, strlen(result), "what became of the private offer", &object, error) < 0)
		return error->code;
	id = json_text(object, "id");
	state = json_text(object, "state");
	if (cli->json)
		(void)buffer_print(out, "%s\n", result);
	else
		(void)buffer_print(out, "submitted: %s is %s\n", id ? id : "?", state ? state : "?");
	return 0;
}

static void dry_show(const struct export *export, struct buffer *out)
{
	(void)buffer_print(out, "dry run: nothing was sent; %s would be submitted to %s with\n", export->offer->name, export->offer->market->name);
	for (size_t i = 0; i < export->file_count; i++)
		(void)buffer_print(out, "%s: %s", export->files[i].name, buffer_string(&export->files[i].content));
}

int offer_submit(const struct cli *cli, const struct export *export, bool dry, struct buffer *out, struct error *error)
{
	APP_CLEANUP struct app app;
	SCOPE_CLEANUP struct scope scope = scope_init(SUBMIT_SCOPE);
	BUFFER_CLEANUP struct buffer task = buffer_init(CONVERSATION_TASK_MAX);
	struct conversation_goal goal = {.role = ROLE_MARKET, .goal = "offer"};
	const char *result = NULL;

	app_init(&app, cli);
	if (task_write(export, &task, error) < 0)
		return error->code;
	if (dry) {
		dry_show(export, out);
		return 0;
	}
	/* The ledger is the journal of conversations: one that was stopped goes on there. */
	if (app_open(&app, APP_BOOK | APP_LEDGER | APP_ENGINE, error) < 0)
		return error->code;
	goal.instance = instance_find(&app, export->offer->market, error);
	goal.task = buffer_string(&task);
	if (!goal.instance || conversation_run(app.conversations, &goal, &scope, &result, error) < 0)
		return error->code;
	return result_show(cli, result, out, error);
}
