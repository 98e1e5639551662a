/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/gcp/gcp.h"

#include <stdlib.h>

/* No count is promised for v1; these stay under every limit that Google has ever named.  A request is its operations, commas
 * between them, and what gcp_encode puts around them. */
enum {
	BATCH_OPERATIONS = 99,
	REQUEST_BYTES = 512 * 1024,
	BATCH_BYTES = REQUEST_BYTES - (int)sizeof("{\"operations\":[]}") - BATCH_OPERATIONS,
	CONCURRENCY = 8
};
enum { ADMISSION_SECONDS = 60, DAYS_MOST = 366, LABEL_BYTES = 63 };

static const struct apollo_option options[GCP_OPTIONS] = {
	[GCP_ENDPOINT] = {"endpoint", APOLLO_URL, 0, "https://servicecontrol.googleapis.com",
			  "base address of Service Control"},
	[GCP_SERVICE_NAME] = {"service_name", APOLLO_TEXT, APOLLO_REQUIRED, NULL,
			      "the product's service as Producer Portal shows it"},
	[GCP_CREDENTIALS] = {"credentials", APOLLO_TEXT, 0, "key",
			     "where tokens come from: key (a service account's key) or metadata (this machine's account)"},
	[GCP_KEY] = {"key", APOLLO_SECRET, 0, NULL, "the service account's key, its whole JSON file, for credentials key"},
	[GCP_TOKEN_ENDPOINT] = {"token_endpoint", APOLLO_URL, 0, NULL,
				"where the key is exchanged for a token; the key file's token_uri if not set"},
	[GCP_METADATA_ENDPOINT] = {"metadata_endpoint", APOLLO_URL, 0, "http://metadata.google.internal",
				   "base address of the metadata server, for credentials metadata"},
	[GCP_SCOPE] = {"scope", APOLLO_TEXT, 0, "https://www.googleapis.com/auth/servicecontrol",
		       "the OAuth scope that a token is asked for"},
	[GCP_SELF_SIGNED_JWT] = {"self_signed_jwt", APOLLO_BOOLEAN, 0, "false",
				 "sign tokens with the key instead of exchanging it"},
	[GCP_WINDOW] = {"window", APOLLO_DURATION, 0, "0s",
			"how old an hour may be for Google to take it; 0s: no limit is known"},
	[GCP_CUTOFF] = {"cutoff", APOLLO_DURATION, 0, "0s",
			"the age at which the plan's policy decides about an hour; 0s: never"},
	[GCP_PRODUCER_ENDPOINT] = {"producer_endpoint", APOLLO_URL, 0, "https://commerceproducer.googleapis.com",
				   "base address of the Commerce Producer API, for private offers"},
	[GCP_PRODUCER_SCOPE] = {"producer_scope", APOLLO_TEXT, 0, "https://www.googleapis.com/auth/cloud-platform",
				"the OAuth scope that a token for the Commerce Producer API is asked for"},
	[GCP_OFFER_POLL] = {"offer_poll", APOLLO_DURATION, 0, "60s", "time between two looks at a private offer that is published"},
};

static const struct apollo_option subscription_options[GCP_SUBSCRIPTION_OPTIONS] = {
	[GCP_CONSUMER_ID] = {"consumer_id", APOLLO_TEXT, APOLLO_REQUIRED, NULL,
			     "the entitlement's usageReportingId, to the letter"},
	[GCP_RESOURCE_NAME] = {"resource_name", APOLLO_TEXT, 0, NULL,
			       "a name that the customer sees in billing reports, in the syntax of Google's labels"},
};

static int credentials_read(const struct apollo_call *call, const char *const *values, struct gcp *gcp)
{
	const char *credentials = values[GCP_CREDENTIALS] ? values[GCP_CREDENTIALS] : "";
	const char *self_signed = values[GCP_SELF_SIGNED_JWT] ? values[GCP_SELF_SIGNED_JWT] : "false";

	if (strcmp(credentials, "key") != 0 && strcmp(credentials, "metadata") != 0)
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "option credentials is \"%.100s\", not key or metadata",
				  credentials);
	gcp->metadata = strcmp(credentials, "metadata") == 0;
	gcp->self_signed = strcmp(self_signed, "true") == 0;
	if (!gcp->metadata && !values[GCP_KEY])
		return fail_print(call, APOLLO_CONFIG, NULL, "set it, or set credentials to metadata",
				  "option key is not set, and credentials is key");
	if (gcp->metadata && gcp->self_signed)
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "self_signed_jwt needs a key, and credentials is metadata");
	return 0;
}

