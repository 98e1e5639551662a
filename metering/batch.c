/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/batch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_BYTES = 1 << 20,
	BATCH_SCOPE = 96 << 20, /* ids and rejected lines of one batch */
	BATCH_TEXT = 24 << 20,  /* a batch with this much text is handed on */
	ORIGIN_SCOPE = 64 << 20,
};

struct pipeline {
	const struct intake *intake;
	struct origins *origins;
	const char *name;
	int file;
	int wake[2]; /* closed at the end, so that a reader waiting for a pipe lets go */
	struct event_reader reader;
	struct batch batches[INTAKE_BATCHES];
	struct batch *current; /* the reading thread's */
	int64_t line;

	char *buffer; /* READ_BYTES + INTAKE_LINE_MAX */
	size_t held;  /* bytes in it */
	bool skipping; /* inside an oversize line */

	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct batch *ready, *ready_last, *idle;
	bool ended, stop;
	struct error error; /* code 0: none */
};

/* ---- origins ---- */

int origins_init(struct origins *origins, struct error *error)
{
	*origins = (struct origins){.names = map_init(INTAKE_ORIGINS_MAX), .scope = scope_init(ORIGIN_SCOPE)};
	origins->ids = calloc(INTAKE_ORIGINS_MAX, sizeof(*origins->ids));
	return origins->ids ? 0 : error_memory(error, "the sources of events");
}

void origins_release(struct origins *origins)
{
	map_release(&origins->names);
	scope_release(&origins->scope);
	free(origins->ids);
	origins->ids = NULL;
}

/* The index of a source, or -1 where there are too many. */
static int64_t origin_index(struct origins *origins, struct batch *batch, const char *source, size_t size)
{
	int64_t index = map_get(&origins->names, source, size);
	char *name;

	if (index >= 0)
		return index;
	if (origins->count == INTAKE_ORIGINS_MAX || !(name = scope_copy(&origins->scope, source, size)) ||
	    map_set(&origins->names, name, size, (int64_t)origins->count) < 0)
		return -1;
	batch->origins[batch->origin_count++] = name;
	return (int64_t)origins->count++;
}

/* ---- batches ---- */

static bool batch_init(struct batch *batch)
{
	batch->scope = scope_init(BATCH_SCOPE);
	batch->events = malloc(INTAKE_BATCH * sizeof(*batch->events));
	batch->rejects = malloc(REJECTS_MAX * sizeof(*batch->rejects));
	batch->origins = malloc(INTAKE_ORIGINS_MAX * sizeof(*batch->origins));
	return batch->events && batch->rejects && batch->origins;
}

static void batch_release(struct batch *batch)
{
	free(batch->events);
	free(batch->rejects);
	free(batch->origins);
	scope_release(&batch->scope);
}

static bool batch_full(const struct batch *batch)
{
	return batch->count == INTAKE_BATCH || batch->reject_count == REJECTS_MAX || batch->scope.used > BATCH_TEXT;
}

/* Waits for an idle batch; NULL when told to stop. */
static struct batch *batch_acquire(struct pipeline *pipeline)
{
	struct batch *batch;

	(void)pthread_mutex_lock(&pipeline->lock);
	while (!pipeline->idle && !pipeline->stop)
		(void)pthread_cond_wait(&pipeline->changed, &pipeline->lock);
	batch = pipeline->stop ? NULL : pipeline->idle;
	if (batch)
		pipeline->idle = batch->next;
	(void)pthread_mutex_unlock(&pipeline->lock);
	if (batch) {
		scope_clear(&batch->scope);
		batch->count = batch->reject_count = batch->origin_count = 0;
		batch->lines = 0;
		batch->next = NULL;
	}
	return batch;
}

static void batch_hand_on(struct pipeline *pipeline)
{
	struct batch *batch = pipeline->current;

	pipeline->current = NULL;
	(void)pthread_mutex_lock(&pipeline->lock);
	if (pipeline->ready)
		pipeline->ready_last->next = batch;
	else
		pipeline->ready = batch;
	pipeline->ready_last = batch;
	(void)pthread_cond_broadcast(&pipeline->changed);
	(void)pthread_mutex_unlock(&pipeline->lock);
}

