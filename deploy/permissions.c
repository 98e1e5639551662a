/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/handoff.h"

#include <string.h>

static bool is_for(const struct plan *plan, const struct permission *permission)
{
	return strcmp(permission->cloud, cloud_name(plan->deployment->cloud)) == 0 &&
	       (!permission->mode || strcmp(permission->mode, vip_mode_name(plan->deployment->vip_mode)) == 0);
}

static void permission_json(const char *before, const struct permission *permission, struct buffer *buffer)
{
	(void)buffer_member(buffer, before, "phase", permission->phase);
	(void)buffer_member(buffer, ",", "scope", permission->scope);
	(void)buffer_text(buffer, ",\"verbs\":[");
	for (size_t i = 0; i < permission->verb_count; i++) {
		(void)buffer_text(buffer, i ? "," : "");
		(void)buffer_json(buffer, permission->verbs[i]);
	}
	(void)buffer_print(buffer, "],\"unsure\":%s", permission->unsure ? "true" : "false");
	(void)buffer_member(buffer, ",", "reason", permission->reason);
	(void)buffer_member(buffer, ",", "date", permission->date);
	(void)buffer_member(buffer, ",", "source", permission->source);
	(void)buffer_text(buffer, "}");
}

void permissions_json(const struct plan *plan, struct buffer *buffer)
{
	size_t printed = 0;

	(void)buffer_member(buffer, "{", "cloud", cloud_name(plan->deployment->cloud));
	(void)buffer_member(buffer, ",", "vip_mode", vip_mode_name(plan->deployment->vip_mode));
	(void)buffer_text(buffer, ",\"permissions\":[");
	for (size_t i = 0; i < plan->facts->permission_count; i++)
		if (is_for(plan, &plan->facts->permissions[i]))
			permission_json(printed++ ? ",\n{" : "\n{", &plan->facts->permissions[i], buffer);
	(void)buffer_text(buffer, "]}\n");
}
