/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/routes.h"

#include "sandbox/state.h"

#include <string.h>

#define MARKET(NAME, METHOD, PREFIX, SUFFIX, HANDLE, FAMILY) \
	{NAME, METHOD, PREFIX, SUFFIX, HANDLE, MARKET_BODY_MAX, FAMILY, true, false, false}
#define DEEP(NAME, METHOD, SUFFIX, HANDLE) \
	{NAME, METHOD, "/v1beta/projects/", SUFFIX, HANDLE, REQUEST_BODY_MAX, FAMILY_GOOGLE, true, false, true}
#define INGESTION(NAME, METHOD, PATH, SUFFIX, HANDLE) \
	MARKET(NAME, METHOD, "/rp/product-ingestion/" PATH, SUFFIX, HANDLE, FAMILY_AZURE)
#define TOKEN(NAME, METHOD, PREFIX, SUFFIX, HANDLE, FAMILY) \
	{NAME, METHOD, PREFIX, SUFFIX, HANDLE, MARKET_BODY_MAX, FAMILY, true, true, false}
#define CONTROL(METHOD, PATH, HANDLE) \
	{"control", METHOD, "/sandbox/" PATH, NULL, HANDLE, REQUEST_BODY_MAX, FAMILY_CONTROL, false, true, false}

/* The first that matches serves; the last one has no handler and matches nothing.  The busiest come first. */
const struct route routes[] = {
	MARKET("azure.batch", "POST", "/api/batchUsageEvent", NULL, azure_batch, FAMILY_AZURE),
	MARKET("azure.single", "POST", "/api/usageEvent", NULL, azure_single, FAMILY_AZURE),
	MARKET("azure.query", "GET", "/api/usageEvents", NULL, azure_query, FAMILY_AZURE),
	MARKET("sc.report", "POST", "/v1/services/", ":report", service_report, FAMILY_GOOGLE),
	MARKET("sc.check", "POST", "/v1/services/", ":check", service_check, FAMILY_GOOGLE),
	TOKEN("imds", "GET", "/metadata/identity/oauth2/token", NULL, entra_identity, FAMILY_OAUTH),
	TOKEN("entra", "POST", "/", "/oauth2/token", entra_v1, FAMILY_ENTRA),
	TOKEN("entra", "POST", "/", "/oauth2/v2.0/token", entra_v2, FAMILY_ENTRA),
	TOKEN("google.token", "POST", "/token", NULL, google_token, FAMILY_OAUTH),
	TOKEN("metadata", "GET", "/computeMetadata/v1/instance/service-accounts/", "/token", google_metadata,
	      FAMILY_OAUTH),
	INGESTION("ingestion.query", "GET", "private-offer/query", NULL, ingestion_query),
	INGESTION("ingestion.configure", "POST", "configure", NULL, ingestion_configure),
	INGESTION("ingestion.status", "GET", "configure/", "/status", ingestion_status),
	INGESTION("ingestion.result", "GET", "configure/", "", ingestion_result),
	DEEP("producer.list", "GET", "/privateOffers", producer_list),
	DEEP("producer.create", "POST", "/privateOffers", producer_create),
	DEEP("producer.documents", "GET", "/documents", producer_documents),
	DEEP("producer.attach", "POST", "/documents", producer_attach),
	DEEP("producer.publish", "POST", ":publish", producer_publish),
	DEEP("producer.get", "GET", "", producer_get),
	CONTROL("GET", "", control_home),
	CONTROL("GET", "books", control_books),
	CONTROL("POST", "books", control_books_write),
	CONTROL("GET", "operations", control_operations),
	CONTROL("GET", "clock", control_clock),
	CONTROL("PUT", "clock", control_clock_set),
	CONTROL("GET", "faults", control_faults),
	CONTROL("POST", "faults", control_faults_add),
	CONTROL("DELETE", "faults", control_faults_remove),
	CONTROL("POST", "register", control_register),
	CONTROL("POST", "recon", control_recon),
	CONTROL("POST", "tokens/revoke", control_revoke),
	CONTROL("POST", "release", control_release),
	CONTROL("GET", "log", control_log),
	CONTROL("POST", "reset", control_reset),
	{.name = "none", .family = FAMILY_CONTROL},
};

bool route_name_known(const char *name)
{
	const struct route *route = routes;

	if (strcmp(name, "*") == 0)
		return true;
	while (route->handle && !(route->faulty && strcmp(route->name, name) == 0))
		route++;
	return route->handle != NULL;
}
