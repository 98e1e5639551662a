/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.h - the handlers behind the routing table.
 *
 * Each takes a whole request and fills the reply: 200 and JSON unless it says otherwise.  What it takes into the books
 * is there when it returns.  It never blocks and never fails: what goes wrong is the reply.
 */
#ifndef SANDBOX_ROUTES_H
#define SANDBOX_ROUTES_H

struct sandbox;
struct request;
struct reply;

/* Entra's token endpoints, version 1 (resource=) and 2 (scope=), and a virtual machine's instance metadata service. */
void entra_v1(struct sandbox *sandbox, struct request *request, struct reply *reply);
void entra_v2(struct sandbox *sandbox, struct request *request, struct reply *reply);
void entra_identity(struct sandbox *sandbox, struct request *request, struct reply *reply);

/* Azure's metering service. */
void azure_single(struct sandbox *sandbox, struct request *request, struct reply *reply);
void azure_batch(struct sandbox *sandbox, struct request *request, struct reply *reply);
void azure_query(struct sandbox *sandbox, struct request *request, struct reply *reply);

/* Google's token endpoint and metadata server. */
void google_token(struct sandbox *sandbox, struct request *request, struct reply *reply);
void google_metadata(struct sandbox *sandbox, struct request *request, struct reply *reply);

/* Service Control. */
void service_check(struct sandbox *sandbox, struct request *request, struct reply *reply);
void service_report(struct sandbox *sandbox, struct request *request, struct reply *reply);

/* Azure's Product Ingestion API, of private offers. */
void ingestion_query(struct sandbox *sandbox, struct request *request, struct reply *reply);
void ingestion_configure(struct sandbox *sandbox, struct request *request, struct reply *reply);
void ingestion_status(struct sandbox *sandbox, struct request *request, struct reply *reply);
void ingestion_result(struct sandbox *sandbox, struct request *request, struct reply *reply);

/* Google's Commerce Producer API, of private offers. */
void producer_list(struct sandbox *sandbox, struct request *request, struct reply *reply);
void producer_create(struct sandbox *sandbox, struct request *request, struct reply *reply);
void producer_get(struct sandbox *sandbox, struct request *request, struct reply *reply);
void producer_documents(struct sandbox *sandbox, struct request *request, struct reply *reply);
void producer_attach(struct sandbox *sandbox, struct request *request, struct reply *reply);
void producer_publish(struct sandbox *sandbox, struct request *request, struct reply *reply);

/* The control interface. */
void control_home(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_books(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_books_write(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_operations(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_clock(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_clock_set(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_faults(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_faults_add(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_faults_remove(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_register(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_recon(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_revoke(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_release(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_log(struct sandbox *sandbox, struct request *request, struct reply *reply);
void control_reset(struct sandbox *sandbox, struct request *request, struct reply *reply);

#endif
