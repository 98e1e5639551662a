/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/azure/azure.h"

#include <stdlib.h>

enum { HOURS_MOST = 24 * 366, CONCURRENCY = 4, BATCH_BYTES = 256 * 1024 };

static const struct apollo_option options[AZURE_OPTIONS] = {
	[AZURE_ENDPOINT] = {"endpoint", APOLLO_URL, 0, "https://marketplaceapi.microsoft.com/api",
			    "base address of the metering service"},
	[AZURE_RESOURCE] = {"resource", APOLLO_TEXT, 0, "20e940b3-4c77-4b0b-9a53-9e16a1b010a7",
			    "the audience that a token for the metering service is asked for"},
	[AZURE_IDENTITY] = {"identity", APOLLO_TEXT, 0, "secret",
			    "where tokens come from: secret (app registration) or managed (this machine's identity)"},
	[AZURE_LOGIN_ENDPOINT] = {"login_endpoint", APOLLO_URL, 0, "https://login.microsoftonline.com",
				  "base address of Microsoft Entra, for identity secret"},
	[AZURE_LOGIN_VERSION] = {"login_version", APOLLO_TEXT, 0, "v1", "token endpoint of Microsoft Entra: v1 or v2"},
	[AZURE_TENANT_ID] = {"tenant_id", APOLLO_TEXT, 0, NULL, "the publisher's tenant, for identity secret"},
	[AZURE_CLIENT_ID] = {"client_id", APOLLO_TEXT, 0, NULL,
			     "the app registered in the offer's technical configuration, for identity secret"},
	[AZURE_CLIENT_SECRET] = {"client_secret", APOLLO_SECRET, 0, NULL, "that app's secret, for identity secret"},
	[AZURE_IMDS_ENDPOINT] = {"imds_endpoint", APOLLO_URL, 0, "http://169.254.169.254",
				 "base address of the instance metadata service, for identity managed"},
	[AZURE_IDENTITY_CLIENT_ID] = {"identity_client_id", APOLLO_TEXT, 0, NULL,
				      "client id of a user-assigned identity; the machine's only identity if not set"},
	[AZURE_WINDOW] = {"window", APOLLO_DURATION, 0, "24h", "how old an hour may be for Microsoft to take it"},
	[AZURE_CUTOFF] = {"cutoff", APOLLO_DURATION, 0, "23h",
			  "the age at which the plan's policy decides about an hour, below window"},
	[AZURE_DECIMALS] = {"decimals", APOLLO_INTEGER, 0, "6", "decimal places of the quantities sent, 0 to 6"},
	[AZURE_INGESTION_ENDPOINT] = {"ingestion_endpoint", APOLLO_URL, 0, "https://graph.microsoft.com/rp/product-ingestion",
				      "base address of the Product Ingestion API, for private offers"},
	[AZURE_INGESTION_RESOURCE] = {"ingestion_resource", APOLLO_TEXT, 0, "https://graph.microsoft.com",
				      "the audience that a token for the Product Ingestion API is asked for"},
	[AZURE_OFFER_POLL] = {"offer_poll", APOLLO_DURATION, 0, "60s",
			      "time between two looks at a private offer's job; Microsoft asks for a minute or more"},
};

static const struct apollo_option subscription_options[AZURE_SUBSCRIPTION_OPTIONS] = {
	[AZURE_RESOURCE_ID] = {"resource_id", APOLLO_TEXT, APOLLO_IDENTITY, NULL,
			       "GUID billed: resourceUsageId of a managed application, or a SaaS subscription's id"},
	[AZURE_RESOURCE_URI] = {"resource_uri", APOLLO_TEXT, APOLLO_IDENTITY, NULL,
				"instead of resource_id: the managed application's ARM id, /subscriptions/..."},
	[AZURE_USAGE_RESOURCE_ID] = {"usage_resource_id", APOLLO_TEXT, APOLLO_IDENTITY, NULL,
				     "beside resource_uri: the GUID that Microsoft's records use, for reconcile"},
	[AZURE_PLAN_ID] = {"plan_id", APOLLO_TEXT, APOLLO_REQUIRED, NULL, "the plan that the customer bought"},
};

/* One of two words; the first is false. */
static int choice_read(const struct apollo_call *call, int option, const char *value, const char *no, const char *yes,
		       bool *choice)
{
	if (!value || (strcmp(value, no) != 0 && strcmp(value, yes) != 0))
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "option %s is \"%.100s\", not %s or %s",
				  options[option].name, value ? value : "", no, yes);
	*choice = strcmp(value, yes) == 0;
	return 0;
}

static int identity_check(const struct apollo_call *call, const char *const *values)
{
	static const int needed[] = {AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!values[needed[i]] || !*values[needed[i]])
			return fail_print(call, APOLLO_CONFIG, NULL, "set it, or set identity to managed",
					  "option %s is not set, and identity is secret", options[needed[i]].name);
	return 0;
}

