/* SPDX-License-Identifier: Apache-2.0 */
#include "core/loader.h"
#include "core/options.h"
#include "core/scope.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char author[] = "the plugin's author must correct it; apollo-plugin-check FILE.so shows what is expected";

/* ---- tables ------------------------------------------------------------------------------------------------ */

/* Whether a size is one that a table can have: at least up to its last required member.  least: that member's end. */
static int table_check_size(size_t size, size_t least, const char *table, const char *member, const char *whose,
			    struct error *error)
{
	if (size >= least && size <= LOADER_TABLE_MAX)
		return 0;
	if (size < least)
		(void)error_set(error, APOLLO_CONFIG, "%s: %s.size is %zu, at least %zu are needed to reach %s", whose,
				table, size, least, member);
	else
		(void)error_set(error, APOLLO_CONFIG, "%s: %s.size is %zu, at most %d are believed", whose, table, size,
				LOADER_TABLE_MAX);
	return error_hint(error, "the plugin's author must set it to sizeof(struct apollo_%s)", table);
}

/* Copies what the plugin has of a table that is zeroed already; its own size member then says what is usable. */
static void table_copy(void *to, size_t room, const void *from, size_t size)
{
	memcpy(to, from, size < room ? size : room);
}

#define END_OF(TYPE, MEMBER) (offsetof(TYPE, MEMBER) + sizeof(((TYPE *)0)->MEMBER))

struct required {
	bool present;
	const char *name;
};

static int required_check(const struct required *required, size_t count, const char *whose, struct error *error)
{
	for (size_t i = 0; i < count; i++)
		if (!required[i].present) {
			(void)error_set(error, APOLLO_CONFIG, "%s: %s is NULL, a function is required", whose,
					required[i].name);
			return error_hint(error, "%s", author);
		}
	return 0;
}

static int market_adopt(struct plugin *plugin, const struct apollo_market *market, const char *whose,
			struct error *error)
{
	struct apollo_market *copy = &plugin->market;
	int code = table_check_size(market->size, END_OF(struct apollo_market, decode), "market", "decode", whose,
				    error);

	if (code < 0)
		return code;
	table_copy(copy, sizeof(*copy), market, market->size);
	code = required_check((const struct required[]){{copy->limits, "market.limits"},
							{copy->prepare, "market.prepare"},
							{copy->encode, "market.encode"},
							{copy->decode, "market.decode"}},
			      4, whose, error);
	if (code < 0)
		return code;
	if (!copy->admit_encode != !copy->admit_decode) {
		(void)error_set(error, APOLLO_CONFIG, "%s: market.%s is set and market.%s is NULL", whose,
				copy->admit_encode ? "admit_encode" : "admit_decode",
				copy->admit_encode ? "admit_decode" : "admit_encode");
		return error_hint(error, "the plugin's author must give both or neither");
	}
	plugin->descriptor.market = copy;
	return options_check(copy->subscription_options, copy->subscription_option_count, whose, error);
}

static int source_adopt(struct plugin *plugin, const struct apollo_source *source, const char *whose,
			struct error *error)
{
	struct apollo_source *copy = &plugin->source;
	int code = table_check_size(source->size, END_OF(struct apollo_source, converse), "source", "converse", whose,
				    error);

	if (code < 0)
		return code;
	table_copy(copy, sizeof(*copy), source, source->size);
	code = required_check(&(struct required){copy->converse, "source.converse"}, 1, whose, error);
	if (code < 0)
		return code;
	plugin->descriptor.source = copy;
	return options_check(copy->collect_options, copy->collect_option_count, whose, error);
}

static int issuer_adopt(struct plugin *plugin, const struct apollo_issuer *issuer, const char *whose,
			struct error *error)
{
	struct apollo_issuer *copy = &plugin->issuer;
	int code = table_check_size(issuer->size, END_OF(struct apollo_issuer, converse), "issuer", "converse", whose,
				    error);

	if (code < 0)
		return code;
	table_copy(copy, sizeof(*copy), issuer, issuer->size);
	plugin->descriptor.issuer = copy;
	return required_check(&(struct required){copy->converse, "issuer.converse"}, 1, whose, error);
}

/* ---- the descriptor ---------------------------------------------------------------------------------------- */

