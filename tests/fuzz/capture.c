/* SPDX-License-Identifier: Apache-2.0 */
/* What az and gcloud print.  The first byte chooses the cloud, and whether a network is named; the snapshot that comes out is read
 * again, and made again from the same bytes it is the same. */
#include "deploy/capture.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_notes(const struct buffer *notes)
{
	const char *text = buffer_string(notes);

	while (*text) {
		size_t size = strcspn(text, "\n");
		char *line = strndup(text, size);

		FUZZ_CHECK(line && text[size] == '\n');
		fuzz_check_line(line);
		free(line);
		text += size + 1;
	}
}

static void check_snapshot(enum cloud cloud, const struct buffer *snapshot)
{
	struct network network;
	struct error error;

	FUZZ_CHECK(network_parse(buffer_string(snapshot), snapshot->size, "snapshot", &network, &error) == 0);
	FUZZ_CHECK(network.cloud == cloud && network.name && *network.name);
	network_release(&network);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned choice = fuzz_choose(&input, 4);
	enum cloud cloud = choice & 1 ? CLOUD_GCP : CLOUD_AZURE;
	const char *name = choice & 2 ? "net" : NULL;
	size_t length;
	char *text = fuzz_rest(&input, &length);
	struct buffer snapshot = buffer_init(1 << 24), again = buffer_init(1 << 24), notes = buffer_init(CAPTURE_NOTES_MAX);
	struct error error;

	if (capture_make(cloud, "capture", text, length, name, &snapshot, &notes, &error) == 0) {
		check_snapshot(cloud, &snapshot);
		check_notes(&notes);
		buffer_clear(&notes);
		FUZZ_CHECK(capture_make(cloud, "capture", text, length, name, &again, &notes, &error) == 0);
		FUZZ_CHECK(strcmp(buffer_string(&snapshot), buffer_string(&again)) == 0);
	} else {
		FUZZ_CHECK(error.code == ERROR_INPUT || error.code == APOLLO_NOMEM);
		fuzz_check_line(error.message);
		fuzz_check_line(error.hint);
	}
	buffer_release(&snapshot);
	buffer_release(&again);
	buffer_release(&notes);
	free(text);
	return 0;
}