static int durations_read(const struct apollo_call *call, const char *const *values, struct azure *azure)
{
	const int64_t most = HOURS_MOST * INT64_C(3600);
	int64_t window, cutoff, decimals;
	int code;

	if ((code = option_number(call, "window", values[AZURE_WINDOW], 0, most, &window)) < 0 ||
	    (code = option_number(call, "cutoff", values[AZURE_CUTOFF], 0, window ? window - 1 : most, &cutoff)) < 0 ||
	    (code = option_number(call, "decimals", values[AZURE_DECIMALS], 0, 6, &decimals)) < 0 ||
	    (code = option_number(call, "offer_poll", values[AZURE_OFFER_POLL], 1, 3600, &azure->offer_poll)) < 0)
		return code;
	azure->window = window * APOLLO_MICRO;
	azure->offer_poll *= APOLLO_MICRO;
	azure->cutoff = cutoff * APOLLO_MICRO;
	azure->step = 1;
	for (; decimals < 6; decimals++)
		azure->step *= 10;
	return 0;
}

static int azure_open(const struct apollo_call *call, const char *name, const char *const *values, void **instance)
{
	struct azure read = {0}, *azure;
	int code;

	(void)name;
	if ((code = choice_read(call, AZURE_IDENTITY, values[AZURE_IDENTITY], "secret", "managed", &read.managed)) < 0 ||
	    (code = choice_read(call, AZURE_LOGIN_VERSION, values[AZURE_LOGIN_VERSION], "v1", "v2", &read.version_2)) < 0 ||
	    (!read.managed && (code = identity_check(call, values)) < 0) ||
	    (code = durations_read(call, values, &read)) < 0)
		return code;
	azure = malloc(sizeof(*azure));
	read.values = values_copy(values, AZURE_OPTIONS);
	if (!azure || !read.values) {
		free(azure);
		free(read.values);
		return fail_memory(call, "an instance");
	}
	*azure = read;
	*instance = azure;
	return 0;
}

static void azure_close(void *instance)
{
	struct azure *azure = instance;

	if (!azure)
		return;
	free(azure->values);
	free(azure);
}

int64_t azure_quantity_max(const struct azure *azure)
{
	/* Below 2^33 units neighbouring doubles are less than one micro-unit apart. */
	return (INT64_C(1) << 33) * APOLLO_MICRO / azure->step * azure->step;
}

static int azure_limits(void *instance, const struct apollo_call *call, struct apollo_limits *limits)
{
	const struct azure *azure = instance;

	(void)call;
	limits->batch_records = AZURE_BATCH;
	limits->batch_bytes = BATCH_BYTES;
	limits->quantity_max = azure_quantity_max(azure);
	limits->step_min = azure->step;
	limits->window = azure->window;
	limits->cutoff = azure->cutoff;
	limits->concurrency = CONCURRENCY;
	return 0;
}

static int guid_check(const struct apollo_call *call, int option, const char *value)
{
	if (!value || guid_valid(value))
		return 0;
	return fail_print(call, APOLLO_CONFIG, NULL, "it is 32 hexadecimal digits, grouped 8-4-4-4-12",
			  "%s \"%.100s\" is not a GUID", subscription_options[option].name, value);
}

static int azure_check_subscription(void *instance, const struct apollo_call *call, const char *const *values)
{
	static const char root[] = "/subscriptions/";
	const char *uri = values[AZURE_RESOURCE_URI];
	char start[sizeof(root)];
	int code;

	(void)instance;
	if (!values[AZURE_RESOURCE_ID] == !uri)
		return fail_print(call, APOLLO_CONFIG, NULL, "Microsoft takes one of the two, never both",
				  "%s of resource_id and resource_uri is set", uri ? "each" : "none");
	if (uri && values[AZURE_RESOURCE_ID] == NULL) {
		(void)snprintf(start, sizeof(start), "%s", uri);
		if (!text_same(start, root))
			return fail_print(call, APOLLO_CONFIG, NULL, "take the application's id as Azure shows it",
					  "resource_uri \"%.200s\" does not begin with %s", uri, root);
	}
	if (values[AZURE_USAGE_RESOURCE_ID] && !uri)
		return fail_print(call, APOLLO_CONFIG, NULL, "leave it out: Microsoft's records use resource_id",
				  "usage_resource_id is set beside resource_id");
	if (!values[AZURE_PLAN_ID] || !*values[AZURE_PLAN_ID])
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "plan_id is empty");
	code = guid_check(call, AZURE_RESOURCE_ID, values[AZURE_RESOURCE_ID]);
	return code < 0 ? code : guid_check(call, AZURE_USAGE_RESOURCE_ID, values[AZURE_USAGE_RESOURCE_ID]);
}

static const struct apollo_market market = {
	.size = sizeof(market),
	.subscription_options = subscription_options,
	.subscription_option_count = AZURE_SUBSCRIPTION_OPTIONS,
	.limits = azure_limits,
	.check_subscription = azure_check_subscription,
	.prepare = azure_prepare,
	.encode = azure_encode,
	.decode = azure_decode,
	.converse = azure_market_converse,
	.resource_of = azure_resource_of,
};

static const struct apollo_issuer issuer = {.size = sizeof(issuer), .converse = azure_issuer_converse};

static const struct apollo_plugin plugin = {
	APOLLO_PLUGIN_HEAD,
	.name = "azure",
	.version = PACKAGE_VERSION,
	.summary = "Azure Marketplace: metered billing of managed applications and SaaS offers",
	.options = options,
	.option_count = AZURE_OPTIONS,
	.open = azure_open,
	.close = azure_close,
	.market = &market,
	.issuer = &issuer,
};

APOLLO_PLUGIN(plugin);