/* What must be right before anything behind the first members may be looked at. */
static int head_check(const struct apollo_plugin *given, const char *whose, struct error *error)
{
	if (given->magic != APOLLO_PLUGIN_MAGIC) {
		(void)error_set(error, APOLLO_CONFIG, "%s: magic is 0x%08x, 0x%08x is expected", whose,
				(unsigned)given->magic, (unsigned)APOLLO_PLUGIN_MAGIC);
		return error_hint(error, "this is no plugin of apollo, or not one for this machine; remove it");
	}
	if (given->abi_major != APOLLO_ABI_MAJOR) {
		(void)error_set(error, APOLLO_UNSUPPORTED, "%s: abi_major is %u, this apollo has %u", whose,
				(unsigned)given->abi_major, (unsigned)APOLLO_ABI_MAJOR);
		return error_hint(error, "install the plugin that was built for this version of apollo");
	}
	if (given->reserved != 0) {
		(void)error_set(error, APOLLO_CONFIG, "%s: reserved is %u, 0 is expected", whose,
				(unsigned)given->reserved);
		return error_hint(error, "the plugin's author must begin the descriptor with APOLLO_PLUGIN_HEAD");
	}
	return table_check_size(given->size, END_OF(struct apollo_plugin, close), "plugin", "close", whose, error);
}

static bool line_is_good(const char *text)
{
	size_t size = text ? strnlen(text, 256) : 0;

	for (size_t i = 0; i < size; i++)
		if ((unsigned char)text[i] < 0x20)
			return false;
	return size > 0 && size < 256;
}

/* The name, and that it is the file's. */
static int name_check(const char *name, const char *path, const char *whose, struct error *error)
{
	size_t size = name ? strnlen(name, LOADER_NAME_MAX + 1) : 0;
	const char *base = path ? strrchr(path, '/') : NULL;

	if (size == 0 || size > LOADER_NAME_MAX ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != size || *name == '-') {
		(void)error_set(error, APOLLO_CONFIG, "%s: name is \"%.80s\", 1 to %d of a-z, 0-9 and - are expected",
				whose, name ? name : "", LOADER_NAME_MAX);
		return error_hint(error, "%s", author);
	}
	base = base ? base + 1 : path;
	if (base && (strncmp(base, name, size) != 0 || strcmp(base + size, ".so") != 0)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: name is \"%s\", the file is named %s", whose, name, base);
		return error_hint(error, "rename the file to %s.so", name);
	}
	return 0;
}

static int descriptor_check(const struct apollo_plugin *copy, const char *path, const char *whose, struct error *error)
{
	int code = name_check(copy->name, path, whose, error);

	if (code < 0)
		return code;
	if (!line_is_good(copy->version) || !line_is_good(copy->summary)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: %s is not one line of 1 to 255 bytes", whose,
				line_is_good(copy->version) ? "summary" : "version");
		return error_hint(error, "%s", author);
	}
	code = options_check(copy->options, copy->option_count, whose, error);
	if (code < 0)
		return code;
	return required_check((const struct required[]){{copy->open, "open"}, {copy->close, "close"}}, 2, whose, error);
}

static int roles_adopt(struct plugin *plugin, const char *whose, struct error *error)
{
	struct apollo_plugin *copy = &plugin->descriptor;
	int code = 0;

	if (copy->market)
		code = market_adopt(plugin, copy->market, whose, error);
	if (code == 0 && copy->source)
		code = source_adopt(plugin, copy->source, whose, error);
	if (code == 0 && copy->issuer)
		code = issuer_adopt(plugin, copy->issuer, whose, error);
	return code;
}

int loader_adopt(const struct apollo_plugin *descriptor, const char *path, struct plugin **plugin,
		 struct error *error)
{
	const char *whose = path ? path : "a plugin";
	struct plugin *made PLUGIN_CLEANUP = NULL;
	int code = head_check(descriptor, whose, error);

	if (code < 0)
		return code;
	made = calloc(1, sizeof(*made));
	if (!made || (path && !(made->path = strdup(path))))
		return error_memory(error, "a plugin");
	table_copy(&made->descriptor, sizeof(made->descriptor), descriptor, descriptor->size);
	code = descriptor_check(&made->descriptor, path, whose, error);
	if (code == 0)
		code = roles_adopt(made, whose, error);
	if (code < 0)
		return code;
	*plugin = TAKE(made);
	return 0;
}

