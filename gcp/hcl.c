/* SPDX-License-Identifier: Apache-2.0 */
#include "gcp/hcl.h"

#include "core/buffer.h"
#include "core/error.h"

#include <apollo/kit.h>
#include <ctype.h>
#include <string.h>

/* What the text is in, innermost last. */
enum mode { MODE_BRACKET, MODE_QUOTE, MODE_HEREDOC };

struct reader {
	struct scope *scope;
	struct hcl *hcl;
	const char *at, *end;
	int line;
	size_t token_room, node_room;
	struct {
		enum mode mode;
		char close;         /* of a bracket */
		const char *marker; /* of a heredoc */
		size_t first;       /* of a text: its first token */
	} stack[HCL_DEPTH_MAX];
	size_t depth;
	struct buffer text; /* of the part that is being read */
	bool memory; /* there was none */
};

static bool fail(struct reader *reader, const char *what)
{
	if (!reader->hcl->problem)
		reader->hcl->problem = scope_print(reader->scope, "line %d: %s", reader->line, what);
	reader->memory = reader->memory || !reader->hcl->problem;
	return false;
}

static bool out_of_memory(struct reader *reader)
{
	reader->memory = true;
	return false;
}

/* Room for one more of a list; its ceiling is the caller's to say. */
static void *room_make(struct reader *reader, void *items, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? 2 * *room : 256;
	void *more;

	if (count < *room)
		return items;
	more = scope_alloc(reader->scope, wanted * size);
	if (!more) {
		reader->memory = true;
		return NULL;
	}
	if (count)
		memcpy(more, items, count * size);
	*room = wanted;
	return more;
}

static bool token_add(struct reader *reader, enum hcl_kind kind, const char *text, size_t size)
{
	struct hcl *hcl = reader->hcl;
	struct hcl_token *tokens;
	const char *kept = scope_copy(reader->scope, text, size);

	if (hcl->token_count == HCL_TOKENS_MAX)
		return fail(reader, "too much in one file");
	tokens = room_make(reader, hcl->tokens, hcl->token_count, &reader->token_room, sizeof(*tokens));
	if (!tokens || !kept)
		return out_of_memory(reader);
	hcl->tokens = tokens;
	tokens[hcl->token_count++] = (struct hcl_token){kind, reader->line, kept};
	return true;
}

static bool push(struct reader *reader, enum mode mode, char close)
{
	if (reader->depth == HCL_DEPTH_MAX)
		return fail(reader, "too many brackets in each other");
	reader->stack[reader->depth].mode = mode;
	reader->stack[reader->depth].close = close;
	reader->stack[reader->depth].marker = NULL;
	reader->stack[reader->depth++].first = reader->hcl->token_count;
	return true;
}

static bool starts(const struct reader *reader, const char *text)
{
	size_t size = strlen(text);

	return (size_t)(reader->end - reader->at) >= size && memcmp(reader->at, text, size) == 0;
}

/* ---- texts ---- */

/* What has come together of a text, as a token; where the text ends without a template in it, it is whole. */
static bool part_end(struct reader *reader, bool ends)
{
	bool whole = ends && reader->hcl->token_count == reader->stack[reader->depth - 1].first;
	bool added;

	if (buffer_failed(&reader->text))
		return out_of_memory(reader);
	if (memchr(buffer_string(&reader->text), '\0', reader->text.size))
		return fail(reader, "a NUL byte in a text");
	added = token_add(reader, whole ? HCL_TEXT : HCL_PART, buffer_string(&reader->text), reader->text.size);
	buffer_clear(&reader->text);
	if (ends)
		reader->depth--;
	return added;
}

static bool template_begin(struct reader *reader)
{
	char symbol[2] = {*reader->at, '{'};

	if (!part_end(reader, false) || !token_add(reader, HCL_SYMBOL, symbol, 2))
		return false;
	reader->at += 2;
	/* ~ takes blanks away. */
	if (starts(reader, "~"))
		reader->at++;
	return push(reader, MODE_BRACKET, '}');
}

