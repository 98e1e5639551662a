/* SPDX-License-Identifier: Apache-2.0 */
/* The document in which a person says what the marketplaces know. */
#include "sandbox/fields.h"
#include "sandbox/service_control.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <openssl/pem.h>
#include <string.h>

enum { ITEMS_MAX = 200000 };

/* Registering makes what is not there, exactly as open mode does when a request asks for it. */
struct opened {
	struct sandbox *sandbox;
	bool before;
};

static struct opened opened(struct sandbox *sandbox)
{
	struct opened o = {.sandbox = sandbox, .before = sandbox->open};

	sandbox->open = true;
	return o;
}

static void opened_end(struct opened *o)
{
	o->sandbox->open = o->before;
}

/* An optional text as a number of names; 0 where it is absent. */
static int read_name(struct sandbox *sandbox, struct json_object *object, const char *what, const char *member,
		     uint32_t *number, struct error *error)
{
	const char *text = NULL;
	int code = field_text(object, what, member, &text, error);

	if (code < 0 || !text)
		return code;
	*number = names_enter(&sandbox->names, text);
	return *number == TABLE_NONE ? error_memory(error, what) : 0;
}

/* An array of texts as numbers of names, in memory of its own; *list stays NULL where the member is absent. */
static int read_names(struct sandbox *sandbox, struct json_object *object, const char *what, const char *member,
		      size_t most, uint32_t **list, size_t *count, struct error *error)
{
	struct json_object *array = NULL;
	uint32_t *numbers FREE_CLEANUP = NULL;
	const char *text = NULL;
	size_t size;
	int code = field_array(object, what, member, most, &array, &size, error);

	if (code < 0 || !array)
		return code;
	numbers = calloc(size + 1, sizeof(*numbers));
	if (!numbers)
		return error_memory(error, what);
	for (size_t i = 0; i < size; i++) {
		code = item_text(array, what, i, &text, error);
		if (code < 0)
			return code;
		numbers[i] = names_enter(&sandbox->names, text);
		if (numbers[i] == TABLE_NONE)
			return error_memory(error, what);
	}
	free(*list);
	*list = TAKE(numbers);
	*count = size;
	return 0;
}

static int read_app(struct sandbox *sandbox, struct json_object *item, struct error *error)
{
	static const char what[] = "an app";
	static const char *const members[] = {"tenant", "client", "secret", "object", "identity", "managed", NULL};
	const char *tenant = NULL, *client = NULL;
	bool managed = false;
	uint32_t index;
	struct app *app;
	int code;

	if ((code = fields_known(item, what, members, error)) < 0 ||
	    (code = field_required(item, what, "tenant", &tenant, error)) < 0 ||
	    (code = field_required(item, what, "client", &client, error)) < 0 ||
	    (code = field_flag(item, what, "managed", &managed, error)) < 0)
		return code;
	index = managed ? identity_find(sandbox, client, NULL, NULL) : app_find(sandbox, tenant, client);
	if (index == TABLE_NONE)
		return error_memory(error, what);
	app = &sandbox->registry.apps[index];
	app->tenant = names_enter(&sandbox->names, tenant);
	if (app->tenant == TABLE_NONE)
		return error_memory(error, what);
	if ((code = read_name(sandbox, item, what, "secret", &app->secret, error)) < 0 ||
	    (code = read_name(sandbox, item, what, "object", &app->object, error)) < 0)
		return code;
	return read_name(sandbox, item, what, "identity", &app->identity, error);
}

/* The resource an item names, made if it is new. */
static int read_resource_ids(struct sandbox *sandbox, struct json_object *item, struct resource **resource,
			     struct error *error)
{
	static const char what[] = "a resource";
	const char *id = NULL, *uri = NULL;
	char lower[GUID_TEXT];
	uint32_t index;
	int code;

	if ((code = field_required(item, what, "id", &id, error)) < 0 ||
	    (code = field_text(item, what, "uri", &uri, error)) < 0)
		return code;
	if (!guid_read(id, lower))
		return error_set(error, ERROR_INPUT, "%s: \"id\" must be a GUID, not %s", what, id);
	index = resource_by_id(sandbox, lower);
	if (uri && resource_by_uri(sandbox, uri) != index)
		return error_set(error, ERROR_INPUT, "%s: id %s and uri %s belong to different ones", what, id, uri);
	if (index == TABLE_NONE)
		index = resource_new(sandbox, lower, uri);
	if (index == TABLE_NONE)
		return error_memory(error, what);
	*resource = &sandbox->registry.resources[index];
	return 0;
}

static int read_resource(struct sandbox *sandbox, struct json_object *item, struct error *error)
{
	static const char what[] = "a resource";
	static const char *const members[] = {"id",	    "uri",  "offer", "plan",  "dimensions",
					      "subscription", "apps", "state", "ended", NULL};
	static const char *const states[] = {"Subscribed", "PendingFulfillmentStart", "Suspended", "Unsubscribed",
					     "Deleted", NULL};
	struct resource *resource = NULL;
	int code;

	if ((code = fields_known(item, what, members, error)) < 0 ||
	    (code = read_resource_ids(sandbox, item, &resource, error)) < 0 ||
	    (code = read_name(sandbox, item, what, "offer", &resource->offer, error)) < 0 ||
	    (code = read_name(sandbox, item, what, "plan", &resource->plan, error)) < 0 ||
	    (code = read_name(sandbox, item, what, "subscription", &resource->subscription, error)) < 0 ||
	    (code = field_choice(item, what, "state", states, &resource->state, error)) < 0 ||
	    (code = field_time(item, what, "ended", &resource->ended, error)) < 0 ||
	    (code = read_names(sandbox, item, what, "dimensions",
			       (size_t)sandbox->registry.settings.azure_dimension_limit, &resource->dimensions,
			       &resource->dimension_count, error)) < 0)
		return code;
	return read_names(sandbox, item, what, "apps", RESOURCE_APPS_MAX, &resource->apps, &resource->app_count, error);
}

