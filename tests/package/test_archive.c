/* SPDX-License-Identifier: Apache-2.0 */
/* Archives and packages: the same bytes, and what hostile ones are told. */
#include "core/archive.h"
#include "package/package.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

static const struct archive_file files[] = {{"a.json", "{\"a\":1}", 7}, {"b/c.txt", "", 0}, {"b/d.txt", "text", 4}};

static void written_is_read(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(ARCHIVE_SCOPE);
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ARCHIVE_BYTES), again = buffer_init(ARCHIVE_BYTES);
	struct archive_file *read = NULL;
	struct error error;
	size_t count = 0;

	UNIT_OK(archive_write(files, 3, &buffer, &error), &error);
	UNIT_OK(archive_read(&scope, buffer.data, buffer.size, "test.zip", &read, &count, &error), &error);
	CU_ASSERT_FATAL(count == 3);
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_STRING_EQUAL(read[i].name, files[i].name);
		CU_ASSERT_STRING_EQUAL(read[i].data, files[i].data);
		CU_ASSERT(read[i].size == files[i].size);
	}
	/* Neither the zone nor the day shows. */
	CU_ASSERT_FATAL(setenv("TZ", "Pacific/Apia", 1) == 0);
	UNIT_OK(archive_write(files, 3, &again, &error), &error);
	CU_ASSERT_FATAL(unsetenv("TZ") == 0);
	CU_ASSERT(buffer.size == again.size && memcmp(buffer.data, again.data, again.size) == 0);
}

static void names_are_checked(void)
{
	static const char *const wrong[] = {"", "/etc/passwd", "..", "../a", "a/../b", "a/./b", "a//b", "a/", "a\\b", "c:d", "a\nb", "\xc3("};
	static const char *const right[] = {"a", "a.b", "...", "a/..b", "a/b/c", "\xc3\xa4"};
	char longer[ARCHIVE_NAME_MAX + 2];
	const char *reason;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CU_ASSERT(!archive_name_fits(wrong[i], &reason) && reason);
	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++)
		CU_ASSERT(archive_name_fits(right[i], &reason));
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	CU_ASSERT(!archive_name_fits(longer, &reason));
	longer[ARCHIVE_NAME_MAX] = '\0';
	CU_ASSERT(archive_name_fits(longer, &reason));
}

static void nothing_wrong_is_written(void)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ARCHIVE_BYTES);
	const struct archive_file out[] = {{"../a", "", 0}}, twice[] = {{"a", "", 0}, {"a", "", 0}};
	struct error error;

	UNIT_REFUSED(archive_write(out, 1, &buffer, &error), ERROR_INPUT, &error, "leads out of its folder");
	UNIT_REFUSED(archive_write(twice, 2, &buffer, &error), ERROR_INPUT, &error, "a is there twice");
	CU_ASSERT(buffer.size == 0);
}

/* ---- hostile ones ---- */

/* An archive made by libzip itself, which takes any name. */
static const char *archive_make(const char *name, const char *data, size_t size, int method, zip_uint32_t mode)
{
	const char *path = unit_path("hostile-%s.zip", *name ? "named" : "empty");
	zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
	zip_source_t *source = archive ? zip_source_buffer(archive, data, size, 0) : NULL;
	zip_int64_t index;

	CU_ASSERT_FATAL(source != NULL);
	index = zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8);
	CU_ASSERT_FATAL(index >= 0);
	CU_ASSERT_FATAL(zip_set_file_compression(archive, (zip_uint64_t)index, method, 9) == 0);
	CU_ASSERT_FATAL(zip_file_set_external_attributes(archive, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX, mode << 16) == 0);
	CU_ASSERT_FATAL(zip_close(archive) == 0);
	return path;
}

static int path_read(const char *path, struct error *error)
{
	PACKAGE_CLEANUP struct package package = {0};

	return package_read(path, &package, error);
}

static void hostile_ones_are_refused(void)
{
	FREE_CLEANUP char *zeros = calloc(1, 8 << 20);
	struct error error;

	CU_ASSERT_FATAL(zeros != NULL);
	UNIT_REFUSED(path_read(archive_make("../../etc/cron.d/a", "x", 1, ZIP_CM_STORE, S_IFREG), &error), ERROR_INPUT, &error, "leads out");
	UNIT_REFUSED(path_read(archive_make("/a", "x", 1, ZIP_CM_STORE, S_IFREG), &error), ERROR_INPUT, &error, "absolute");
	UNIT_REFUSED(path_read(archive_make("a", "/etc/passwd", 11, ZIP_CM_STORE, S_IFLNK), &error), ERROR_INPUT, &error, "no regular file");
	UNIT_REFUSED(path_read(archive_make("a", zeros, 8 << 20, ZIP_CM_DEFLATE, S_IFREG), &error), ERROR_INPUT, &error, "200 times");
	UNIT_OK(path_read(archive_make("a", zeros, 1 << 19, ZIP_CM_DEFLATE, S_IFREG), &error), &error);
	UNIT_REFUSED(path_read(archive_make("b/", "contents", 8, ZIP_CM_STORE, S_IFDIR), &error), ERROR_INPUT, &error, "has contents");
}