static bool escape(struct reader *reader)
{
	static const char from[] = "nrt\"\\", to[] = "\n\r\t\"\\";
	const char *found = reader->at + 1 < reader->end && reader->at[1] ? strchr(from, reader->at[1]) : NULL;

	/* A code of a character is kept as it is written: no rule looks for one. */
	if (!found && !starts(reader, "\\u") && !starts(reader, "\\U"))
		return fail(reader, "a wrong escape in a text");
	(void)buffer_append(&reader->text, found ? &to[found - from] : reader->at, found ? 1 : 2);
	reader->at += 2;
	return true;
}

/* "$${" and "%%{" are no templates. */
static bool character(struct reader *reader)
{
	if (starts(reader, "$${") || starts(reader, "%%{")) {
		(void)buffer_append(&reader->text, reader->at + 1, 2);
		reader->at += 3;
		return true;
	}
	if (starts(reader, "${") || starts(reader, "%{"))
		return template_begin(reader);
	reader->line += *reader->at == '\n';
	(void)buffer_append(&reader->text, reader->at++, 1);
	return true;
}

static bool quote_step(struct reader *reader)
{
	if (*reader->at == '"') {
		reader->at++;
		return part_end(reader, true);
	}
	if (*reader->at == '\n')
		return fail(reader, "a text does not end on its line");
	return *reader->at == '\\' ? escape(reader) : character(reader);
}

/* At the beginning of a line: whether it is the marker alone. */
static bool marker_here(const struct reader *reader, const char **behind)
{
	const char *at = reader->at, *marker = reader->stack[reader->depth - 1].marker;
	size_t size = strlen(marker);

	while (at < reader->end && (*at == ' ' || *at == '\t'))
		at++;
	if ((size_t)(reader->end - at) < size || memcmp(at, marker, size) != 0)
		return false;
	*behind = at + size;
	return at + size == reader->end || at[size] == '\n' || at[size] == '\r';
}

static bool heredoc_step(struct reader *reader)
{
	const char *behind;

	if (reader->at[-1] == '\n' && marker_here(reader, &behind)) {
		reader->at = behind;
		return part_end(reader, true);
	}
	return character(reader);
}

/* "<<MARKER" or "<<-MARKER" and the end of its line. */
static bool heredoc_begin(struct reader *reader)
{
	const char *at = reader->at + (starts(reader, "<<-") ? 3 : 2), *from = at;
	char *marker;

	while (at < reader->end && (isalnum((unsigned char)*at) || *at == '_' || *at == '-'))
		at++;
	marker = scope_copy(reader->scope, from, (size_t)(at - from));
	if (!marker)
		return out_of_memory(reader);
	if (at < reader->end && *at == '\r')
		at++;
	if (!*marker || at == reader->end || *at != '\n')
		return fail(reader, "a heredoc has no marker, or something behind it");
	reader->at = at + 1;
	reader->line++;
	if (!push(reader, MODE_HEREDOC, 0))
		return false;
	reader->stack[reader->depth - 1].marker = marker;
	return true;
}

/* ---- tokens ---- */

static bool comment_skip(struct reader *reader)
{
	if (!starts(reader, "/*")) {
		while (reader->at < reader->end && *reader->at != '\n')
			reader->at++;
		return true;
	}
	for (reader->at += 2; !starts(reader, "*/"); reader->at++) {
		if (reader->at >= reader->end)
			return fail(reader, "a comment does not end");
		reader->line += *reader->at == '\n';
	}
	reader->at += 2;
	return true;
}

/* Whether a name or a number goes on.  A dot is of a number where a digit is behind it. */
static bool word_goes(const struct reader *reader, bool number)
{
	unsigned char c = (unsigned char)*reader->at;

	if (isalnum(c) || c == '_' || c >= 0x80)
		return true;
	return number ? c == '.' && reader->at + 1 < reader->end && isdigit((unsigned char)reader->at[1]) : c == '-';
}

static bool word_add(struct reader *reader)
{
	const char *from = reader->at;
	bool number = isdigit((unsigned char)*from);

	while (reader->at < reader->end && word_goes(reader, number))
		reader->at++;
	return token_add(reader, number ? HCL_NUMBER : HCL_NAME, from, (size_t)(reader->at - from));
}

static bool bracket_close(struct reader *reader)
{
	if (!reader->depth || reader->stack[reader->depth - 1].close != *reader->at)
		return fail(reader, "a bracket is closed that is not open");
	reader->depth--;
	if (!token_add(reader, HCL_SYMBOL, reader->at, 1))
		return false;
	reader->at++;
	return true;
}