static int read_metric(struct sandbox *sandbox, const char *service, struct json_object *item, struct error *error)
{
	static const char what[] = "a metric";
	static const char *const members[] = {"name", "type", NULL};
	static const char *const types[] = {"INT64", "DOUBLE", NULL};
	const char *name = NULL;
	size_t size = strlen(service);
	int type = METRIC_INT64, code;
	uint32_t index;

	if ((code = fields_known(item, what, members, error)) < 0 ||
	    (code = field_required(item, what, "name", &name, error)) < 0 ||
	    (code = field_choice(item, what, "type", types, &type, error)) < 0)
		return code;
	if (strncmp(name, service, size) != 0 || name[size] != '/')
		return error_set(error, ERROR_INPUT, "%s: the name %s must begin with %s/", what, name, service);
	index = metric_find(sandbox, name);
	if (index == TABLE_NONE)
		return error_memory(error, what);
	sandbox->registry.metrics[index].type = type;
	return 0;
}

static int read_service(struct sandbox *sandbox, struct json_object *item, struct error *error)
{
	static const char what[] = "a service";
	static const char *const members[] = {"name", "metrics", NULL};
	struct json_object *metrics = NULL;
	const char *name = NULL;
	size_t count;
	int code;

	if ((code = fields_known(item, what, members, error)) < 0 ||
	    (code = field_required(item, what, "name", &name, error)) < 0 ||
	    (code = field_array(item, what, "metrics", METRICS_MAX, &metrics, &count, error)) < 0)
		return code;
	if (!service_known(sandbox, name))
		return error_memory(error, what);
	for (size_t i = 0; i < count; i++)
		if ((code = read_metric(sandbox, name, json_object_array_get_idx(metrics, i), error)) < 0)
			return code;
	return 0;
}

static int read_consumer(struct sandbox *sandbox, struct json_object *item, struct error *error)
{
	static const char what[] = "a consumer";
	static const char *const members[] = {"id", "error", "ended", NULL};
	const char *id = NULL, *problem = NULL;
	struct consumer *consumer;
	uint32_t index;
	int code, number = -1;

	if ((code = fields_known(item, what, members, error)) < 0 ||
	    (code = field_required(item, what, "id", &id, error)) < 0 ||
	    (code = field_text(item, what, "error", &problem, error)) < 0)
		return code;
	if (problem && (number = check_code_find(problem)) < 0)
		return error_set(error, ERROR_INPUT, "%s: there is no check error %s", what, problem);
	index = consumer_find(sandbox, id);
	if (index == TABLE_NONE)
		return error_memory(error, what);
	consumer = &sandbox->registry.consumers[index];
	if (number != consumer->error) {
		consumer->before = consumer->error;
		consumer->error = number;
		consumer->changed = calendar_now(&sandbox->calendar);
	}
	return field_time(item, what, "ended", &consumer->ended, error);
}

static int read_account_key(struct account *account, const char *pem, struct error *error)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		return error_set(error, ERROR_INPUT, "an account: \"public_key\" must be an RSA public key in PEM");
	}
	EVP_PKEY_free(account->key);
	account->key = key;
	return 0;
}

static int read_account(struct sandbox *sandbox, struct json_object *item, struct error *error)
{
	static const char what[] = "an account";
	static const char *const members[] = {"email", "key_id", "public_key", "services", NULL};
	const char *email = NULL, *pem = NULL;
	struct account *account;
	uint32_t index;
	int code;

	if ((code = fields_known(item, what, members, error)) < 0 ||
	    (code = field_required(item, what, "email", &email, error)) < 0 ||
	    (code = field_text(item, what, "public_key", &pem, error)) < 0)
		return code;
	index = account_find(sandbox, email);
	if (index == TABLE_NONE)
		return error_memory(error, what);
	account = &sandbox->registry.accounts[index];
	if ((pem && (code = read_account_key(account, pem, error)) < 0) ||
	    (code = read_name(sandbox, item, what, "key_id", &account->key_id, error)) < 0)
		return code;
	return read_names(sandbox, item, what, "services", ACCOUNT_SERVICES_MAX, &account->services,
			  &account->service_count, error);
}

/* ---- the document ------------------------------------------------------------------------------------------ */

int registry_read(struct sandbox *sandbox, struct json_object *document, struct error *error)
{
	static const struct {
		const char *member;
		int (*read)(struct sandbox *sandbox, struct json_object *item, struct error *error);
	} lists[] = {{"apps", read_app},	  {"resources", read_resource}, {"services", read_service},
		     {"consumers", read_consumer}, {"accounts", read_account}};
	static const char *const members[] = {"apps",	   "resources", "services", "consumers",
					      "accounts", "settings",  NULL};
	struct opened while_reading CLEANUP(opened_end) = opened(sandbox);
	struct json_object *array = NULL, *settings = json_member(document, "settings");
	size_t count;
	int code = fields_known(document, "the document", members, error);

	if (code == 0 && settings)
		code = settings_read(settings, &sandbox->registry.settings, error);
	for (size_t l = 0; code == 0 && l < sizeof(lists) / sizeof(*lists); l++) {
		code = field_array(document, "the document", lists[l].member, ITEMS_MAX, &array, &count, error);
		for (size_t i = 0; code == 0 && i < count; i++) {
			code = lists[l].read(sandbox, json_object_array_get_idx(array, i), error);
			if (code < 0)
				(void)error_prefix(error, "%s[%zu]", lists[l].member, i);
		}
	}
	(void)while_reading;
	return code;
}
