/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/prometheus/prometheus.h"

int gauge_samples(const struct apollo_call *call, const struct question *question, const struct span *span,
		  struct json_object *series, struct apollo_text *text)
{
	size_t count = json_object_array_length(series), missing = 0;
	struct json_object *values;
	int64_t time = INT64_MIN, value;
	int code;

	if (count > 1)
		return fail_print(
			call, APOLLO_REJECTED, NULL,
			"aggregate them, with sum() for instance, or name the labels of the one that is meant",
			"%s: the query gives %zu series, a gauge is one", question->what, count);
	if (count == 0)
		return 0;
	code = series_values(call, question, series, 0, &values);
	if (code < 0)
		return code;
	for (size_t i = 0; i < json_object_array_length(values); i++) {
		code = series_value(call, question, span, values, i, &time, &value);
		if (code < 0)
			return code;
		if (code == 0)
			missing++;
		else
			sample_write(text, question, time, time, value);
	}
	if (missing)
		call->note(call, APOLLO_INFO, "the query gave NaN or infinity, which counts as a gap");
	return 0;
}