static bool symbol_add(struct reader *reader)
{
	static const char *const symbols[] = {"...", "==", "!=", "<=", ">=", "&&", "||", "=>", "::", NULL};
	static const char singles[] = "+-*/%!<>=?:.,&|~";

	for (size_t i = 0; symbols[i]; i++)
		if (starts(reader, symbols[i])) {
			reader->at += strlen(symbols[i]);
			return token_add(reader, HCL_SYMBOL, symbols[i], strlen(symbols[i]));
		}
	if (!*reader->at || !strchr(singles, *reader->at))
		return fail(reader, "a character that has no place here");
	return token_add(reader, HCL_SYMBOL, reader->at++, 1);
}

static bool bracket_open(struct reader *reader)
{
	char close = *reader->at == '(' ? ')' : *reader->at == '[' ? ']' : '}';

	return token_add(reader, HCL_SYMBOL, reader->at++, 1) && push(reader, MODE_BRACKET, close);
}

static bool code_step(struct reader *reader)
{
	char c = *reader->at;

	if (c == ' ' || c == '\t' || c == '\r') {
		reader->at++;
		return true;
	}
	if (c == '\n') {
		bool added = token_add(reader, HCL_LINE, "", 0);

		reader->at++;
		reader->line++;
		return added;
	}
	if (c == '#' || starts(reader, "//") || starts(reader, "/*"))
		return comment_skip(reader);
	if (c == '"') {
		reader->at++;
		return push(reader, MODE_QUOTE, 0);
	}
	if (starts(reader, "<<"))
		return heredoc_begin(reader);
	if (isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80)
		return word_add(reader);
	if (c == '(' || c == '[' || c == '{')
		return bracket_open(reader);
	if (c == ')' || c == ']' || c == '}')
		return bracket_close(reader);
	return symbol_add(reader);
}

static bool tokens_read(struct reader *reader)
{
	bool going = true;

	while (going && reader->at < reader->end) {
		enum mode mode = reader->depth ? reader->stack[reader->depth - 1].mode : MODE_BRACKET;

		going = mode == MODE_QUOTE ? quote_step(reader) : mode == MODE_HEREDOC ? heredoc_step(reader) : code_step(reader);
	}
	if (going && reader->depth)
		return fail(reader, "the file ends in a text or in brackets");
	return going && token_add(reader, HCL_LINE, "", 0);
}

/* ---- blocks and attributes ---- */

bool hcl_is(const struct hcl *hcl, size_t token, const char *text)
{
	return token < hcl->token_count && (hcl->tokens[token].kind == HCL_SYMBOL || hcl->tokens[token].kind == HCL_NAME) &&
	       strcmp(hcl->tokens[token].text, text) == 0;
}

static bool opens(const struct hcl *hcl, size_t token)
{
	return hcl->tokens[token].kind == HCL_SYMBOL && strchr("([{$%", hcl->tokens[token].text[0]) && strcmp(hcl->tokens[token].text, "%") != 0;
}

static bool closes(const struct hcl *hcl, size_t token)
{
	return hcl->tokens[token].kind == HCL_SYMBOL && strchr(")]}", hcl->tokens[token].text[0]);
}

/* Behind an attribute's expression: the end of its line, or of the block that it is in. */
static size_t expression_end(const struct hcl *hcl, size_t token)
{
	for (size_t depth = 0; token < hcl->token_count; token++) {
		if (!depth && (hcl->tokens[token].kind == HCL_LINE || closes(hcl, token)))
			break;
		depth += opens(hcl, token);
		depth -= closes(hcl, token);
	}
	return token;
}

static bool node_fail(struct reader *reader, size_t token, const char *what)
{
	reader->line = token < reader->hcl->token_count ? reader->hcl->tokens[token].line : reader->line;
	return fail(reader, what);
}

static struct hcl_node *node_add(struct reader *reader, size_t token, size_t parent)
{
	struct hcl *hcl = reader->hcl;
	struct hcl_node *nodes;

