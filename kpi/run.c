/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/run.h"

int runs_read(struct scope *scope, const char *text, size_t size, const char *name, struct runs *runs, struct error *error)
{
	return elbencho_is(text, size) ? elbencho_read(scope, text, size, name, runs, error) : fio_read(scope, text, size, name, runs, error);
}

struct run run_none(void)
{
	struct run run = {.gap = KPI_UNKNOWN, .clients = KPI_UNKNOWN, .cpu = KPI_UNKNOWN, .block = KPI_UNKNOWN, .operation = "", .label = "",
			  .tool = "", .command = ""};

	for (int flow = 0; flow < FLOWS; flow++)
		for (int i = 0; i < LATENCIES; i++)
			run.flows[flow].latency[i] = KPI_UNKNOWN;
	return run;
}
