/* SPDX-License-Identifier: Apache-2.0 */
#include "arm/expression.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- tokens ---- */

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_ARROW, TOKEN_SIGN, TOKEN_WRONG };

struct token {
	enum token_kind kind;
	char sign; /* one of ( ) [ ] , . */
	size_t from, to;
};

static bool name_first(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t text_end(const char *text, size_t size, size_t at)
{
	for (at++; at < size; at++) {
		if (text[at] != '\'')
			continue;
		if (at + 1 >= size || text[at + 1] != '\'')
			return at + 1;
		at++;
	}
	return 0;
}

static struct token token_read(const char *text, size_t size, size_t at)
{
	struct token token = {.kind = TOKEN_WRONG};

	while (at < size && strchr(" \t\r\n", text[at]))
		at++;
	token.from = token.to = at;
	if (at == size) {
		token.kind = TOKEN_END;
	} else if (text[at] == '\'') {
		token.to = text_end(text, size, at);
		token.kind = token.to ? TOKEN_TEXT : TOKEN_WRONG;
	} else if (name_first(text[at])) {
		while (token.to < size && (name_first(text[token.to]) || digit(text[token.to])))
			token.to++;
		token.kind = TOKEN_NAME;
	} else if (digit(text[at]) || (text[at] == '-' && at + 1 < size && digit(text[at + 1]))) {
		for (token.to++; token.to < size && digit(text[token.to]);)
			token.to++;
		token.kind = TOKEN_NUMBER;
	} else if (text[at] == '=' && at + 1 < size && text[at + 1] == '>') {
		token.to += 2;
		token.kind = TOKEN_ARROW;
	} else if (strchr("()[],.", text[at])) {
		token.to++;
		token.sign = text[at];
		token.kind = TOKEN_SIGN;
	}
	return token;
}

/* ---- parsing ---- */

struct frame {
	int term;
	char sign; /* '(': arguments; '[': an index; '>': what a lambda gives, which ends with what is around it */
};

struct parser {
	struct scope *scope;
	const char *text;
	size_t size, at;
	struct term *terms;
	int count, room;
	struct frame open[EXPRESSION_DEPTH_MAX];
	int depth;
	int value; /* the one just read; TERM_NONE: one is wanted */
	struct error *error;
};

static int fail(struct parser *parser, size_t at, const char *what)
{
	return error_set(parser->error, ERROR_INPUT, "%s at character %zu", what, at + 1);
}

static struct token token_next(const struct parser *parser, size_t at)
{
	return token_read(parser->text, parser->size, at);
}

static bool sign_is(struct token token, char sign)
{
	return token.kind == TOKEN_SIGN && token.sign == sign;
}

static int term_add(struct parser *parser, enum term_kind kind, const char *text, size_t from, size_t to)
{
	struct term term = {.kind = kind, .text = text, .parent = TERM_NONE, .members = "", .from = from, .to = to};

	if (!text)
		return error_memory(parser->error, "an expression");
	if (parser->count == EXPRESSION_TERMS_MAX)
		return fail(parser, from, "too many terms");
	if (parser->count == parser->room) {
		int room = parser->room ? 2 * parser->room : 16;
		struct term *terms = scope_alloc(parser->scope, (size_t)room * sizeof(*terms));

		if (!terms)
			return error_memory(parser->error, "an expression");
		if (parser->count)
			memcpy(terms, parser->terms, (size_t)parser->count * sizeof(*terms));
		parser->terms = terms;
		parser->room = room;
	}
	if (parser->depth) {
		const struct frame *frame = &parser->open[parser->depth - 1];

		term.parent = frame->term;
		term.place = frame->sign == '[' ? TERM_INDEX : frame->sign == '>' ? 0 : parser->terms[frame->term].arguments;
		if (frame->sign == '(')
			parser->terms[frame->term].arguments++;
	}
	parser->terms[parser->count] = term;
	parser->value = parser->count++;
	return 0;
}

static int frame_push(struct parser *parser, int term, char sign, size_t at)
{
	if (parser->depth == EXPRESSION_DEPTH_MAX)
		return fail(parser, at, "too deep");
	parser->open[parser->depth++] = (struct frame){term, sign};
	parser->value = TERM_NONE;
	return 0;
}

/* A text without its quotes, and without the second of two in it. */
static const char *text_make(struct parser *parser, struct token token)
{
	char *text = scope_copy(parser->scope, parser->text + token.from + 1, token.to - token.from - 2), *to = text;

	for (const char *from = text; from && *from; from++) {
		*to++ = *from;
		if (*from == '\'')
			from++;
	}
	if (to)
		*to = '\0';
	return text;
}

static const char *piece(struct parser *parser, size_t from, size_t to)
{
	return scope_copy(parser->scope, parser->text + from, to - from);
}

/* "(one, two) =>", its first bracket read. */
static int lambda_read(struct parser *parser, size_t from)
{
	char names[128] = "";
	size_t used = 0;
	struct token token;

	do {
		token = token_next(parser, parser->at);
		if (token.kind != TOKEN_NAME || used + (token.to - token.from) + 2 > sizeof(names))
			return fail(parser, token.from, "a value or the name of a parameter is wanted");
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%.*s", used ? "," : "", (int)(token.to - token.from),
					 parser->text + token.from);
		token = token_next(parser, token.to);
		parser->at = token.to;
	} while (sign_is(token, ','));
	if (!sign_is(token, ')'))
		return fail(parser, token.from, "a closing bracket is wanted");
	token = token_next(parser, parser->at);
	if (token.kind != TOKEN_ARROW)
		return fail(parser, token.from, "=> is wanted");
	parser->at = token.to;
	if (term_add(parser, TERM_LAMBDA, scope_text(parser->scope, names), from, token.to) < 0)
		return parser->error->code;
	return frame_push(parser, parser->value, '>', token.from);
}