static int gcp_open(const struct apollo_call *call, const char *name, const char *const *values, void **instance)
{
	const int64_t most = DAYS_MOST * INT64_C(86400);
	struct gcp read = {0}, *gcp;
	int code = credentials_read(call, values, &read);

	(void)name;
	if (code < 0 || (code = option_number(call, "window", values[GCP_WINDOW], 0, most, &read.window)) < 0 ||
	    (code = option_number(call, "cutoff", values[GCP_CUTOFF], 0, read.window ? read.window - 1 : most,
				  &read.cutoff)) < 0 ||
	    (code = option_number(call, "offer_poll", values[GCP_OFFER_POLL], 1, 3600, &read.offer_poll)) < 0)
		return code;
	if (!values[GCP_SERVICE_NAME] || !*values[GCP_SERVICE_NAME])
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "option service_name is empty");
	read.window *= APOLLO_MICRO;
	read.cutoff *= APOLLO_MICRO;
	read.offer_poll *= APOLLO_MICRO;
	gcp = malloc(sizeof(*gcp));
	read.values = values_copy(values, GCP_OPTIONS);
	if (!gcp || !read.values) {
		free(gcp);
		free(read.values);
		return fail_memory(call, "an instance");
	}
	*gcp = read;
	*instance = gcp;
	return 0;
}

static void gcp_close(void *instance)
{
	struct gcp *gcp = instance;

	if (!gcp)
		return;
	free(gcp->values);
	free(gcp);
}

static int gcp_limits(void *instance, const struct apollo_call *call, struct apollo_limits *limits)
{
	const struct gcp *gcp = instance;

	(void)call;
	limits->batch_records = BATCH_OPERATIONS;
	limits->batch_bytes = BATCH_BYTES;
	limits->flags = APOLLO_JOINED_WINDOWS;
	limits->quantity_max = INT64_MAX / APOLLO_MICRO * APOLLO_MICRO;
	limits->step_min = APOLLO_MICRO; /* billing metrics are whole numbers */
	limits->window = gcp->window;
	limits->cutoff = gcp->cutoff;
	limits->admission_ttl = ADMISSION_SECONDS * APOLLO_MICRO;
	limits->concurrency = CONCURRENCY;
	return 0;
}

static bool label_valid(const char *value)
{
	size_t size = 0;

	for (; value[size]; size++) {
		unsigned char c = (unsigned char)value[size];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c >= 0x80))
			return false;
	}
	return size > 0 && size <= LABEL_BYTES;
}

static int gcp_check_subscription(void *instance, const struct apollo_call *call, const char *const *values)
{
	static const char *const prefixes[] = {"project:", "project_number:", "projects/", "folders/", "organizations/",
					       "api_key:"};
	const char *consumer = values[GCP_CONSUMER_ID] ? values[GCP_CONSUMER_ID] : "";
	bool known = false;

	(void)instance;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		known = known || (strncmp(consumer, prefixes[i], strlen(prefixes[i])) == 0 && consumer[strlen(prefixes[i])]);
	if (!known)
		return fail_print(call, APOLLO_CONFIG, NULL,
				  "take usageReportingId from the entitlement, with what stands before the colon",
				  "consumer_id \"%.100s\" is not of a form that Service Control knows", consumer);
	if (values[GCP_RESOURCE_NAME] && !label_valid(values[GCP_RESOURCE_NAME]))
		return fail_print(call, APOLLO_CONFIG, NULL, NULL,
				  "resource_name \"%.100s\" is not 1 to %d lower case letters, digits, _ and -",
				  values[GCP_RESOURCE_NAME], LABEL_BYTES);
	return 0;
}

static const struct apollo_market market = {
	.size = sizeof(market),
	.subscription_options = subscription_options,
	.subscription_option_count = GCP_SUBSCRIPTION_OPTIONS,
	.limits = gcp_limits,
	.check_subscription = gcp_check_subscription,
	.prepare = gcp_prepare,
	.encode = gcp_encode,
	.decode = gcp_decode,
	.admit_encode = gcp_admit_encode,
	.admit_decode = gcp_admit_decode,
	.converse = gcp_market_converse,
};

static const struct apollo_issuer issuer = {.size = sizeof(issuer), .converse = gcp_issuer_converse};

static const struct apollo_plugin plugin = {
	APOLLO_PLUGIN_HEAD,
	.name = "gcp",
	.version = PACKAGE_VERSION,
	.summary = "Google Cloud Marketplace: usage reported through Service Control",
	.options = options,
	.option_count = GCP_OPTIONS,
	.open = gcp_open,
	.close = gcp_close,
	.market = &market,
	.issuer = &issuer,
};

APOLLO_PLUGIN(plugin);
