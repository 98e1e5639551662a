/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h - what the marketplaces know: apps and identities, billed resources, services, metrics, consumers and
 * service accounts, and the settings.
 *
 * Invariants: nothing is ever removed but by a reset, so an index stays valid; registering a thing again replaces what
 * was said of it.  Ids are compared as the cloud compares them: GUIDs and resource URIs without case, everything else
 * exactly.  In open mode whatever is asked for and not there is made on the spot.
 */
#ifndef SANDBOX_REGISTRY_H
#define SANDBOX_REGISTRY_H

#include "core/error.h"
#include "sandbox/calendar.h"
#include "sandbox/settings.h"
#include "sandbox/table.h"

#include <json-c/json.h>
#include <openssl/evp.h>

struct sandbox;

enum {
	APPS_MAX = 1000,
	RESOURCES_MAX = 200000,
	RESOURCE_DIMENSIONS_MAX = 64,
	RESOURCE_APPS_MAX = 16,
	SERVICES_MAX = 100,
	METRICS_MAX = 10000,
	CONSUMERS_MAX = 200000,
	ACCOUNTS_MAX = 1000,
	ACCOUNT_SERVICES_MAX = 16
};

/* An app registration or a managed identity.  Texts are numbers of sandbox->names; 0: none. */
struct app {
	uint32_t tenant;
	uint32_t client;
	uint32_t secret;
	uint32_t object;     /* of an identity: its object id */
	uint32_t identity;   /* of an identity: its ARM id */
	bool managed;        /* an identity: it gets tokens from the instance metadata service, not from Entra */
};

enum resource_state {
	RESOURCE_SUBSCRIBED,
	RESOURCE_PENDING,
	RESOURCE_SUSPENDED,
	RESOURCE_UNSUBSCRIBED,
	RESOURCE_DELETED
};

/* What a marketplace bills: a subscription or a managed application. */
struct resource {
	char id[GUID_TEXT];
	uint32_t uri;                       /* as it was registered; 0: none */
	uint32_t plan, offer, subscription; /* 0: any, or not known */
	uint32_t *dimensions;               /* NULL: any */
	size_t dimension_count;
	uint32_t *apps; /* CLIENT or TENANT/CLIENT of those that may meter it; NULL: any */
	size_t app_count;
	int state;     /* enum resource_state */
	int64_t ended; /* where unsubscribed: usage before this is still taken; 0: none is */
};

enum metric_type { METRIC_INT64, METRIC_DOUBLE, METRIC_ANY };

struct metric {
	uint32_t name; /* SERVICE/ID */
	int type;      /* enum metric_type */
};

struct consumer {
	uint32_t id;
	int error, before; /* check codes (see service_control.h), -1: none; `before` held until `changed` */
	int64_t changed;
	int64_t ended; /* usage from then on is refused; 0: none */
};

struct account {
	uint32_t email;
	uint32_t key_id;
	EVP_PKEY *key; /* NULL: signatures are not checked */
	uint32_t *services;
	size_t service_count; /* 0: all of them */
};

struct registry {
	struct app *apps;
	size_t app_count, app_room;
	struct resource *resources;
	size_t resource_count, resource_room;
	struct table resources_by_id, resources_by_uri;
	uint32_t services[SERVICES_MAX];
	size_t service_count;
	struct metric *metrics;
	size_t metric_count, metric_room;
	struct table metrics_by_name;
	struct consumer *consumers;
	size_t consumer_count, consumer_room;
	struct table consumers_by_id;
	struct account *accounts;
	size_t account_count, account_room;
	struct settings settings;
};

void registry_init(struct registry *registry);
void registry_release(struct registry *registry);

/* Takes in a document: {"apps": [...], "resources": [...], "services": [...], "consumers": [...], "accounts": [...],
 * "settings": {...}}; the manual page has the members.  0, ERROR_INPUT or APOLLO_NOMEM; then what stood before the
 * wrong item has been taken. */
int registry_read(struct sandbox *sandbox, struct json_object *document, struct error *error);

/* The resource with a GUID in lower case, or with a URI; TABLE_NONE if there is none. */
uint32_t resource_by_id(const struct sandbox *sandbox, const char *id);
uint32_t resource_by_uri(const struct sandbox *sandbox, const char *uri);

/* Makes one; id in lower case and of no other, uri NULL or of no other.  TABLE_NONE: memory or the ceiling. */
uint32_t resource_new(struct sandbox *sandbox, const char *id, const char *uri);

/* The resource with this GUID, this URI (NULL: not said), or both; TABLE_NONE where two ids belong to different ones.
 * In open mode it is made; one made from a URI alone has a GUID derived from it. */
uint32_t resource_open(struct sandbox *sandbox, const char *id, const char *uri);

/* The app of a tenant, without case; TABLE_NONE.  In open mode it is made. */
uint32_t app_find(struct sandbox *sandbox, const char *tenant, const char *client);

/* The managed identity that a query selects by one of three ids, or the first where all are NULL. */
uint32_t identity_find(struct sandbox *sandbox, const char *client, const char *object, const char *arm);

/* Whether the service is known; in open mode it is then. */
bool service_known(struct sandbox *sandbox, const char *service);

/* Index of a metric, consumer or account; TABLE_NONE.  In open mode it is made. */
uint32_t metric_find(struct sandbox *sandbox, const char *name);
uint32_t consumer_find(struct sandbox *sandbox, const char *id);
uint32_t account_find(struct sandbox *sandbox, const char *email);

#endif
