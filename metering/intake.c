/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/intake.h"

#include "core/buffer.h"
#include "metering/batch.h"
#include "metering/event.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void intake_release(struct intake *intake)
{
	dedupe_release(&intake->dedupe);
	sorter_release(&intake->sorter);
}

/* ---- the committing side ---- */

/* One block with its posting, so that the chain vouches for its bytes. */
static int block_write(struct intake *intake, const struct event *events, size_t count, struct error *error)
{
	BUFFER_CLEANUP struct buffer data = buffer_init(BLOCK_BYTES);
	int64_t hour = hour_of(events[0].time), now = intake->options.now;
	struct posting posting = {.kind = POSTING_TAKEN, .time = now, .hour = hour, .samples = (int64_t)count};
	struct db_statement *statement = db_statement(intake->ledger->db,
		"INSERT INTO event_block (hour, events, data) VALUES (?1, ?2, ?3) RETURNING id", error);
	char note[32];

	if (!statement || block_encode(events, count, hour, &data, error) < 0)
		return error->code;
	db_bind_int(statement, 1, hour);
	db_bind_int(statement, 2, (int64_t)count);
	db_bind_blob(statement, 3, data.data, data.size);
	if (db_step(statement, error) < 0)
		return error->code;
	(void)snprintf(note, sizeof(note), "%lld", (long long)db_int(statement, 0));
	db_reset(statement);
	posting.note = note;
	block_hash(hour, (int64_t)count, data.data, data.size, posting.evidence);
	return posting_append(intake->ledger, &posting, error);
}

static int late_mark(struct intake *intake, const struct event *event, struct error *error)
{
	struct db_statement *statement = db_statement(intake->ledger->db,
		"INSERT INTO late (hour, series) VALUES (?1, ?2) ON CONFLICT DO NOTHING", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, hour_of(event->time));
	db_bind_int(statement, 2, event->series);
	return db_run(statement, error);
}

static int events_write(struct intake *intake, struct event *events, size_t count, struct intake_counts *counts,
			struct error *error)
{
	size_t first = 0;

	sorter_by_place(&intake->sorter, events, count);
	for (size_t i = 1; i <= count; i++) {
		bool whole = i == count || i - first == BLOCK_EVENTS ||
			     hour_of(events[i].time) != hour_of(events[first].time);

		if (whole) {
			if (block_write(intake, events + first, i - first, error) < 0)
				return error->code;
			first = i;
		}
	}
	for (size_t i = 0; i < count && events[i].time < intake->ledger->closed; i++) {
		counts->late++;
		if (late_mark(intake, &events[i], error) < 0)
			return error->code;
	}
	return 0;
}

/* The numbers of sources that this run has not seen before. */
static int origins_bind(struct intake *intake, struct origins *origins, const struct batch *batch, struct error *error)
{
	for (size_t i = 0; i < batch->origin_count; i++) {
		const char *name = batch->origins[i];

		if (ledger_origin(intake->ledger, name, strlen(name), intake->options.now,
				  &origins->ids[origins->bound], error) < 0)
			return error->code;
		origins->bound++;
	}
	return 0;
}

static int batch_write(struct intake *intake, struct origins *origins, struct batch *batch,
		       struct intake_counts *counts, struct error *error)
{
	size_t count = batch->count;

	if (batch->count == 0)
		return 0;
	if (sorter_reserve(&intake->sorter, INTAKE_BATCH, error) < 0)
		return error->code;
	sorter_by_key(&intake->sorter, batch->events, count);
	if (ledger_begin(intake->ledger, error) < 0)
		return error->code;
	if (origins_bind(intake, origins, batch, error) < 0 ||
	    dedupe_take(&intake->dedupe, batch->events, &count, intake->options.now, error) < 0)
		goto fail;
	for (size_t i = 0; i < count; i++) {
		batch->events[i].series = intake->book->series[batch->events[i].index].id;
		batch->events[i].origin = origins->ids[batch->events[i].origin];
	}
	if (count && events_write(intake, batch->events, count, counts, error) < 0)
		goto fail;
	/* Nothing new: nothing is written, so that a file fed twice leaves the ledger as it was. */
	if (count == 0)
		ledger_rollback(intake->ledger);
	else if (ledger_commit(intake->ledger, error) < 0)
		goto fail;
	counts->taken += (int64_t)count;
	counts->duplicates += (int64_t)(batch->count - count);
	return 0;
fail:
	ledger_rollback(intake->ledger);
	intake->dedupe.loaded = false;
	return error->code;
}