void plugin_free(struct plugin **plugin)
{
	if (*plugin)
		free((*plugin)->path);
	free(*plugin);
	*plugin = NULL;
}

/* ---- files ------------------------------------------------------------------------------------------------- */

/* Whether only root and this user can write there.  what: "file" or "folder". */
static int trust_check(const struct stat *status, const char *what, const char *path, struct error *error)
{
	if (status->st_uid != 0 && status->st_uid != geteuid()) {
		(void)error_set(error, APOLLO_CONFIG, "%s: the %s belongs to user %u, root or user %u is expected",
				path, what, (unsigned)status->st_uid, (unsigned)geteuid());
		return error_hint(error, "chown root %s, if you trust it", path);
	}
	if (status->st_mode & (S_IWGRP | S_IWOTH)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: the %s has mode %03o, others may write there", path, what,
				(unsigned)(status->st_mode & 0777));
		return error_hint(error, "chmod go-w %s, if you trust what is there", path);
	}
	return 0;
}

static int folder_check(const char *path, struct error *error)
{
	char *copy FREE_CLEANUP = strdup(path);
	struct stat status;
	const char *folder;

	if (!copy)
		return error_memory(error, "a plugin's path");
	folder = dirname(copy);
	if (stat(folder, &status) < 0)
		return error_errno(error, "cannot look at the folder %s", folder);
	return trust_check(&status, "folder", folder, error);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* Checks the file through a descriptor that is held while the file is loaded.  The path is loaded, not the descriptor:
 * the dynamic linker knows libraries by name, and /proc/self/fd/N names another file the next time.  Nobody but root
 * and this user can put another file there in between; that it did not happen is seen by comparing. */
static int file_load(const char *path, void **handle, struct error *error)
{
	int fd CLEANUP(fd_close) = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat status, again;
	int code;

	if (fd < 0)
		return error_errno(error, "%s: cannot open the plugin", path);
	if (fstat(fd, &status) < 0)
		return error_errno(error, "%s: cannot look at the plugin", path);
	if (!S_ISREG(status.st_mode)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: is a %s, a regular file is expected", path,
				S_ISDIR(status.st_mode) ? "folder" : "device, pipe or socket");
		return error_hint(error, "give the path of a NAME.so");
	}
	if ((code = trust_check(&status, "file", path, error)) < 0 || (code = folder_check(path, error)) < 0)
		return code;
	if (lstat(path, &again) < 0 || again.st_dev != status.st_dev || again.st_ino != status.st_ino)
		return error_set(error, APOLLO_CONFIG, "%s: was replaced while it was being checked; try again", path);
	*handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!*handle) {
		(void)error_set(error, APOLLO_CONFIG, "%s: cannot be loaded", path);
		(void)error_detail(error, "%s", dlerror());
		return error_hint(error, "install the libraries that it needs, or a build for this machine");
	}
	return 0;
}

static int descriptor_find(void *handle, const char *path, const struct apollo_plugin **descriptor, struct error *error)
{
	apollo_plugin_descriptor_function function;

	/* A data pointer to a function pointer, as POSIX has it. */
	*(void **)&function = dlsym(handle, APOLLO_PLUGIN_SYMBOL);
	if (!function) {
		(void)error_set(error, APOLLO_CONFIG, "%s: the symbol %s is missing", path, APOLLO_PLUGIN_SYMBOL);
		return error_hint(error, "this is no plugin of apollo; remove it from the plugin folder");
	}
	*descriptor = function();
	if (!*descriptor) {
		(void)error_set(error, APOLLO_CONFIG, "%s: %s() gave NULL, a descriptor is expected", path,
				APOLLO_PLUGIN_SYMBOL);
		return error_hint(error, "%s", author);
	}
	return 0;
}

int loader_open(const char *path, struct plugin **plugin, struct error *error)
{
	char *real FREE_CLEANUP = realpath(path, NULL);
	const struct apollo_plugin *descriptor;
	void *handle = NULL;
	int code;

	if (!real)
		return error_errno(error, "%s: cannot find the plugin", path);
	/* Who may write where a link is says what it points to. */
	if ((code = folder_check(path, error)) < 0 || (code = file_load(real, &handle, error)) < 0 ||
	    (code = descriptor_find(handle, real, &descriptor, error)) < 0 ||
	    (code = loader_adopt(descriptor, real, plugin, error)) < 0)
		return code;
	(*plugin)->handle = handle;
	return 0;
}

