/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.h - one sandbox in this process, one client of it, and what its last reply said.
 *
 * JSON is written with ' in place of " here.  A place in a reply is a path of members and indices: "result.0.status".
 */
#ifndef TESTS_SANDBOX_STAGE_H
#define TESTS_SANDBOX_STAGE_H

#include "sandbox/sandbox.h"
#include "tests/sandbox/client.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

#define NOON "2026-11-01T12:00:00Z" /* where every stage's clock stands at first */
#define TENANT "aaaaaaaa-0000-0000-0000-000000000001"
#define APP "aaaaaaaa-0000-0000-0000-000000000002"
#define SECRET "open sesame"
#define METERING "20e940b3-4c77-4b0b-9a53-9e16a1b010a7"
#define ACCOUNT "apollo@rehearsal.iam.gserviceaccount.com"
#define SERVICE "vast.endpoints.example.cloud.goog"

/* Begins with this registry; NULL: none, and an open one. */
void stage_begin(const char *registry);

/* The same, with other options; the clock and the seed are the stage's. */
void stage_begin_with(struct sandbox_options options, const char *registry);
void stage_end(void);
struct sandbox *stage_sandbox(void);
struct client *stage_client(void);

/* What a stage's files are called: PATH in the folder of the tests, with `json` in it. */
const char *stage_file(const char *name, const char *json);

/* Asks, and keeps the reply for what follows.  headers: lines ending in CRLF, or ""; body: NULL for none. */
void ask(const char *method, const char *target, const char *headers, const char *body);
void ask_raw(const char *method, const char *target, const char *headers, const void *body, size_t size);

/* The same to the control interface; to the metering service or Service Control with a token and a JSON body. */
void control(const char *method, const char *target, const char *body);
void azure(const char *method, const char *target, const char *body);
void google(const char *target, const char *body);

/* Headers with this bearer token; valid until the next call. */
const char *bearer(const char *token);

/* Gets a token for azure() or google() to use; gives it. */
const char *token_azure(const char *tenant, const char *app, const char *secret);
const char *token_google(void);

void clock_set(const char *time);
void settings(const char *json);
void fault(const char *json);

/* The reply. */
const struct answer *reply(void);

/* The value at a path: a text as it is, anything else as JSON; NULL where there is none.  Valid until the next. */
const char *said(const char *path);

/* How many items an array has, or members an object; -1 where there is none. */
int said_count(const char *path);

/* A copy of what is valid until the next call only; lives until the stage ends. */
const char *keep(const char *text);

#define WANT_STATUS(STATUS) want_status(STATUS, __FILE__, __LINE__)
#define WANT(PATH, TEXT) want(PATH, TEXT, __FILE__, __LINE__)
#define WANT_NONE(PATH) want(PATH, NULL, __FILE__, __LINE__)
#define WANT_COUNT(PATH, COUNT) want_count(PATH, COUNT, __FILE__, __LINE__)
#define WANT_HEADER(NAME, TEXT) want_header(NAME, TEXT, __FILE__, __LINE__)
#define WANT_GUID(TEXT) want_guid(TEXT, __FILE__, __LINE__)
void want_status(int status, const char *file, int line);
void want(const char *path, const char *text, const char *file, int line);
void want_count(const char *path, int count, const char *file, int line);
void want_header(const char *name, const char *text, const char *file, int line);
void want_guid(const char *text, const char *file, int line);

#endif