static void rejects_write(const struct batch *batch, const char *name, FILE *rejects)
{
	for (size_t i = 0; rejects && i < batch->reject_count; i++) {
		const struct reject *reject = &batch->rejects[i];

		(void)fprintf(rejects, "# %s line %lld: %s\n", name, (long long)reject->line, reject->reason);
		/* Byte for byte: a line may hold a NUL. */
		(void)fwrite(reject->text, 1, reject->size, rejects);
		(void)fputc('\n', rejects);
	}
}

int intake_prune(struct intake *intake, struct error *error)
{
	const struct intake_options *options = &intake->options;
	int64_t forgotten = options->now - options->window;
	bool pruned;

	/* An event may be younger than the time at which it was taken, by as much as a sender's clock may be ahead. */
	if (dedupe_prune(&intake->dedupe, forgotten - options->ahead, options->now, &pruned, error) < 0)
		return error->code;
	return pruned ? ledger_set(intake->ledger, "forgotten", forgotten, error) : 0;
}

/* A window that was made longer does not reach back to keys that are forgotten already. */
static int window_limit(struct intake *intake, struct error *error)
{
	int64_t forgotten;

	if (ledger_get(intake->ledger, "forgotten", INT64_MIN / 2, &forgotten, error) < 0)
		return error->code;
	if (intake->options.now - intake->options.window < forgotten)
		intake->options.window = intake->options.now - forgotten;
	return 0;
}

int intake_stream(struct intake *intake, int file, const char *name, FILE *rejects, struct intake_counts *counts,
		  struct error *error)
{
	ORIGINS_CLEANUP struct origins origins = {0};
	struct intake_counts sum = {0};
	struct pipeline *pipeline = NULL;
	struct batch *batch;
	int code;

	if (window_limit(intake, error) < 0 || origins_init(&origins, error) < 0 ||
	    pipeline_new(intake, &origins, file, name, &pipeline, error) < 0)
		return error->code;
	while ((code = pipeline_next(pipeline, &batch, error)) == 1) {
		sum.lines += batch->lines;
		sum.rejected += (int64_t)batch->reject_count;
		rejects_write(batch, name, rejects);
		code = batch_write(intake, &origins, batch, &sum, error);
		pipeline_return(pipeline, batch);
		if (code < 0)
			break;
	}
	pipeline_free(pipeline);
	intake_counts_add(&intake->counts, &sum);
	if (code < 0)
		return code;
	if (rejects && (fflush(rejects) != 0 || ferror(rejects)))
		return error_errno(error, "the reject file of %s cannot be written", name);
	*counts = sum;
	return 0;
}

int intake_text(struct intake *intake, const char *text, size_t size, const char *name, FILE *rejects,
		struct intake_counts *counts, struct error *error)
{
	int file = memfd_create("events", MFD_CLOEXEC), code;
	size_t done = 0;

	if (file < 0)
		return error_errno(error, "%s: no memory file for %zu bytes of events", name, size);
	while (done < size) {
		ssize_t written = write(file, text + done, size - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			(void)error_errno(error, "%s: no memory file for %zu bytes of events", name, size);
			(void)close(file);
			return error->code;
		}
		done += (size_t)written;
	}
	(void)lseek(file, 0, SEEK_SET);
	code = intake_stream(intake, file, name, rejects, counts, error);
	(void)close(file);
	return code;
}
