/* SPDX-License-Identifier: Apache-2.0 */
/* apollo-plugin-check FILE.so [NAME=VALUE ...] */
#include "cli/conform/conform.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_PASSED = 0, EXIT_BROKEN = 1, EXIT_WRONG_USE = 2, EXIT_NO = 3, DOING_BYTES = 256 };

static const char help[] =
	"Use: apollo-plugin-check FILE.so [NAME=VALUE ...]\n"
	"\n"
	"Whether a plugin keeps apollo's contract, apollo-plugin(3): what its file exports and imports, its tables, its\n"
	"answers to sensible and senseless replies, memory that runs out, the same answer to the same question.\n"
	"Nothing is sent.\n"
	"\n"
	"NAME=VALUE sets an option of the instance, of a subscription or of what is collected; a required one that is not\n"
	"set is given an example of its type.  A secret is env:NAME or file:PATH; env:APOLLO_EXAMPLE_SECRET is there.\n"
	"\n"
	"Exit status: 0 it does; 3 it does not; 2 wrong use; 1 the check itself failed.\n";

/* ---- findings ---- */

void conform_find(struct conform *conform, const char *format, ...)
{
	char line[CONFORM_LINE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (strcmp(line, conform->last) == 0)
		return;
	(void)snprintf(conform->last, sizeof(conform->last), "%s", line);
	if (conform->findings++ < CONFORM_FINDINGS_MAX)
		(void)printf("        %s\n", line);
}

void conform_doing(struct conform *conform, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(conform->doing, DOING_BYTES, format, arguments);
	va_end(arguments);
}

/* ---- checks, each in a process of its own ---- */

static _Noreturn void check_child(struct conform *conform, const struct conform_check *check)
{
	const struct rlimit core = {0, 0};
	struct rlimit time;

	/* A lower limit that is there already stands. */
	if (getrlimit(RLIMIT_CPU, &time) == 0 && time.rlim_cur > CONFORM_CPU_SECONDS) {
		time.rlim_cur = CONFORM_CPU_SECONDS;
		(void)setrlimit(RLIMIT_CPU, &time);
	}
	(void)setrlimit(RLIMIT_CORE, &core);
	(void)alarm(4 * CONFORM_CPU_SECONDS);
	check->run(conform);
	if (conform->findings > CONFORM_FINDINGS_MAX)
		(void)printf("        and %zu more\n", conform->findings - CONFORM_FINDINGS_MAX);
	(void)fflush(stdout);
	_exit(conform->findings ? EXIT_NO : EXIT_PASSED);
}

/* Whether it passed.  The child's findings come after its line. */
static bool check_run(struct conform *conform, const struct conform_check *check)
{
	static char told[64 << 10];
	int status = 0, line[2];
	size_t size = 0;
	ssize_t got;
	pid_t pid;

	conform->doing[0] = '\0';
	(void)fflush(stdout);
	if (pipe(line) < 0 || (pid = fork()) < 0) {
		perror("apollo-plugin-check");
		exit(EXIT_BROKEN);
	}
	if (pid == 0) {
		(void)dup2(line[1], STDOUT_FILENO);
		(void)close(line[0]);
		(void)close(line[1]);
		check_child(conform, check);
	}
	(void)close(line[1]);
	while ((got = read(line[0], told + size, sizeof(told) - size)) > 0)
		size += (size_t)got;
	/* What is beyond the room is not told: the pipe breaks for a plugin that prints on and on. */
	(void)close(line[0]);
	(void)waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_PASSED)
		(void)printf("ok      %-14s %s\n", check->name, check->promise);
	else
		(void)printf("FAILED  %-14s not so: %s\n", check->name, check->promise);
	(void)fwrite(told, 1, size, stdout);
	if (WIFSIGNALED(status))
		(void)printf("        %s in %s\n", WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGALRM
							? "did not come back"
							: strsignal(WTERMSIG(status)), conform->doing);
	else if (WEXITSTATUS(status) != EXIT_PASSED && WEXITSTATUS(status) != EXIT_NO)
		(void)printf("        ended the process with %d in %s\n", WEXITSTATUS(status), conform->doing);
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_PASSED;
}

