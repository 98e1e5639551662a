/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin's file exports and imports, and what its tables say to people. */
#include "cli/conform/conform.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Functions with an effect, or whose answer is another one each time. */
static const char *const effects[] = {
	"socket", "connect", "bind", "listen", "accept", "send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg",
	"getaddrinfo", "open", "open64", "openat", "openat64", "creat", "fopen", "fopen64", "freopen", "opendir", "unlink",
	"rename", "read", "write", "pread", "pwrite", "printf", "__printf_chk", "puts", "putchar", "time", "gettimeofday",
	"clock_gettime", "localtime", "localtime_r", "getenv", "secure_getenv", "setenv", "putenv", "setlocale",
	"pthread_create", "thrd_create", "sleep", "usleep", "nanosleep", "clock_nanosleep", "fork", "vfork", "execv",
	"execve", "execvp", "posix_spawn", "system", "popen", "abort", "exit", "_exit", "rand", "random", "srand",
	"getrandom", "getentropy", "arc4random", "signal", "sigaction",
};

/* The dynamic symbols of a file that the dynamic linker has taken already. */
struct symbols {
	const unsigned char *file;
	size_t size;
	const ElfW(Sym) *table;
	size_t count;
	const char *texts;
	size_t texts_size;
};

static void symbols_release(struct symbols *symbols)
{
	if (symbols->file)
		(void)munmap((void *)(uintptr_t)symbols->file, symbols->size);
}