	if (hcl->node_count == HCL_NODES_MAX) {
		(void)node_fail(reader, token, "too much in one file");
		return NULL;
	}
	nodes = room_make(reader, hcl->nodes, hcl->node_count, &reader->node_room, sizeof(*nodes));
	if (!nodes)
		return NULL;
	hcl->nodes = nodes;
	nodes[hcl->node_count] = (struct hcl_node){.name = hcl->tokens[token].text, .parent = parent, .end = hcl->node_count + 1, .line = hcl->tokens[token].line};
	return &nodes[hcl->node_count++];
}

static bool attribute_read(struct reader *reader, size_t *token, size_t parent)
{
	struct hcl_node *node = node_add(reader, *token, parent);

	if (!node)
		return false;
	node->from = *token + 2;
	node->to = expression_end(reader->hcl, node->from);
	if (node->from == node->to)
		return node_fail(reader, *token, "an attribute has no value");
	*token = node->to;
	return true;
}

/* A block's head, up to its bracket. */
static bool block_read(struct reader *reader, size_t *token, size_t *parent)
{
	const struct hcl *hcl = reader->hcl;
	struct hcl_node *node = node_add(reader, *token, *parent);
	size_t labels = 0, at = *token + 1;

	if (!node)
		return false;
	node->block = true;
	for (; at < hcl->token_count && (hcl->tokens[at].kind == HCL_TEXT || hcl->tokens[at].kind == HCL_NAME); at++) {
		if (labels == HCL_LABELS_MAX)
			return node_fail(reader, at, "a block has too many labels");
		node->labels[labels++] = hcl->tokens[at].text;
	}
	if (!hcl_is(hcl, at, "{"))
		return node_fail(reader, *token, "neither a block nor an attribute");
	*parent = hcl->node_count - 1;
	*token = at + 1;
	return true;
}

static bool nodes_read(struct reader *reader)
{
	struct hcl *hcl = reader->hcl;
	size_t parent = HCL_NONE, token = 0;

	while (token < hcl->token_count) {
		if (hcl->tokens[token].kind == HCL_LINE) {
			token++;
		} else if (hcl_is(hcl, token, "}") && parent != HCL_NONE) {
			hcl->nodes[parent].end = hcl->node_count;
			parent = hcl->nodes[parent].parent;
			token++;
		} else if (hcl->tokens[token].kind != HCL_NAME) {
			return node_fail(reader, token, "neither a block nor an attribute");
		} else if (!(hcl_is(hcl, token + 1, "=") ? attribute_read(reader, &token, parent) : block_read(reader, &token, &parent))) {
			return false;
		}
	}
	return true;
}

int hcl_read(struct scope *scope, const struct archive_file *file, struct hcl *hcl, struct error *error)
{
	struct reader reader = {.scope = scope, .hcl = hcl, .at = file->data, .end = file->data + file->size, .line = 1, .text = buffer_init(HCL_BYTES_MAX)};
	bool read;

	*hcl = (struct hcl){.file = file->name};
	if (!file->data || file->size > HCL_BYTES_MAX)
		read = fail(&reader, "the file is too large");
	else if (!apollo_text_valid(file->data, file->size))
		read = fail(&reader, "the file is not UTF-8");
	else
		read = tokens_read(&reader) && nodes_read(&reader);
	buffer_release(&reader.text);
	if (reader.memory)
		return error_memory(error, file->name);
	if (!read)
		hcl->token_count = hcl->node_count = 0;
	return 0;
}

/* ---- looking ---- */

size_t hcl_next(const struct hcl *hcl, size_t parent, const char *name, size_t last)
{
	size_t end = parent == HCL_NONE ? hcl->node_count : hcl->nodes[parent].end;
	size_t node = last != HCL_NONE ? hcl->nodes[last].end : parent == HCL_NONE ? 0 : parent + 1;

	while (node < end && name && strcmp(hcl->nodes[node].name, name) != 0)
		node = hcl->nodes[node].end;
	return node < end ? node : HCL_NONE;
}

const char *hcl_text(const struct hcl *hcl, size_t node)
{
	const struct hcl_node *it = node == HCL_NONE ? NULL : &hcl->nodes[node];

	return it && !it->block && it->to == it->from + 1 && hcl->tokens[it->from].kind == HCL_TEXT ? hcl->tokens[it->from].text : NULL;
}
