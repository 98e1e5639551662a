/* SPDX-License-Identifier: Apache-2.0 */
#include "core/archive.h"

#include "core/map.h"

#include <apollo/kit.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

/* 1980-01-01 00:00, the first that a zip archive can say. */
enum { TIME_FIXED = 0, DATE_FIXED = (1 << 5) | 1, RATIO_FROM = 1 << 20 };

bool archive_is(const char *data, size_t size)
{
	/* The second: an archive without files. */
	return size >= 4 && (memcmp(data, "PK\3\4", 4) == 0 || memcmp(data, "PK\5\6", 4) == 0);
}

bool archive_name_fits(const char *name, const char **reason)
{
	const char *part = name;

	*reason = !*name ? "it is empty" : strlen(name) > ARCHIVE_NAME_MAX ? "it is too long"
		  : !apollo_text_valid(name, strlen(name)) ? "it is not UTF-8" : NULL;
	for (const char *at = name; !*reason && *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '\\' || *at == ':')
			*reason = "it holds a control character, a backslash or a colon";
	for (; !*reason; part++) {
		size_t size = strcspn(part, "/");

		if (size == 0)
			*reason = part == name ? "it is absolute" : "a part of it is empty";
		else if (strspn(part, ".") == size && size <= 2)
			*reason = "it leads out of its folder";
		part += size;
		if (!*part)
			break;
	}
	return !*reason;
}

static void map_end(struct map *map)
{
	map_release(map);
}

/* Refuses what may not be a name, and what is there already. */
static int name_take(struct map *names, const char *name, const char *what, struct error *error)
{
	const char *reason;

	if (!archive_name_fits(name, &reason))
		return error_set(error, ERROR_INPUT, "%s: a file has a name that it may not have: %s", what, reason);
	if (map_get(names, name, strlen(name)) >= 0)
		return error_set(error, ERROR_INPUT, "%s: the file %s is there twice", what, name);
	return map_set(names, name, strlen(name), 1) < 0 ? error_memory(error, what) : 0;
}

/* ---- writing ---- */

static void archive_drop(zip_t **archive)
{
	if (*archive)
		zip_discard(*archive);
}

static void source_drop(zip_source_t **source)
{
	if (*source)
		zip_source_free(*source);
}

static int file_add(zip_t *archive, const struct archive_file *file)
{
	zip_source_t *source = zip_source_buffer(archive, file->data, file->size, 0);
	zip_int64_t index = source ? zip_file_add(archive, file->name, source, ZIP_FL_ENC_UTF_8) : -1;

	if (index < 0) {
		if (source)
			zip_source_free(source);
		return -1;
	}
	if (zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0) < 0 ||
	    zip_file_set_dostime(archive, (zip_uint64_t)index, TIME_FIXED, DATE_FIXED, 0) < 0)
		return -1;
	return zip_file_set_external_attributes(archive, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX, (zip_uint32_t)(S_IFREG | 0644) << 16);
}

static int source_take(zip_source_t *source, struct buffer *buffer)
{
	char piece[1 << 16];
	zip_int64_t size;

	if (zip_source_open(source) < 0)
		return -1;
	while ((size = zip_source_read(source, piece, sizeof(piece))) > 0)
		if (buffer_append(buffer, piece, (size_t)size) < 0)
			break;
	(void)zip_source_close(source);
	return size < 0 || buffer_failed(buffer) ? -1 : 0;
}

int archive_write(const struct archive_file *files, size_t count, struct buffer *buffer, struct error *error)
{
	CLEANUP(map_end) struct map names = map_init(ARCHIVE_FILES_MAX);
	CLEANUP(source_drop) zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	CLEANUP(archive_drop) zip_t *archive = source ? zip_open_from_source(source, ZIP_TRUNCATE, NULL) : NULL;

	if (!archive)
		return error_memory(error, "an archive");
	/* The archive has taken the source; this keeps it beyond the archive's end. */
	zip_source_keep(source);
	if (count > ARCHIVE_FILES_MAX)
		return error_set(error, ERROR_INPUT, "an archive of %zu files; %d are the most", count, ARCHIVE_FILES_MAX);
	for (size_t i = 0; i < count; i++)
		if (name_take(&names, files[i].name, "the archive", error) < 0)
			return error->code;
	for (size_t i = 0; i < count; i++)
		if (file_add(archive, &files[i]) < 0)
			return error_memory(error, "an archive");
	if (zip_close(archive) < 0)
		return error_memory(error, "an archive");
	archive = NULL;
	return source_take(source, buffer) != 0 ? error_memory(error, "an archive") : 0;
}

/* ---- reading ---- */

struct reader {
	struct scope *scope;
	zip_t *archive;
	const char *what;
	struct map names;
	struct archive_file *files;
	size_t count, total;
};

static void reader_end(struct reader *reader)
{
	map_release(&reader->names);
	archive_drop(&reader->archive);
}

/* Regular files, and folders, which are not kept: a link is neither. */
static int kind_check(const struct reader *reader, zip_uint64_t index, const char *name, struct error *error)
{
	zip_uint32_t attributes = 0;
	zip_uint8_t system = 0;
	unsigned kind;

	if (zip_file_get_external_attributes(reader->archive, index, 0, &system, &attributes) < 0 || system != ZIP_OPSYS_UNIX)
		return 0;
	kind = attributes >> 16 & S_IFMT;
	if (kind == 0 || kind == S_IFREG || kind == S_IFDIR)
		return 0;
	return error_set(error, ERROR_INPUT, "%s: %s is no regular file", reader->what, name);
}

