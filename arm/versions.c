/* SPDX-License-Identifier: Apache-2.0 */
#include "arm/versions.h"

#include "core/read.h"

#include <apollo/kit.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const known[] = {"type", "newest", "date", "source", NULL};

static int version_read(struct scope *scope, const config_setting_t *group, struct version *version, struct error *error)
{
	const char *type, *newest, *said;
	int64_t day;
	bool preview;

	if (read_known(group, known, error) < 0 || read_text(group, "type", READ_REQUIRED, &type, error) < 0 ||
	    read_text(group, "newest", READ_REQUIRED, &newest, error) < 0 || read_text(group, "date", READ_REQUIRED, &said, error) < 0 ||
	    read_text(group, "source", READ_REQUIRED, &said, error) < 0)
		return error->code;
	if (!version_day(newest, &day, &preview))
		return read_fail(group, error, "\"newest\" is \"%s\", and no date such as 2025-04-01", newest);
	*version = (struct version){scope_text(scope, type), scope_text(scope, newest)};
	return version->type && version->newest ? 0 : error_memory(error, "the versions of APIs");
}

int versions_read(struct scope *scope, const char *folder, struct versions *versions, struct error *error)
{
	const config_setting_t *list = NULL;
	char path[PATH_MAX];
	config_t config;
	size_t count = 0;
	int code = 0;

	if (snprintf(path, sizeof(path), "%s/azure-versions.cfg", folder) >= (int)sizeof(path))
		return error_set(error, APOLLO_CONFIG, "the folder %s has too long a name", folder);
	config_init(&config);
	if (config_read_file(&config, path) != CONFIG_TRUE)
		code = error_set(error, APOLLO_CONFIG, "%s:%d: %s", path, config_error_line(&config), config_error_text(&config));
	if (code == 0)
		code = read_groups(config_root_setting(&config), "versions", READ_REQUIRED, &list, &count, error);
	if (code >= 0 && count > VERSIONS_MAX)
		code = read_fail(list, error, "more than %d versions", VERSIONS_MAX);
	if (code >= 0 && !(versions->items = scope_alloc(scope, (count + 1) * sizeof(*versions->items))))
		code = error_memory(error, "the versions of APIs");
	for (size_t i = 0; code >= 0 && i < count; i++)
		code = version_read(scope, config_setting_get_elem(list, (unsigned)i), &versions->items[versions->count++], error);
	config_destroy(&config);
	return code < 0 ? code : 0;
}

const char *versions_newest(const struct versions *versions, const char *type)
{
	for (size_t i = 0; i < versions->count; i++)
		if (strcasecmp(versions->items[i].type, type) == 0)
			return versions->items[i].newest;
	return NULL;
}

bool version_day(const char *text, int64_t *day, bool *preview)
{
	char time[32];
	int64_t micro;

	if (strlen(text) < 10 || (text[10] && text[10] != '-'))
		return false;
	(void)snprintf(time, sizeof(time), "%.10sT00:00:00Z", text);
	if (apollo_time_parse(time, strlen(time), 0, &micro) < 0)
		return false;
	*day = micro / APOLLO_DAY;
	*preview = text[10] != '\0';
	return true;
}