static void table_run(struct conform *conform, const struct conform_check *table, size_t *passed, size_t *failed)
{
	for (; table->name; table++)
		if (!table->applies || table->applies(conform->plugin))
			++*(check_run(conform, table) ? passed : failed);
}

/* ---- the command line ---- */

static bool table_has(const struct apollo_option *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return true;
	return false;
}

static bool plugin_has(const struct plugin *plugin, const char *name)
{
	const struct apollo_plugin *of = &plugin->descriptor;

	return table_has(of->options, of->option_count, name) ||
	       (of->market && table_has(of->market->subscription_options, of->market->subscription_option_count, name)) ||
	       (of->source && table_has(of->source->collect_options, of->source->collect_option_count, name));
}

static int words_read(struct conform *conform, char **words, size_t count, struct setting *settings, struct error *error)
{
	if (count > CONFORM_WORDS_MAX)
		return error_set(error, ERROR_USAGE, "more than %d options", CONFORM_WORDS_MAX);
	for (size_t i = 0; i < count; i++) {
		char *equals = strchr(words[i], '=');

		if (!equals || equals == words[i])
			return error_set(error, ERROR_USAGE, "\"%s\" is not NAME=VALUE", words[i]);
		*equals = '\0';
		if (!plugin_has(conform->plugin, words[i])) {
			(void)error_set(error, ERROR_USAGE, "plugin %s has no option %s", conform->plugin->descriptor.name,
					words[i]);
			return error_hint(error, "see: apollo plugins %s", conform->plugin->path);
		}
		settings[i] = (struct setting){words[i], equals + 1, NULL};
	}
	conform->words = settings;
	conform->word_count = count;
	return 0;
}

static int tell(const struct error *error, int status)
{
	(void)fprintf(stderr, "apollo-plugin-check: %s\n", error->message);
	if (error->detail[0])
		(void)fprintf(stderr, "    %s\n", error->detail);
	if (error->hint[0])
		(void)fprintf(stderr, "    hint: %s\n", error->hint);
	return status;
}

int main(int argc, char **argv)
{
	struct conform conform = {.scope = scope_init(64 << 20)};
	struct setting settings[CONFORM_WORDS_MAX];
	size_t passed = 0, failed = 0, before;
	struct error error;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		(void)fputs(help, stdout);
		return EXIT_PASSED;
	}
	if (argc < 2 || argv[1][0] == '-') {
		(void)fputs(help, stderr);
		return EXIT_WRONG_USE;
	}
	conform.doing = mmap(NULL, DOING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (conform.doing == MAP_FAILED || setenv("APOLLO_EXAMPLE_SECRET", "an example of a secret", 0) < 0)
		return tell((error_memory(&error, "the checks"), &error), EXIT_BROKEN);
	if (loader_open(argv[1], &conform.plugin, &error) < 0)
		return tell(&error, EXIT_NO);
	if (words_read(&conform, argv + 2, (size_t)(argc - 2), settings, &error) < 0) {
		plugin_free(&conform.plugin);
		return tell(&error, EXIT_WRONG_USE);
	}
	(void)printf("%s %s, ABI %u.%u: %s\n", conform.plugin->descriptor.name, conform.plugin->descriptor.version,
		     conform.plugin->descriptor.abi_major, conform.plugin->descriptor.abi_minor, conform.plugin->path);
	table_run(&conform, conform_file_checks, &passed, &failed);
	before = failed;
	table_run(&conform, conform_open_checks, &passed, &failed);
	if (failed > before) {
		(void)puts("the rest was not tried: mend this first");
	} else {
		table_run(&conform, conform_market_checks, &passed, &failed);
		table_run(&conform, conform_conversation_checks, &passed, &failed);
	}
	(void)printf("%zu passed, %zu failed\n", passed, failed);
	plugin_free(&conform.plugin);
	scope_release(&conform.scope);
	return failed ? EXIT_NO : EXIT_PASSED;
}