/* ---- lines ---- */

static void line_reject(struct pipeline *pipeline, const char *line, size_t size, const char *reason)
{
	struct batch *batch = pipeline->current;
	struct reject *reject = &batch->rejects[batch->reject_count++];

	*reject = (struct reject){.line = pipeline->line, .size = size};
	reject->reason = scope_text(&batch->scope, reason);
	reject->text = scope_copy(&batch->scope, line, size);
	if (!reject->reason)
		reject->reason = "rejected";
	if (!reject->text) {
		reject->text = "";
		reject->size = 0;
	}
}

static void line_take(struct pipeline *pipeline, const char *line, size_t size)
{
	struct batch *batch = pipeline->current;
	struct event *event = &batch->events[batch->count];
	ENVELOPE_CLEANUP struct envelope envelope;
	const struct attribute_text *source = &envelope.attributes[ATTRIBUTE_SOURCE];
	char reason[REASON_TEXT];
	int64_t origin;

	batch->lines++;
	if (!event_read(&pipeline->reader, line, size, event, &envelope, reason)) {
		line_reject(pipeline, line, size, reason);
		return;
	}
	origin = origin_index(pipeline->origins, batch, source->text, source->size);
	event->origin = origin;
	event->id = scope_copy(&batch->scope, event->id, event->id_size);
	if (origin < 0)
		line_reject(pipeline, line, size, "too many different sources in one input");
	else if (!event->id)
		line_reject(pipeline, line, size, "out of memory for the event's id");
	else
		batch->count++;
}

/* One line, without its end.  False when told to stop. */
static bool line_handle(struct pipeline *pipeline, const char *line, size_t size)
{
	size_t at = 0;

	pipeline->line++;
	while (at < size && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r'))
		at++;
	if (at == size || line[at] == '#')
		return true;
	if (!pipeline->current && !(pipeline->current = batch_acquire(pipeline)))
		return false;
	line_take(pipeline, line + at, size - at);
	if (batch_full(pipeline->current))
		batch_hand_on(pipeline);
	return true;
}

/* All whole lines of the buffer; what is left moves to its front.  False when told to stop. */
static bool lines_handle(struct pipeline *pipeline)
{
	char *at = pipeline->buffer, *end = at + pipeline->held, *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (pipeline->skipping)
			pipeline->skipping = false;
		else if (!line_handle(pipeline, at, (size_t)(newline - at)))
			return false;
		at = newline + 1;
	}
	pipeline->held = (size_t)(end - at);
	if (pipeline->held > INTAKE_LINE_MAX) {
		/* Too long whatever follows: its beginning is kept with the reason, the rest is passed over. */
		if (!pipeline->skipping && !line_handle(pipeline, at, pipeline->held))
			return false;
		pipeline->skipping = true;
		pipeline->held = 0;
	}
	memmove(pipeline->buffer, at, pipeline->held);
	return true;
}

/* Bytes read; 0 at the end or when told to stop; negative on failure. */
static ssize_t input_read(struct pipeline *pipeline)
{
	struct pollfd wait[2] = {{.fd = pipeline->file, .events = POLLIN}, {.fd = pipeline->wake[0], .events = POLLIN}};
	ssize_t size;

	do {
		/* A slow sender's events are not kept waiting for a full batch. */
		if (pipeline->current && poll(wait, 2, 0) == 0)
			batch_hand_on(pipeline);
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			return -1;
		if (wait[1].revents)
			return 0;
		size = read(pipeline->file, pipeline->buffer + pipeline->held, READ_BYTES);
	} while (size < 0 && (errno == EINTR || errno == EAGAIN));
	return size;
}

static void *reading_thread(void *context)
{
	struct pipeline *pipeline = context;
	struct error error = {0};
	ssize_t size;
	bool going = true;

	while (going && (size = input_read(pipeline)) > 0) {
		pipeline->held += (size_t)size;
		going = lines_handle(pipeline);
	}
	if (going && size < 0)
		(void)error_errno(&error, "%s cannot be read", pipeline->name);
	if (going && size == 0 && pipeline->held && !pipeline->skipping)
		going = line_handle(pipeline, pipeline->buffer, pipeline->held);
	if (pipeline->current)
		batch_hand_on(pipeline);
	(void)pthread_mutex_lock(&pipeline->lock);
	pipeline->error = error;
	pipeline->ended = true;
	(void)pthread_cond_broadcast(&pipeline->changed);
	(void)pthread_mutex_unlock(&pipeline->lock);
	return NULL;
}

