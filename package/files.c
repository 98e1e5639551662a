/* SPDX-License-Identifier: Apache-2.0 */
#include "package/files.h"

#include <string.h>

#define FIND_FILE(FILE, HINT, ...) package_find(check, rule, (struct package_place){FILE, NULL}, HINT, __VA_ARGS__)

bool text_ends(const char *text, const char *end)
{
	size_t size = strlen(text), length = strlen(end);

	return size >= length && strcasecmp(text + size - length, end) == 0;
}

const char *file_base(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

/* Whether a file holds a text. */
static bool file_holds(const struct archive_file *file, const char *text)
{
	return file->data && memmem(file->data, file->size, text, strlen(text)) != NULL;
}

void files_secrets_find(const struct package_rule *rule, struct package_check *check)
{
	static const char *const names[] = {".pem", ".key", ".pfx", ".p12", ".jks", ".env", "id_rsa", "id_ed25519", ".publishsettings", ".tfstate", NULL};
	static const char *const marks[] = {"PRIVATE KEY-----", "AccountKey=", "SharedAccessKey=", "&sig=", "?sig=", "\"private_key\":", NULL};

	for (size_t i = 0; i < check->package->count; i++) {
		const struct archive_file *file = &check->package->files[i];

		for (size_t j = 0; names[j]; j++)
			if (text_ends(file->name, names[j]))
				FIND_FILE(file->name, "leave it out", "files that are called so are keys");
		for (size_t j = 0; marks[j]; j++)
			if (file_holds(file, marks[j]))
				FIND_FILE(file->name, "take it out, and make the key invalid: everybody can read a package", "it holds \"%s\"", marks[j]);
	}
}

void files_strays_find(const struct package_rule *rule, struct package_check *check)
{
	for (size_t i = 0; i < check->package->count; i++) {
		const char *name = check->package->files[i].name;

		if (*name == '.' || strstr(name, "/.") || strncmp(name, "__MACOSX", 8) == 0 || text_ends(name, "~") || text_ends(name, ".bak") ||
		    text_ends(name, ".orig") || text_ends(name, ".swp") || text_ends(name, "Thumbs.db"))
			FIND_FILE(name, "leave it out", "it does not belong to the package");
	}
}