/* Two entries of one name, which libzip does not write: the second name is changed in the bytes. */
static void names_twice_are_refused(void)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ARCHIVE_BYTES);
	const struct archive_file two[] = {{"one.txt", "1", 1}, {"two.txt", "2", 1}};
	PACKAGE_CLEANUP struct package package = {0};
	struct error error;
	int changed = 0;

	UNIT_OK(archive_write(two, 2, &buffer, &error), &error);
	for (size_t i = 0; i + 7 <= buffer.size; i++)
		if (memcmp(buffer.data + i, "two.txt", 7) == 0) {
			memcpy(buffer.data + i, "one.txt", 7);
			changed++;
		}
	CU_ASSERT(changed == 2);
	UNIT_REFUSED(package_unpack("two.zip", buffer.data, buffer.size, &package, &error), ERROR_INPUT, &error, "two.zip", "File already exists");
}

/* Whatever byte is changed: refused, or the same files. */
static void changed_bytes_are_seen(void)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ARCHIVE_BYTES);
	struct error error;
	size_t refused = 0;

	UNIT_OK(archive_write(files, 3, &buffer, &error), &error);
	for (size_t i = 0; i < buffer.size; i++) {
		PACKAGE_CLEANUP struct package package = {0};

		buffer.data[i] = (char)(buffer.data[i] ^ 0x55);
		if (package_unpack("changed.zip", buffer.data, buffer.size, &package, &error) < 0)
			refused++;
		buffer.data[i] = (char)(buffer.data[i] ^ 0x55);
	}
	/* Times, attributes and versions may be what they like. */
	CU_ASSERT(refused > buffer.size / 2);
	for (size_t size = 0; size < buffer.size; size++) {
		PACKAGE_CLEANUP struct package package = {0};

		UNIT_REFUSED(package_unpack("cut.zip", buffer.data, size, &package, &error), ERROR_INPUT, &error, "cut.zip");
	}
}

static void too_many_are_refused(void)
{
	FREE_CLEANUP struct archive_file *many = calloc(ARCHIVE_FILES_MAX + 1, sizeof(*many));
	static char names[ARCHIVE_FILES_MAX + 1][8];
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ARCHIVE_BYTES);
	struct error error;

	CU_ASSERT_FATAL(many != NULL);
	for (int i = 0; i <= ARCHIVE_FILES_MAX; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%d", i);
		many[i] = (struct archive_file){names[i], "", 0};
	}
	UNIT_REFUSED(archive_write(many, ARCHIVE_FILES_MAX + 1, &buffer, &error), ERROR_INPUT, &error, "1000 are the most");
	UNIT_OK(archive_write(many, ARCHIVE_FILES_MAX, &buffer, &error), &error);
}

/* ---- folders ---- */

static void folders_are_packages(void)
{
	PACKAGE_CLEANUP struct package package = {0};
	const char *folder = unit_path("folder");
	struct error error;

	CU_ASSERT_FATAL(mkdir(folder, 0700) == 0 && mkdir(unit_path("folder/sub"), 0700) == 0);
	unit_write(unit_path("folder/z.json"), "{}", 2, 0600);
	unit_write(unit_path("folder/sub/a.json"), "[]", 2, 0600);
	UNIT_OK(package_read(folder, &package, &error), &error);
	CU_ASSERT_FATAL(package.count == 2);
	CU_ASSERT_STRING_EQUAL(package.files[0].name, "sub/a.json");
	CU_ASSERT_STRING_EQUAL(package.files[1].data, "{}");
	CU_ASSERT(package_file(&package, "z.json") == &package.files[1]);
	CU_ASSERT(package_file(&package, "y.json") == NULL && package.size == 4);

	CU_ASSERT_FATAL(symlink("/etc/passwd", unit_path("folder/link")) == 0);
	UNIT_REFUSED(path_read(folder, &error), ERROR_INPUT, &error, "link is no regular file");
	CU_ASSERT_FATAL(unlink(unit_path("folder/link")) == 0);

	/* What is too large to be read is listed. */
	unit_write(unit_path("folder/large"), "", 0, 0600);
	CU_ASSERT_FATAL(truncate(unit_path("folder/large"), (off_t)ARCHIVE_FILE_BYTES + 1) == 0);
	package_release(&package);
	UNIT_OK(package_read(folder, &package, &error), &error);
	CU_ASSERT(package_file(&package, "large") && !package_file(&package, "large")->data);
	UNIT_REFUSED(path_read(unit_path("nowhere"), &error), ERROR_IO, &error, "nowhere");
	UNIT_REFUSED(path_read(unit_path("folder/z.json"), &error), ERROR_INPUT, &error, "is no zip archive");
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"what was written is read, and the same bytes each time", written_is_read},
		{"names stay below their folder", names_are_checked},
		{"nothing wrong is written", nothing_wrong_is_written},
		{"hostile archives are refused", hostile_ones_are_refused},
		{"a name that is there twice", names_twice_are_refused},
		{"changed and missing bytes", changed_bytes_are_seen},
		{"too many files", too_many_are_refused},
		{"folders are packages", folders_are_packages},
	};

	return UNIT_RUN("archive", tests);
}
