/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.h - a snapshot of a network from what the clouds' own tools print: `az network ... -o json` and
 * `gcloud compute ... --format=json`.  So a customer hands it over without giving credentials.  Pure: text in, text out.
 *
 * Invariants
 *   - A capture is any number of JSON documents, one behind the other, in any order: the output of several commands.  A document
 *     is an object or an array of objects; each object is known by what it says of itself, never by its place.  The same documents in
 *     another order give the same snapshot, byte for byte.
 *   - What comes out is read by network_parse (network.h), or nothing comes out.
 *   - What an object does not say is left out of the snapshot; what no object said at all is told, with the command that would say it.
 *     Objects that are not known are counted and told; objects of other networks are passed over.
 *   - An object that is known and is not as the tool prints it is an error with the number of its document and the byte that it begins at.
 *   - Whatever is in it, memory is bounded by the ceilings below: an object is forgotten when it was read.
 *
 * Names of members follow Azure's Network resource provider and Google's Compute v1, Network Connectivity v1 and Cloud Quotas v1.
 * The commands are in apollo-plan(1).
 *
 * Apollo's mark.  Addresses of a subnet: the label or the tag "apollo" of what has them holds the deployment's name.  Routes: on Google Cloud a route's description is "apollo:" and the deployment's name; on
 * Azure a route's name begins with "apollo.", the deployment's name and a dot (handoff.h).  Others' routes in apollo's own table stay others'.
 */
#ifndef DEPLOY_CAPTURE_H
#define DEPLOY_CAPTURE_H

#include "core/buffer.h"
#include "deploy/network.h"

enum {
	CAPTURE_BYTES_MAX = NETWORK_BYTES_MAX,
	CAPTURE_DOCUMENTS_MAX = 10000,
	CAPTURE_ITEMS_MAX = 1000000, /* objects in all documents */
	CAPTURE_NOTES_MAX = 1 << 20  /* bytes of notes */
};

/* Makes the snapshot of one network.  file: named in errors.  name: which network, as "prod" or with its project or resource group as
 * "example-prod/prod"; NULL where there is one only.  snapshot, notes: empty buffers; the notes are lines for people.
 * ERROR_INPUT with document and byte; ERROR_INPUT with the names, where it is not clear which network is meant. */
int capture_make(enum cloud cloud, const char *file, const char *text, size_t size, const char *name, struct buffer *snapshot,
		 struct buffer *notes, struct error *error);

#endif