/* ---- the pipeline ---- */

static int pipeline_prepare(struct pipeline *pipeline, struct error *error)
{
	if (pipe(pipeline->wake) < 0) {
		pipeline->wake[0] = pipeline->wake[1] = -1;
		return error_errno(error, "no pipe for reading events");
	}
	pipeline->buffer = malloc(READ_BYTES + INTAKE_LINE_MAX + 1);
	if (!pipeline->buffer)
		return error_memory(error, "the reading buffer");
	for (int i = 0; i < INTAKE_BATCHES; i++) {
		if (!batch_init(&pipeline->batches[i]))
			return error_memory(error, "a batch of events");
		pipeline->batches[i].next = pipeline->idle;
		pipeline->idle = &pipeline->batches[i];
	}
	return event_reader_init(&pipeline->reader, pipeline->intake->book, &pipeline->intake->options,
				 pipeline->intake->ledger->seed, error);
}

int pipeline_new(const struct intake *intake, struct origins *origins, int file, const char *name,
		 struct pipeline **pipeline, struct error *error)
{
	struct pipeline *made = calloc(1, sizeof(*made));
	int result;

	if (!made)
		return error_memory(error, "the intake");
	made->intake = intake;
	made->origins = origins;
	made->file = file;
	made->name = name;
	(void)pthread_mutex_init(&made->lock, NULL);
	(void)pthread_cond_init(&made->changed, NULL);
	if (pipeline_prepare(made, error) < 0) {
		pipeline_free(made);
		return error->code;
	}
	result = pthread_create(&made->thread, NULL, reading_thread, made);
	if (result != 0) {
		errno = result;
		(void)error_errno(error, "no thread for reading events");
		pipeline_free(made);
		return error->code;
	}
	made->started = true;
	*pipeline = made;
	return 0;
}

int pipeline_next(struct pipeline *pipeline, struct batch **batch, struct error *error)
{
	int code;

	(void)pthread_mutex_lock(&pipeline->lock);
	while (!pipeline->ready && !pipeline->ended)
		(void)pthread_cond_wait(&pipeline->changed, &pipeline->lock);
	code = pipeline->ready ? 1 : pipeline->error.code;
	if (pipeline->ready) {
		*batch = pipeline->ready;
		pipeline->ready = (*batch)->next;
	} else if (code < 0) {
		*error = pipeline->error;
	}
	(void)pthread_mutex_unlock(&pipeline->lock);
	return code;
}

void pipeline_return(struct pipeline *pipeline, struct batch *batch)
{
	(void)pthread_mutex_lock(&pipeline->lock);
	batch->next = pipeline->idle;
	pipeline->idle = batch;
	(void)pthread_cond_broadcast(&pipeline->changed);
	(void)pthread_mutex_unlock(&pipeline->lock);
}

void pipeline_free(struct pipeline *pipeline)
{
	if (!pipeline)
		return;
	(void)pthread_mutex_lock(&pipeline->lock);
	pipeline->stop = true;
	(void)pthread_cond_broadcast(&pipeline->changed);
	(void)pthread_mutex_unlock(&pipeline->lock);
	if (pipeline->wake[1] >= 0)
		(void)close(pipeline->wake[1]);
	if (pipeline->started)
		(void)pthread_join(pipeline->thread, NULL);
	if (pipeline->wake[0] >= 0)
		(void)close(pipeline->wake[0]);
	for (int i = 0; i < INTAKE_BATCHES; i++)
		batch_release(&pipeline->batches[i]);
	event_reader_release(&pipeline->reader);
	free(pipeline->buffer);
	(void)pthread_mutex_destroy(&pipeline->lock);
	(void)pthread_cond_destroy(&pipeline->changed);
	free(pipeline);
}