/* A name, and where a bracket follows a call: "name", "name(", "space.name(". */
static int name_read(struct parser *parser, struct token name)
{
	struct token next = token_next(parser, name.to), space = {0}, behind = {0};

	if (sign_is(next, '.')) {
		space = token_next(parser, next.to);
		behind = token_next(parser, space.to);
		if (space.kind == TOKEN_NAME && sign_is(behind, '(')) {
			name.to = space.to;
			next = behind;
		}
	}
	if (!sign_is(next, '(')) {
		parser->at = name.to;
		return term_add(parser, TERM_NAME, piece(parser, name.from, name.to), name.from, name.to);
	}
	if (term_add(parser, TERM_CALL, piece(parser, name.from, name.to), name.from, next.to) < 0 ||
	    frame_push(parser, parser->value, '(', next.from) < 0)
		return parser->error->code;
	parser->at = next.to;
	behind = token_next(parser, next.to);
	if (!sign_is(behind, ')'))
		return 0;
	parser->value = parser->open[--parser->depth].term;
	parser->terms[parser->value].to = parser->at = behind.to;
	return 0;
}

static int value_read(struct parser *parser, struct token token)
{
	parser->at = token.to;
	switch (token.kind) {
	case TOKEN_TEXT:
		return term_add(parser, TERM_TEXT, text_make(parser, token), token.from, token.to);
	case TOKEN_NUMBER:
		return term_add(parser, TERM_NUMBER, piece(parser, token.from, token.to), token.from, token.to);
	case TOKEN_NAME:
		return name_read(parser, token);
	case TOKEN_SIGN:
		if (token.sign == '(')
			return lambda_read(parser, token.from);
		break;
	default:
		break;
	}
	return fail(parser, token.from, token.kind == TOKEN_WRONG && token.from < parser->size && parser->text[token.from] == '\'' ?
					       "a text has no end" : "a value is wanted");
}

static int member_read(struct parser *parser)
{
	struct token token = token_next(parser, parser->at);
	struct term *term = &parser->terms[parser->value];

	if (token.kind != TOKEN_NAME && token.kind != TOKEN_NUMBER)
		return fail(parser, token.from, "a member's name is wanted");
	if (!term->indexed) {
		term->members = scope_print(parser->scope, "%s.%.*s", term->members, (int)(token.to - token.from), parser->text + token.from);
		if (!term->members)
			return error_memory(parser->error, "an expression");
	}
	term->to = parser->at = token.to;
	return 0;
}

/* What a lambda gives ends with what is around it. */
static void lambdas_close(struct parser *parser, size_t to)
{
	while (parser->depth && parser->open[parser->depth - 1].sign == '>')
		parser->terms[parser->open[--parser->depth].term].to = to;
}

/* A sign behind a value. */
static int sign_read(struct parser *parser, struct token token)
{
	char closes = token.sign == ')' || token.sign == ',' ? '(' : '[';

	parser->at = token.to;
	if (token.sign == '.')
		return member_read(parser);
	if (token.sign == '[') {
		parser->terms[parser->value].indexed = true;
		return frame_push(parser, parser->value, '[', token.from);
	}
	lambdas_close(parser, token.from);
	if (token.sign == '(' || !parser->depth || parser->open[parser->depth - 1].sign != closes)
		return fail(parser, token.from, "a bracket or a comma stands here that belongs to nothing");
	parser->value = TERM_NONE;
	if (token.sign == ',')
		return 0;
	parser->value = parser->open[--parser->depth].term;
	parser->terms[parser->value].to = token.to;
	return 0;
}

int expression_parse(struct scope *scope, const char *text, size_t size, struct expression *expression, struct error *error)
{
	struct parser parser = {.scope = scope, .text = text, .size = size, .value = TERM_NONE, .error = error};
	struct token token;

	if (size > EXPRESSION_BYTES_MAX)
		return error_set(error, ERROR_INPUT, "%zu characters; %d are the most", size, EXPRESSION_BYTES_MAX);
	for (;;) {
		token = token_next(&parser, parser.at);
		if (parser.value == TERM_NONE) {
			if (value_read(&parser, token) < 0)
				return error->code;
			continue;
		}
		if (token.kind == TOKEN_END)
			break;
		if (token.kind != TOKEN_SIGN)
			return fail(&parser, token.from, "a comma or a bracket is wanted");
		if (sign_read(&parser, token) < 0)
			return error->code;
	}
	lambdas_close(&parser, size);
	if (parser.depth)
		return fail(&parser, size, "a closing bracket is missing");
	expression->text = scope_copy(scope, text, size);
	if (!expression->text)
		return error_memory(error, "an expression");
	expression->terms = parser.terms;
	expression->count = parser.count;
	return 0;
}

/* ---- looking ---- */

bool expression_is(const char *text)
{
	size_t size = strlen(text);

	return size >= 2 && text[0] == '[' && text[1] != '[' && text[size - 1] == ']';
}

int expression_argument(const struct expression *expression, int call, int place)
{
	for (int i = call + 1; i < expression->count; i++)
		if (expression->terms[i].parent == call && expression->terms[i].place == place)
			return i;
	return TERM_NONE;
}

const char *expression_text(const struct expression *expression, int call, int place)
{
	int at = expression_argument(expression, call, place);

	return at != TERM_NONE && expression->terms[at].kind == TERM_TEXT ? expression->terms[at].text : NULL;
}

bool term_calls(const struct term *term, const char *name)
{
	size_t size = strlen(name);

	if (term->kind != TERM_CALL)
		return false;
	if (name[size - 1] == '*')
		return strncasecmp(term->text, name, size - 1) == 0;
	return strcasecmp(term->text, name) == 0;
}
