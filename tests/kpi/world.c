/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/kpi/world.h"

#include "core/buffer.h"
#include "core/file.h"

#include <stdio.h>
#include <string.h>

static const char header[] =
	"ISO date,label,path type,paths,hosts,threads,dirs,files,file size,block size,direct IO,random,random aligned,IO depth,shared paths,truncate,"
	"operation,time ms [first],time ms [last],entries/s [first],entries/s [last],IOPS [first],IOPS [last],MiB/s [first],MiB/s [last],CPU% [first],"
	"CPU% [last],entries [first],entries [last],MiB [first],MiB [last],Ent lat us [min],Ent lat us [avg],Ent lat us [max],IO lat us [min],"
	"IO lat us [avg],IO lat us [max],rwmix read entries/s [first],rwmix read entries/s [last],rwmix read IOPS [first],rwmix read IOPS [last],"
	"rwmix read MiB/s [first],rwmix read MiB/s [last],rwmix read entries [first],rwmix read entries [last],rwmix read MiB [first],rwmix read MiB [last],"
	"rwmix read Ent lat us [min],rwmix read Ent lat us [avg],rwmix read Ent lat us [max],rwmix read IO lat us [min],rwmix read IO lat us [avg],"
	"rwmix read IO lat us [max],version,command\n";

struct csv_row csv_usual(int test)
{
	struct csv_row row = {"READ", "", 16, 1 << 20, 1, 0, 98000, 100000, 20, 22984, 22984, 2298400, 0, 0};

	switch (test) {
	case TEST_BURST:
		row = (struct csv_row){"WRITE", "burst", 16, 1 << 20, 1, 0, 11800, 12000, 20, 36240, 36240, 434000, 0, 0};
		break;
	case TEST_SUSTAINED:
		row = (struct csv_row){"WRITE", "sustained", 16, 1 << 20, 1, 0, 300000, 310000, 20, 12302, 12302, 3813620, 0, 0};
		break;
	case TEST_RANDOM_READ:
		row.random = 1;
		row.block = 4096;
		break;
	case TEST_MIXED:
		row = (struct csv_row){"RWMIX70", "", 16, 4096, 1, 1, 98000, 100000, 20, 300000, 1171, 117100, 700000, 0};
		break;
	case TEST_METADATA:
		row = (struct csv_row){"STAT", "", 16, 0, 0, 0, 98000, 100000, 20, 0, 0, 0, 0, 500000};
		break;
	case TEST_CLIENT_READ:
		row.hosts = 1;
		row.rate = 2600;
		break;
	default:
		break;
	}
	return row;
}

static void number(struct buffer *buffer, int64_t value, const char *behind)
{
	/* elbencho leaves a field empty of which there was nothing. */
	(void)(value ? buffer_print(buffer, "%lld%s", (long long)value, behind) : buffer_text(buffer, behind));
}

static void row_print(struct buffer *buffer, const struct csv_row *row)
{
	(void)buffer_print(buffer, "2026-11-20T10:00:00.000+0000,%s,file,1,%d,16,,,1073741824,%d,%d,%d,,16,1,0,%s,%lld,%lld,,", row->label, row->hosts, row->block,
			   row->direct, row->random, row->operation, (long long)row->first, (long long)row->last);
	number(buffer, row->entries, ",,");
	number(buffer, row->iops, ",,");
	number(buffer, row->rate, ",");
	(void)buffer_print(buffer, "10,%d,,,,", row->cpu);
	number(buffer, row->mib, ",");
	(void)buffer_print(buffer, ",,,200,%d,90000,,,,", row->iops ? 900 : 0);
	number(buffer, row->read_iops, ",,");
	number(buffer, row->read_iops / 256, ",,,,");
	number(buffer, row->read_iops / 256 * 100, ",,,,");
	(void)buffer_text(buffer, ",,,3.0-24,\"elbencho\" \"-r\" \"/mnt/file[1-256]\" \n");
}

const char *csv_text(struct scope *scope, const struct csv_row *rows, size_t count, int times)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 24);

	(void)buffer_text(&buffer, header);
	for (int time = 0; time < times; time++)
		for (size_t i = 0; i < count; i++)
			row_print(&buffer, &rows[i]);
	CU_ASSERT_FALSE_FATAL(buffer_failed(&buffer));
	return scope_text(scope, buffer_string(&buffer));
}

/* Settings of `usual` whose names `more` does not have, and then more. */
static void settings_print(struct buffer *buffer, const char *group, const char *const *usual, const char *more)
{
	(void)buffer_print(buffer, "%s = {\n", group);
	for (; *usual; usual++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "%.*s=", (int)strcspn(*usual, "="), *usual);
		if (!strstr(more, name))
			(void)buffer_print(buffer, "%s\n", *usual);
	}
	(void)buffer_print(buffer, "%s\n};\n", more);
}

static const char *sheet_write(const char *cluster, const char *load, const char *results)
{
	static const char *const usual_cluster[] = {"shape=\"Standard_L32aos_v4\";", "nodes=8;", "buffer_code=\"4+1\";", "capacity_code=\"4+1\";",
						    "buffer_tb=\"1\";", "reduction=\"1.5\";", "reduction_method=\"guessed\";", "usable_tb=\"100\";", NULL};
	static const char *const usual_load[] = {"clients=16;", "client_network_gbit=\"25\";", "client_memory_gb=\"64\";", "data_set_tb=\"6\";", "reduction=\"1\";", NULL};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);
	const char *path = unit_path("sheet.cfg");

	(void)buffer_text(&buffer, "name=\"test\";\nidentity = { date=\"2026-11-20\"; region=\"eastus2\"; };\n");
	settings_print(&buffer, "cluster", usual_cluster, cluster ? cluster : "");
	settings_print(&buffer, "load", usual_load, load ? load : "");
	(void)buffer_print(&buffer, "prices = { software_hour=\"10\"; currency=\"USD\"; };\nresults = ( %s );\n", results ? results : "");
	unit_write(path, buffer_string(&buffer), buffer.size, 0600);
	return path;
}

int world_try(struct world *world, const char *cluster, const char *load, const char *results, const char *const *files, struct error *error)
{
	const char *path;

	*world = (struct world){.scope = scope_init(1 << 28)};
	UNIT_OK(facts_read(TEST_SOURCE_DIR "/templates", &world->facts, error), error);
	path = sheet_write(cluster, load, results);
	for (size_t i = 0; files && files[i]; i++)
		unit_write(unit_path("%zu", i), files[i], strlen(files[i]), 0600);
	if (sheet_read(path, &world->facts, &world->sheet, error) < 0)
		return error->code;
	for (size_t i = 0; i < world->sheet.file_count; i++) {
		BUFFER_CLEANUP struct buffer text = buffer_init(RESULT_BYTES_MAX);

		if (file_read(world->sheet.files[i], &text, error) < 0 ||
		    runs_read(&world->scope, buffer_string(&text), text.size, world->sheet.files[i], &world->runs[i], error) < 0)
			return error->code;
	}
	return kpi_make(&world->scope, &world->sheet, world->runs, (const char (*)[DIGEST_TEXT])world->digests, &world->kpi, error);
}

void world_make(struct world *world, const char *cluster, const char *load, const char *results, const char *const *files)
{
	struct error error = {0};
	int code = world_try(world, cluster, load, results, files, &error);

	UNIT_OK(code, &error);
	CU_ASSERT_FATAL(code >= 0);
}

void world_release(struct world *world)
{
	sheet_release(&world->sheet);
	facts_release(&world->facts);
	scope_release(&world->scope);
}
