/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/verdict.h"
#include "plugins/gcp/gcp.h"

enum { ERRORS_MAX = 1000 };

/* What each check error (CheckError.Code of Service Control v1) means for the question "may this customer be charged?":
 * what only a person can change refuses; what passes is asked again; what Google's backends could not tell leaves the
 * last answer.  A word that is not here is taken as passing trouble: refusing a customer on a word that this version
 * does not know would be worse. */
static const struct {
	const char *word;
	int outcome;
} check_errors[] = {
	{"ERROR_CODE_UNSPECIFIED", APOLLO_NOT_TAKEN},
	{"NOT_FOUND", APOLLO_REFUSED},
	{"PERMISSION_DENIED", APOLLO_REFUSED},
	{"RESOURCE_EXHAUSTED", APOLLO_NOT_TAKEN},
	{"BUDGET_EXCEEDED", APOLLO_REFUSED},
	{"DENIAL_OF_SERVICE_DETECTED", APOLLO_NOT_TAKEN},
	{"LOAD_SHEDDING", APOLLO_NOT_TAKEN},
	{"ABUSER_DETECTED", APOLLO_REFUSED},
	{"SERVICE_NOT_ACTIVATED", APOLLO_REFUSED},
	{"VISIBILITY_DENIED", APOLLO_REFUSED},
	{"BILLING_DISABLED", APOLLO_REFUSED},
	{"PROJECT_DELETED", APOLLO_REFUSED},
	{"PROJECT_INVALID", APOLLO_REFUSED},
	{"CONSUMER_INVALID", APOLLO_REFUSED},
	{"IP_ADDRESS_BLOCKED", APOLLO_REFUSED},
	{"REFERER_BLOCKED", APOLLO_REFUSED},
	{"CLIENT_APP_BLOCKED", APOLLO_REFUSED},
	{"API_TARGET_BLOCKED", APOLLO_REFUSED},
	{"API_KEY_INVALID", APOLLO_REFUSED},
	{"API_KEY_EXPIRED", APOLLO_REFUSED},
	{"API_KEY_NOT_FOUND", APOLLO_REFUSED},
	{"SPATULA_HEADER_INVALID", APOLLO_REFUSED},
	{"LOAS_ROLE_INVALID", APOLLO_REFUSED},
	{"NO_LOAS_PROJECT", APOLLO_REFUSED},
	{"LOAS_PROJECT_DISABLED", APOLLO_REFUSED},
	{"SECURITY_POLICY_VIOLATED", APOLLO_REFUSED},
	{"INVALID_CREDENTIAL", APOLLO_REFUSED},
	{"LOCATION_POLICY_VIOLATED", APOLLO_REFUSED},
	{"NAMESPACE_LOOKUP_UNAVAILABLE", APOLLO_UNKNOWN},
	{"SERVICE_STATUS_UNAVAILABLE", APOLLO_UNKNOWN},
	{"BILLING_STATUS_UNAVAILABLE", APOLLO_UNKNOWN},
	{"QUOTA_CHECK_UNAVAILABLE", APOLLO_UNKNOWN},
	{"LOAS_PROJECT_LOOKUP_UNAVAILABLE", APOLLO_UNKNOWN},
	{"CLOUD_RESOURCE_MANAGER_BACKEND_UNAVAILABLE", APOLLO_UNKNOWN},
	{"SECURITY_POLICY_BACKEND_UNAVAILABLE", APOLLO_UNKNOWN},
	{"LOCATION_POLICY_BACKEND_UNAVAILABLE", APOLLO_UNKNOWN},
	{"INJECTED_ERROR", APOLLO_NOT_TAKEN},
};

int gcp_admit_encode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
		     struct apollo_request *request)
{
	struct apollo_text body = apollo_text_begin(call);

	apollo_text_add(&body, "{\"operation\":{");
	gcp_operation_write(instance, &body, item->record, item->prepared->id);
	apollo_text_add(&body, "}}");
	return gcp_request(instance, call, "check", &body, request);
}

static int word_outcome(const char *word)
{
	static const char unavailable[] = "_UNAVAILABLE"; /* all such words are of one kind, a new one too */
	size_t size = word ? strlen(word) : 0, end = sizeof(unavailable) - 1;

	for (size_t i = 0; word && i < sizeof(check_errors) / sizeof(check_errors[0]); i++)
		if (strcmp(word, check_errors[i].word) == 0)
			return check_errors[i].outcome;
	if (size > end && strcmp(word + size - end, unavailable) == 0)
		return APOLLO_UNKNOWN;
	return word ? APOLLO_NOT_TAKEN : APOLLO_UNKNOWN;
}

/* How little an outcome decides: an error that Google's own trouble may have caused outweighs a refusal beside it. */
static int outcome_rank(int outcome)
{
	return outcome == APOLLO_UNKNOWN ? 2 : outcome == APOLLO_NOT_TAKEN ? 1 : 0;
}

static int errors_read(const struct apollo_call *call, struct json_object *errors, struct apollo_admission *admission)
{
	size_t count = json_object_array_length(errors);
	struct json_object *decisive = NULL;
	const char *word = NULL, *detail;
	int outcome = APOLLO_REFUSED;

	for (size_t i = 0; i < count; i++) {
		struct json_object *error = json_object_array_get_idx(errors, i);
		int read = word_outcome(json_text(error, "code"));

		if (!decisive || outcome_rank(read) > outcome_rank(outcome)) {
			decisive = error;
			outcome = read;
			word = json_text(error, "code");
		}
	}
	detail = json_text(decisive, "detail");
	if (!detail)
		detail = json_text(json_get(decisive, "status"), "message");
	return admission_set(call, admission, outcome, word, detail);
}

/* A call that failed as a whole; answer may be NULL. */
static int call_read(const struct apollo_call *call, const struct apollo_reply *reply, struct json_object *answer,
		     struct apollo_admission *admission)
{
	struct gcp_failure failure = gcp_failure_read(answer);
	int outcome = apollo_reply_outcome(reply);

	if (!reply->status)
		return admission_set(call, admission, APOLLO_UNKNOWN, NULL, reply->transport_error);
	if (reply->status == 401 || reply->status == 403) /* about us, not about the customer */
		outcome = APOLLO_NOT_TAKEN;
	else if (outcome == APOLLO_REFUSED && (reply->status != 400 || !failure.word))
		outcome = APOLLO_UNKNOWN;
	else if (outcome == APOLLO_PENDING_OUTCOME)
		outcome = APOLLO_UNKNOWN;
	if (!failure.message)
		failure.message = apollo_print(call, "HTTP %d", (int)reply->status);
	if (!failure.message)
		return fail_memory(call, "an admission");
	return admission_set(call, admission, outcome, failure.word, failure.message);
}

int gcp_admit_decode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
		     const struct apollo_reply *reply, struct apollo_admission *admission)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	struct json_object *member, *errors;

	(void)instance;
	(void)item;
	if (reply->status && json_load(reply->body, reply->body_size, &answer) == APOLLO_NOMEM)
		return fail_memory(call, "an answer");
	member = json_get(answer, "checkErrors");
	errors = json_array(answer, "checkErrors");
	if (reply->status < 200 || reply->status >= 300 || !json_object_is_type(answer, json_type_object) ||
	    json_get(answer, "error") || (member && !errors) || (errors && json_object_array_length(errors) > ERRORS_MAX))
		return call_read(call, reply, answer, admission);
	if (errors && json_object_array_length(errors) > 0)
		return errors_read(call, errors, admission);
	return admission_set(call, admission, APOLLO_ACCEPTED, NULL, NULL);
}
