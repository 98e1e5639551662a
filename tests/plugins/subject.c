/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plugins/subject.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct apollo_plugin *plugin_load(const char *name)
{
	char path[4096];
	union {
		void *object;
		apollo_plugin_descriptor_function function;
	} symbol = {NULL};
	void *handle;

	(void)snprintf(path, sizeof(path), "%s/%s.so", TEST_PLUGIN_DIR, name);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (handle)
		symbol.object = dlsym(handle, APOLLO_PLUGIN_SYMBOL);
	if (!symbol.object) {
		(void)fprintf(stderr, "%s: %s\n", path, dlerror());
		exit(1);
	}
	return symbol.function();
}

int subject_open(struct subject *subject, const char *name, const char *const *settings)
{
	const char **values;
	int code;

	subject->plugin = plugin_load(name);
	subject->instance = NULL;
	host_init(&subject->host, TEST_NOW);
	values = host_values(&subject->host, subject->plugin->options, subject->plugin->option_count, settings);
	if (!values) {
		(void)fprintf(stderr, "%s: a test sets an unknown option\n", name);
		exit(1);
	}
	code = subject->plugin->open(&subject->host.call, "test", values, &subject->instance);
	free(values);
	return code;
}

void subject_close(struct subject *subject)
{
	subject->plugin->close(subject->instance);
	host_release(&subject->host);
}

struct apollo_reply reply_make(int status, const char *body)
{
	static const struct apollo_header headers[] = {{"Content-Type", "application/json"}, {"metadata-flavor", "Google"}};

	return (struct apollo_reply){.size = sizeof(struct apollo_reply), .status = status,
				     .transport_error = status ? NULL : "connection reset", .headers = headers,
				     .header_count = 2, .body = status ? body : "", .body_size = status ? strlen(body) : 0};
}

int batch_add(struct batch *batch, struct subject *subject, const char *const *subscription, const char *dimension,
	      int64_t quantity, const char *start, const char *key)
{
	size_t i = batch->count++;

	batch->records[i] = (struct apollo_record){.size = sizeof(struct apollo_record), .subscription = subscription,
						   .dimension = dimension, .quantity = quantity, .start = time_of(start),
						   .end = time_of(start) + APOLLO_HOUR, .key = key};
	batch->prepared[i] = (struct apollo_prepared){.size = sizeof(struct apollo_prepared)};
	batch->items[i] = (struct apollo_item){&batch->records[i], &batch->prepared[i]};
	return subject->plugin->market->prepare(subject->instance, &subject->host.call, &batch->records[i],
						&batch->prepared[i]);
}

int batch_decode(struct batch *batch, struct subject *subject, const struct apollo_reply *reply)
{
	struct apollo_verdict *verdicts[RECORDS_MAX];

	for (size_t i = 0; i < batch->count; i++) {
		batch->verdicts[i] = (struct apollo_verdict){.size = sizeof(struct apollo_verdict)};
		verdicts[i] = &batch->verdicts[i];
	}
	return subject->plugin->market->decode(subject->instance, &subject->host.call, batch->items, batch->count, reply,
					       verdicts);
}

int turn_run(struct subject *subject, apollo_converse converse, const char *goal, const char *task, const char *state,
	     const struct apollo_reply *reply, struct apollo_move *move)
{
	struct apollo_turn turn = {.size = sizeof(turn), .goal = goal, .task = task, .state = state, .reply = reply};
	struct apollo_request *request = subject->host.call.alloc(&subject->host.call, sizeof(*request));

	if (!request)
		return subject->host.call.fail(&subject->host.call, APOLLO_NOMEM, "no memory for a request", NULL, NULL);
	request->size = sizeof(*request);
	*move = (struct apollo_move){.size = sizeof(*move), .request = request};
	return converse(subject->instance, &subject->host.call, &turn, move);
}

int64_t time_of(const char *text)
{
	int64_t time = 0;

	CU_ASSERT_EQUAL_FATAL(apollo_time_parse(text, strlen(text), 0, &time), 0);
	return time;
}

void check_text(const char *got, const char *wanted, const char *file, int line)
{
	bool same = got && wanted ? strcmp(got, wanted) == 0 : got == wanted;

	if (!same)
		(void)printf("\n    %s:%d:\n    got    %s\n    wanted %s\n", file, line, got ? got : "NULL",
			     wanted ? wanted : "NULL");
	CU_ASSERT(same);
}
