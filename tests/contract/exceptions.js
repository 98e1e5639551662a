// SPDX-License-Identifier: Apache-2.0
/*
 * exceptions.js - where the published descriptions are wrong, or say nothing, and what holds there instead.
 *
 * A fault is excused if its line "OPERATION SIDE STATUS AT KEYWORD DETAIL" matches `where` and its value (and line) is
 * as `instead` wants it.  An exception that excuses nothing in a whole run fails the run: it is not needed, or what
 * needs it is not tested.
 */
'use strict';

const {close, checker} = require('./schemas.js');

const text = {type: 'string', minLength: 1};
const document = {
	schemas: {
		/* The members that the metering service's page shows for 403. */
		azureError: {type: 'object', properties: {code: text, message: text}, required: ['code', 'message']},
		/* Google's AIP-193, "Errors": the form of an error over HTTP. */
		googleError: {
			type: 'object',
			required: ['error'],
			properties: {
				error: {
					type: 'object',
					required: ['code', 'message', 'status'],
					properties: {
						code: {type: 'integer', minimum: 400, maximum: 599},
						message: text,
						status: {type: 'string', pattern: '^[A-Z_]+$'},
						details: {type: 'array'},
					},
				},
			},
		},
	},
};
close(document.schemas);
const check = checker(document);

module.exports = (microsoft, google) => {
	const is = (name) => (value) => check(`/schemas/${name}`, value).length === 0;
	const badRequest = (value) => microsoft.check('UsageEventBadRequestResponse', value).length === 0;

	return [
		{
			why:
				'The OpenAPI gives a refused row the error of a conflict alone; the captured batch ' +
				'has the error of a bad request in rows that are no duplicates.',
			where: /^azure batchUsageEvent reply 200 \S+\/error additionalProperties (target|details)$/,
			instead: badRequest,
		},
		{
			why: 'The OpenAPI calls the dates of a query date-times; its words show 2020-12-03.',
			where: /^azure usageEvents request \/(usageStartDate|UsageEndDate) format date-time$/,
			instead: (value) => /^\d{4}-\d{2}-\d{2}$/.test(value),
		},
		{
			why: 'The OpenAPI leaves the body of 403 open; the page shows code Forbidden and a message.',
			where: /^azure \w+ reply 403 content is not described$/,
			instead: (value) => is('azureError')(value) && value.code === 'Forbidden',
		},
		{
			why:
				'The OpenAPI leaves the body of 400 to a batch and to a query open, and so does the ' +
				'page; it is taken to be that of usageEvent.',
			where: /^azure (batchUsageEvent|usageEvents) reply 400 content is not described$/,
			instead: badRequest,
		},
		{
			why: 'Neither the OpenAPI nor the page has 401, 415, 429 or 5xx, which any service may give.',
			where: /^azure \w+ reply (401|415|429|5\d\d) content is not described$/,
			instead: is('azureError'),
		},
		{
			why: 'Protos and discovery documents leave out what an error is over HTTP; AIP-193 says it.',
			where: /^google \w+ reply (4|5)\d\d content is not described$/,
			instead: (value, line) =>
				is('googleError')(value) &&
				google.codes.includes(value.error.status) &&
				line.includes(` ${value.error.code} `),
		},
		{
			why: 'The metadata server answers a request without its header with a page, not with JSON.',
			where: /^token metadata reply 403 type text\/html$/,
			instead: (value) => value.length > 0,
		},
		{
			why: 'The OpenAPI calls times date-times, which have a zone; captured ones may have none.',
			where: /^captured \w+ .*(effectiveStartTime|messageTime) format date-time$/,
			instead: (value) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$/.test(value),
		},
		{
			why: "The same as in the batch's reply, in the messages that were captured row by row.",
			where: /^captured \w+ (\/result\/\d+)?\/error additionalProperties (target|details)$/,
			instead: badRequest,
		},
	];
};
