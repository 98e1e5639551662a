/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/prometheus/prometheus.h"

#include <stdlib.h>

enum { DELAY_MOST = 3600, KEY_TEXT = 44 };

static const struct apollo_option options[PROMETHEUS_OPTIONS] = {
	[PROMETHEUS_URL] = {"url", APOLLO_URL, 0, "http://localhost:9090", "base address, what stands before /api/v1"},
	[PROMETHEUS_AUTH] = {"auth", APOLLO_TEXT, 0, "none", "how apollo names itself: none, basic or bearer"},
	[PROMETHEUS_USER] = {"user", APOLLO_TEXT, 0, NULL, "the user, for auth basic"},
	[PROMETHEUS_SECRET] = {"secret", APOLLO_SECRET, 0, NULL, "the password or the token, for auth basic or bearer"},
	[PROMETHEUS_CA_FILE] = {"ca_file", APOLLO_PATH, 0, NULL,
				"certificates to trust, instead of the system's, for https"},
	[PROMETHEUS_PINNED_KEY] = {"pinned_key", APOLLO_TEXT, 0, NULL,
				   "sha256//BASE64 of the server's public key, which must be that one, for https"},
	[PROMETHEUS_DELAY] =
		{"delay", APOLLO_DURATION, 0, "1m",
		 "how long it may take until a sample is stored, at most 1h; younger ones are left for later"},
};

static const struct apollo_option collect_options[] = {
	{"query", APOLLO_TEXT, APOLLO_REQUIRED, NULL,
	 "PromQL: one series for a gauge, counters with their names for a counter"},
	{"kind", APOLLO_TEXT, APOLLO_REQUIRED, NULL,
	 "gauge, for meters that are time_weighted, max, last or unique; or counter, for sum"},
	{"step", APOLLO_DURATION, 0, "1m", "the time between two samples, a whole part of an hour"},
};

static int auth_read(const struct apollo_call *call, const char *const *values, int32_t *auth)
{
	static const struct {
		const char *word;
		int32_t auth;
		bool user, secret;
	} kinds[] = {
		{"none", APOLLO_AUTH_NONE, false, false},
		{"basic", APOLLO_AUTH_BASIC, true, true},
		{"bearer", APOLLO_AUTH_BEARER, false, true},
	};
	const char *word = values[PROMETHEUS_AUTH] ? values[PROMETHEUS_AUTH] : "", *user = values[PROMETHEUS_USER];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(word, kinds[i].word) != 0)
			continue;
		if ((user && *user) != kinds[i].user)
			return fail_print(call, APOLLO_CONFIG, NULL, "user goes with auth basic, and only with it",
					  "auth is %s, and user is %s", word, user && *user ? "set" : "not set");
		if (user && strchr(user, ':'))
			return fail_print(call, APOLLO_CONFIG, NULL, NULL, "user \"%.100s\" holds a colon", user);
		if ((values[PROMETHEUS_SECRET] != NULL) != kinds[i].secret)
			return fail_print(
				call, APOLLO_CONFIG, NULL, "secret goes with auth basic and bearer, and only with them",
				"auth is %s, and secret is %s", word, values[PROMETHEUS_SECRET] ? "set" : "not set");
		*auth = kinds[i].auth;
		return 0;
	}
	return fail_print(call, APOLLO_CONFIG, NULL, NULL, "option auth is \"%.100s\", not none, basic or bearer",
			  word);
}

static bool key_valid(const char *key)
{
	static const char start[] = "sha256//";
	size_t digits;

	if (strncmp(key, start, strlen(start)) != 0)
		return false;
	key += strlen(start);
	digits = strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	return digits == KEY_TEXT - 1 && strcmp(key + digits, "=") == 0;
}

static int tls_check(const struct apollo_call *call, const char *const *values)
{
	const char *key = values[PROMETHEUS_PINNED_KEY];
	bool https = values[PROMETHEUS_URL] && strncmp(values[PROMETHEUS_URL], "https://", 8) == 0;

	if ((values[PROMETHEUS_CA_FILE] || key) && !https)
		return fail_print(call, APOLLO_CONFIG, NULL, "without https nothing is checked",
				  "%s is set, and url is \"%.200s\"", key ? "pinned_key" : "ca_file",
				  values[PROMETHEUS_URL] ? values[PROMETHEUS_URL] : "");
	if (key && !key_valid(key))
		return fail_print(call, APOLLO_CONFIG, NULL, "it is sha256// and 44 characters of base64",
				  "pinned_key \"%.100s\" is not the hash of a key", key);
	return 0;
}

static int prometheus_open(const struct apollo_call *call, const char *name, const char *const *values, void **instance)
{
	struct prometheus read = {0}, *prometheus;
	int code = auth_read(call, values, &read.auth);

	(void)name;
	if (code < 0 || (code = tls_check(call, values)) < 0 ||
	    (code = option_number(call, "delay", values[PROMETHEUS_DELAY], 0, DELAY_MOST, &read.delay)) < 0)
		return code;
	read.delay *= APOLLO_MICRO;
	prometheus = malloc(sizeof(*prometheus));
	read.values = values_copy(values, PROMETHEUS_OPTIONS);
	if (!prometheus || !read.values) {
		free(prometheus);
		free(read.values);
		return fail_memory(call, "an instance");
	}
	*prometheus = read;
	*instance = prometheus;
	return 0;
}

static void prometheus_close(void *instance)
{
	struct prometheus *prometheus = instance;

	if (!prometheus)
		return;
	free(prometheus->values);
	free(prometheus);
}

static const struct apollo_source source = {
	.size = sizeof(source),
	.collect_options = collect_options,
	.collect_option_count = sizeof(collect_options) / sizeof(collect_options[0]),
	.converse = prometheus_converse,
	.check_collect = prometheus_check_collect,
};

static const struct apollo_plugin plugin = {
	APOLLO_PLUGIN_HEAD,         .name = "prometheus",
	.version = PACKAGE_VERSION, .summary = "Prometheus: gauges and counters, asked for by query",
	.options = options,         .option_count = PROMETHEUS_OPTIONS,
	.open = prometheus_open,    .close = prometheus_close,
	.source = &source,
};

APOLLO_PLUGIN(plugin);
