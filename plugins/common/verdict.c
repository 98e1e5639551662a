/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/verdict.h"
#include "plugins/common/kit.h"

static int lines_set(const struct apollo_call *call, const char **to_code, const char **to_message, const char *code,
		     const char *message)
{
	*to_code = line_copy(call, code);
	*to_message = line_copy(call, message);
	return (code && !*to_code) || (message && !*to_message) ? fail_memory(call, "a verdict") : 0;
}

int verdict_set(const struct apollo_call *call, struct apollo_verdict *verdict, int outcome, const char *code,
		const char *message)
{
	verdict->outcome = outcome;
	verdict->held = -1;
	return lines_set(call, &verdict->code, &verdict->message, code, message);
}

int verdicts_set(const struct apollo_call *call, struct apollo_verdict *const *verdicts, size_t count, int outcome,
		 const char *code, const char *message)
{
	int failed = 0;

	for (size_t i = 0; i < count && failed >= 0; i++)
		failed = verdict_set(call, verdicts[i], outcome, code, message);
	return failed;
}

int admission_set(const struct apollo_call *call, struct apollo_admission *admission, int outcome, const char *code,
		  const char *message)
{
	admission->outcome = outcome;
	return lines_set(call, &admission->code, &admission->message, code, message);
}

bool status_apart(int status)
{
	return status == 400 || status == 413 || status == 422;
}