/* ---- search ------------------------------------------------------------------------------------------------ */

/* The next folder of a search path, or false at its end; a folder's text is cut out of *cursor. */
static bool search_next(const char **cursor, char *folder, size_t room)
{
	while (**cursor) {
		size_t size = strcspn(*cursor, ":");
		const char *begin = *cursor;

		*cursor += size + (begin[size] == ':');
		if (size == 0 || size >= room)
			continue;
		memcpy(folder, begin, size);
		folder[size] = '\0';
		return true;
	}
	return false;
}

int loader_find(const char *name, const char *search, struct plugin **plugin, struct error *error)
{
	char folder[PATH_MAX], path[PATH_MAX + LOADER_NAME_MAX + 8];
	const char *cursor = search;
	size_t size = strnlen(name, LOADER_NAME_MAX + 1);

	if (size == 0 || size > LOADER_NAME_MAX || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != size) {
		(void)error_set(error, APOLLO_CONFIG, "\"%.80s\" is no name of a plugin", name);
		return error_hint(error, "a name has 1 to %d of a-z, 0-9 and -", LOADER_NAME_MAX);
	}
	while (search_next(&cursor, folder, sizeof(folder))) {
		(void)snprintf(path, sizeof(path), "%s/%s.so", folder, name);
		if (access(path, F_OK) == 0)
			return loader_open(path, plugin, error);
	}
	(void)error_set(error, APOLLO_CONFIG, "there is no plugin %s", name);
	(void)error_detail(error, "%s.so is in none of %s", name, search);
	return error_hint(error, "`apollo plugins` lists those that are installed; APOLLO_PLUGIN_PATH adds folders");
}

static const char *path_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

static int paths_compare(const void *a, const void *b)
{
	return strcmp(path_name(*(const char *const *)a), path_name(*(const char *const *)b));
}

static bool paths_have(const struct plugin_paths *paths, const char *name)
{
	for (size_t i = 0; i < paths->count; i++)
		if (strcmp(path_name(paths->paths[i]), name) == 0)
			return true;
	return false;
}

static bool name_is_plugin(const char *name)
{
	size_t size = strlen(name);

	return size > 3 && strcmp(name + size - 3, ".so") == 0 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == size - 3;
}

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

static int folder_list(const char *path, struct plugin_paths *paths, struct error *error)
{
	DIR *folder CLEANUP(folder_close) = opendir(path);
	struct dirent *entry;

	if (!folder)
		return errno == ENOENT || errno == ENOTDIR ? 0 : error_errno(error, "cannot list the folder %s", path);
	while ((entry = readdir(folder)) != NULL) {
		if (!name_is_plugin(entry->d_name) || paths_have(paths, entry->d_name))
			continue;
		if (paths->count == LOADER_FILES_MAX)
			return error_set(error, APOLLO_NOMEM, "more than %d plugins in the search path",
					 LOADER_FILES_MAX);
		if (asprintf(&paths->paths[paths->count], "%s/%s", path, entry->d_name) < 0)
			return error_memory(error, "a list of plugins");
		paths->count++;
	}
	return 0;
}

int loader_list(const char *search, struct plugin_paths *paths, struct error *error)
{
	struct plugin_paths list CLEANUP(plugin_paths_release) = {0};
	char folder[PATH_MAX];
	const char *cursor = search;

	list.paths = calloc(LOADER_FILES_MAX, sizeof(*list.paths));
	if (!list.paths)
		return error_memory(error, "a list of plugins");
	while (search_next(&cursor, folder, sizeof(folder))) {
		int code = folder_list(folder, &list, error);

		if (code < 0)
			return code;
	}
	if (list.count)
		qsort(list.paths, list.count, sizeof(*list.paths), paths_compare);
	*paths = list;
	list = (struct plugin_paths){0};
	return 0;
}

void plugin_paths_release(struct plugin_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->paths[i]);
	free(paths->paths);
	*paths = (struct plugin_paths){0};
}