static bool symbols_map(struct symbols *symbols, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *file = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > (off_t)sizeof(ElfW(Ehdr))) {
		symbols->size = (size_t)status.st_size;
		file = mmap(NULL, symbols->size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	if (fd >= 0)
		(void)close(fd);
	symbols->file = file == MAP_FAILED ? NULL : file;
	return symbols->file;
}

/* A section's bytes, or NULL where they are not all in the file. */
static const void *section_bytes(const struct symbols *symbols, const ElfW(Shdr) *section)
{
	if (section->sh_offset > symbols->size || section->sh_size > symbols->size - section->sh_offset)
		return NULL;
	return symbols->file + section->sh_offset;
}

static bool symbols_find(struct symbols *symbols)
{
	const ElfW(Ehdr) *head = (const void *)symbols->file;
	const ElfW(Shdr) *sections = (const void *)(symbols->file + head->e_shoff);

	if (head->e_shentsize != sizeof(*sections) || head->e_shoff > symbols->size ||
	    head->e_shnum > (symbols->size - head->e_shoff) / sizeof(*sections))
		return false;
	for (size_t i = 0; i < head->e_shnum; i++) {
		if (sections[i].sh_type != SHT_DYNSYM || sections[i].sh_link >= head->e_shnum)
			continue;
		symbols->table = section_bytes(symbols, &sections[i]);
		symbols->count = sections[i].sh_size / sizeof(ElfW(Sym));
		symbols->texts = section_bytes(symbols, &sections[sections[i].sh_link]);
		symbols->texts_size = sections[sections[i].sh_link].sh_size;
	}
	return symbols->table && symbols->texts && symbols->texts_size && !symbols->texts[symbols->texts_size - 1];
}

static bool name_is_effect(const char *name)
{
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		if (strcmp(effects[i], name) == 0)
			return true;
	return false;
}

/* The linker's own, and a sanitizer's. */
static bool name_is_tool(const char *name)
{
	return strncmp(name, "__asan", 6) == 0 || strncmp(name, "__ubsan", 7) == 0 || strncmp(name, "__odr_asan", 10) == 0 ||
	       strcmp(name, "_init") == 0 || strcmp(name, "_fini") == 0;
}

static void symbol_check(struct conform *conform, const struct symbols *symbols, const ElfW(Sym) *symbol)
{
	const char *name = symbol->st_name < symbols->texts_size ? symbols->texts + symbol->st_name : "";
	bool defined = symbol->st_shndx != SHN_UNDEF;

	if (!*name || name_is_tool(name))
		return;
	if (defined && strcmp(name, APOLLO_PLUGIN_SYMBOL) != 0 && symbol->st_shndx != SHN_ABS)
		conform_find(conform, "exports %s; only %s is expected: build with -fvisibility=hidden and APOLLO_PLUGIN_LDFLAGS", name,
			     APOLLO_PLUGIN_SYMBOL);
	if (!defined && strncmp(name, "apollo_", 7) == 0)
		conform_find(conform, "imports %s; nothing of apollo's is there to import: services come in struct apollo_call", name);
	if (!defined && name_is_effect(name))
		conform_find(conform, "imports %s; a plugin has no effect but its answer, and the time is call->now", name);
}

static void file_check(struct conform *conform)
{
	CLEANUP(symbols_release) struct symbols symbols = {0};

	if (!symbols_map(&symbols, conform->plugin->path) || !symbols_find(&symbols)) {
		conform_find(conform, "%s has no table of dynamic symbols that can be read", conform->plugin->path);
		return;
	}
	for (size_t i = 0; i < symbols.count; i++)
		symbol_check(conform, &symbols, &symbols.table[i]);
}

/* ---- words for people ---- */

static void line_check(struct conform *conform, const char *whose, const char *line)
{
	size_t size = line ? strlen(line) : 0;

	if (size == 0 || size > 120 || strchr(line, '\n'))
		conform_find(conform, "%s: one line of 1 to 120 bytes is expected", whose);
	else if (line[size - 1] == '.' && (size < 2 || line[size - 2] != '.'))
		conform_find(conform, "%s ends with a full stop: \"%s\"", whose, line);
}

static void table_check(struct conform *conform, const struct apollo_option *table, size_t count)
{
	char whose[128];

	for (size_t i = 0; i < count; i++) {
		(void)snprintf(whose, sizeof(whose), "the help of option %.64s", table[i].name);
		line_check(conform, whose, table[i].help);
		if ((table[i].flags & APOLLO_REQUIRED) && table[i].fallback)
			conform_find(conform, "option %s is required and has a default", table[i].name);
		if (table[i].flags & ~(uint32_t)(APOLLO_REQUIRED | APOLLO_IDENTITY))
			conform_find(conform, "option %s has flags that this apollo does not know: 0x%x", table[i].name,
				     (unsigned)table[i].flags);
	}
}

static void words_check(struct conform *conform)
{
	const struct apollo_plugin *plugin = &conform->plugin->descriptor;

	line_check(conform, "the summary", plugin->summary);
	table_check(conform, plugin->options, plugin->option_count);
	if (plugin->market)
		table_check(conform, plugin->market->subscription_options, plugin->market->subscription_option_count);
	if (plugin->source)
		table_check(conform, plugin->source->collect_options, plugin->source->collect_option_count);
	if (!plugin->market && !plugin->source && !plugin->issuer)
		conform_find(conform, "the plugin has no role: it can do nothing");
}

/* ---- open and close ---- */

static int open_call(struct conform *conform, struct instance *unused, struct probe *probe, void *context,
		     struct error *error)
{
	const struct apollo_plugin *plugin = &conform->plugin->descriptor;
	void *instance = NULL;
	int code = plugin->open(&probe->call.table, "check", context, &instance);

	(void)unused;
	*error = probe->call.error;
	if (code == 0)
		plugin->close(instance);
	else if (instance)
		conform_find(conform, "open: failed and gave an instance");
	return code;
}

static void open_check(struct conform *conform)
{
	INSTANCE_CLEANUP struct instance *first = conform_open(conform);
	INSTANCE_CLEANUP struct instance *second = first ? conform_open(conform) : NULL;
	const char *const *values = first ? conform_values(conform, conform->plugin->descriptor.options,
							   conform->plugin->descriptor.option_count) : NULL;

	if (!second || !values)
		return;
	conform_memory(conform, first, "open", open_call, (void *)(uintptr_t)values);
	conform_doing(conform, "close(NULL)");
	conform->plugin->descriptor.close(NULL);
	conform_doing(conform, "close");
}

const struct conform_check conform_file_checks[] = {
	{"file", "it exports one symbol, and imports nothing of apollo's and nothing with an effect", NULL, file_check},
	{"words", "its summary and options can be shown to people", NULL, words_check},
	{NULL, NULL, NULL, NULL},
};

const struct conform_check conform_open_checks[] = {
	{"open", "instances open and close, also without memory", NULL, open_check},
	{NULL, NULL, NULL, NULL},
};