static int size_check(const struct reader *reader, const zip_stat_t *stat, struct error *error)
{
	if (!(stat->valid & ZIP_STAT_SIZE) || !(stat->valid & ZIP_STAT_COMP_SIZE) || !(stat->valid & ZIP_STAT_ENCRYPTION_METHOD) ||
	    stat->encryption_method != ZIP_EM_NONE)
		return error_set(error, ERROR_INPUT, "%s: %s is encrypted, or does not say its size", reader->what, stat->name);
	if (stat->size > ARCHIVE_FILE_BYTES || stat->size > ARCHIVE_BYTES - reader->total)
		return error_set(error, ERROR_INPUT, "%s: %s has %llu bytes; a file may have %d, all together %d", reader->what, stat->name,
				 (unsigned long long)stat->size, ARCHIVE_FILE_BYTES, ARCHIVE_BYTES);
	if (stat->size > RATIO_FROM && stat->size / ARCHIVE_RATIO_MAX > stat->comp_size)
		return error_set(error, ERROR_INPUT, "%s: %s is more than %d times as large unpacked as it is packed", reader->what, stat->name,
				 ARCHIVE_RATIO_MAX);
	return 0;
}

/* The bytes of one file, as many as it says and no more. */
static int data_read(struct reader *reader, zip_uint64_t index, const char *name, size_t size, char **data, struct error *error)
{
	char *bytes = scope_alloc(reader->scope, size + 1), more;
	zip_file_t *file = bytes ? zip_fopen_index(reader->archive, index, 0) : NULL;
	zip_int64_t got = file ? zip_fread(file, bytes, size) : -1, rest = 1;

	/* Reading on to the end checks the sum. */
	if (got == (zip_int64_t)size)
		rest = zip_fread(file, &more, 1);
	if (file && zip_fclose(file) != 0)
		rest = 1;
	if (!bytes)
		return error_memory(error, reader->what);
	if (got != (zip_int64_t)size || rest != 0)
		return error_set(error, ERROR_INPUT, "%s: %s cannot be unpacked, or is not as long as it says", reader->what, name);
	*data = bytes;
	return 0;
}

static int entry_read(struct reader *reader, zip_uint64_t index, struct error *error)
{
	zip_stat_t stat;
	char *name, *data = NULL;
	size_t length;
	bool folder;

	if (zip_stat_index(reader->archive, index, 0, &stat) < 0 || !(stat.valid & ZIP_STAT_NAME))
		return error_set(error, ERROR_INPUT, "%s: entry %llu has no name", reader->what, (unsigned long long)index);
	length = strlen(stat.name);
	folder = length > 1 && stat.name[length - 1] == '/';
	name = scope_copy(reader->scope, stat.name, folder ? length - 1 : length);
	if (!name)
		return error_memory(error, reader->what);
	if (name_take(&reader->names, name, reader->what, error) < 0 || kind_check(reader, index, name, error) < 0 ||
	    size_check(reader, &stat, error) < 0)
		return error->code;
	if (folder)
		return stat.size ? error_set(error, ERROR_INPUT, "%s: the folder %s has contents", reader->what, name) : 0;
	if (data_read(reader, index, name, (size_t)stat.size, &data, error) < 0)
		return error->code;
	reader->total += (size_t)stat.size;
	reader->files[reader->count++] = (struct archive_file){name, data, (size_t)stat.size};
	return 0;
}

int archive_read(struct scope *scope, const char *data, size_t size, const char *what, struct archive_file **files, size_t *count,
		 struct error *error)
{
	CLEANUP(reader_end) struct reader reader = {.scope = scope, .what = what, .names = map_init(ARCHIVE_FILES_MAX)};
	zip_source_t *source;
	zip_error_t problem;
	zip_int64_t entries;

	if (!archive_is(data, size) || size > ARCHIVE_BYTES)
		return error_set(error, ERROR_INPUT, "%s is no zip archive of at most %d bytes", what, ARCHIVE_BYTES);
	zip_error_init(&problem);
	source = zip_source_buffer_create(data, size, 0, &problem);
	reader.archive = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &problem) : NULL;
	if (!reader.archive) {
		(void)error_set(error, ERROR_INPUT, "%s is no zip archive, or a broken one", what);
		(void)error_detail(error, "%s", zip_error_strerror(&problem));
		source_drop(&source);
		zip_error_fini(&problem);
		return error->code;
	}
	zip_error_fini(&problem);
	entries = zip_get_num_entries(reader.archive, 0);
	if (entries < 0 || entries > ARCHIVE_FILES_MAX)
		return error_set(error, ERROR_INPUT, "%s has %lld files; %d are the most", what, (long long)entries, ARCHIVE_FILES_MAX);
	reader.files = scope_alloc(scope, (size_t)(entries + 1) * sizeof(*reader.files));
	if (!reader.files)
		return error_memory(error, what);
	for (zip_int64_t i = 0; i < entries; i++)
		if (entry_read(&reader, (zip_uint64_t)i, error) < 0)
			return error->code;
	*files = reader.files;
	*count = reader.count;
	return 0;
}
