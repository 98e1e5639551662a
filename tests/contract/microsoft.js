// SPDX-License-Identifier: Apache-2.0
/*
 * microsoft.js - the metering service as its published OpenAPI describes it (meteringapi.v1.json), made stricter:
 *
 *   - closed: a member, query parameter or x-ms- header that it does not name is a fault;
 *   - it calls nothing required: `rules` says what Microsoft's documentation always shows, and what its words forbid.
 *
 * Words: "Marketplace metering service APIs", the page of the service.
 */
'use strict';

const fs = require('fs');
const path = require('path');
const {fault, close, tighten, checker, body, bearer, undescribed} = require('./schemas.js');

const base = '/api'; /* the path of the server's address */
const ids = ['x-ms-requestid', 'x-ms-correlationid'];
const oneResource = [
	{required: ['resourceId'], properties: {resourceUri: false}},
	{required: ['resourceUri'], properties: {resourceId: false}},
];
const anyResource = [{required: ['resourceId']}, {required: ['resourceUri']}];
const event = ['quantity', 'dimension', 'effectiveStartTime', 'planId'];
const taken = ['usageEventId', 'status', 'messageTime', ...event];

const rules = {
	/* One of the two ids, never both; only use above zero. */
	'/components/schemas/UsageEvent': {
		required: event,
		oneOf: oneResource,
		properties: {quantity: {exclusiveMinimum: 0}},
	},
	'/components/schemas/BatchUsageEvent': {required: ['request']},
	'/components/schemas/UsageEventOkResponse': {required: taken, anyOf: anyResource},
	'/components/schemas/BatchUsageEventOkResponse': {required: ['count', 'result']},
	/* A row that was not taken has no usageEventId, but says why. */
	'/components/schemas/UsageBatchEventOkMessage': {
		required: ['status', 'messageTime', ...event],
		anyOf: anyResource,
		if: {properties: {status: {const: 'Accepted'}}},
		then: {required: ['usageEventId'], properties: {error: false}},
		else: {required: ['error'], properties: {usageEventId: false}},
	},
	'/components/schemas/UsageEventConflictResponse/properties/additionalInfo': {
		required: ['acceptedMessage'],
		properties: {acceptedMessage: {properties: {status: {const: 'Duplicate'}}}},
	},
	'/components/schemas/UsageEventBadRequestResponse': {
		required: ['code', 'message', 'target', 'details'],
		properties: {target: {const: 'usageEventRequest'}, details: {minItems: 1}},
	},
	'/components/schemas/UsageEventBadRequestResponseDetail': {required: ['code', 'message', 'target']},
	'/components/schemas/GetUsageEvent': {
		required: [
			'usageDate',
			'usageResourceId',
			'dimension',
			'planId',
			'planName',
			'offerId',
			'offerName',
			'offerType',
			'reconStatus',
			'submittedQuantity',
			'processedQuantity',
			'submittedCount',
		],
	},
	'/paths/~1usageEvent/post/responses/200/content/application~1json/schema': {
		properties: {status: {const: 'Accepted'}},
	},
	'/paths/~1usageEvent/post/responses/409/content/application~1json/schema': {
		required: ['code', 'message', 'additionalInfo'],
	},
};

function operation(document, check, where, method) {
	const description = document.paths[where][method];
	const pointer = `/paths/${where.replace(/\//g, '~1')}/${method}`;

	function parameters(place, given) {
		const faults = [];

		description.parameters.forEach((parameter, i) => {
			const values = given.filter(([name]) => name === parameter.name).map(([, value]) => value);
			const at = `/${parameter.name}`;

			if (parameter.in !== place) return;
			if (values.length > 1 || (parameter.required && values.length === 0))
				faults.push(fault(at, 'count', values.length, values));
			for (const value of values)
				faults.push(
					...check(`${pointer}/parameters/${i}/schema`, value).map((one) => ({
						...one,
						at,
					})),
				);
		});
		for (const [name, value] of given)
			if (!description.parameters.some((one) => one.in === place && one.name === name))
				faults.push(fault(`/${name}`, 'parameter', 'is not described', value));
		return faults;
	}

	/* where: the part of the description; undefined: there is none. */
	function content(where, headers, text) {
		const {faults, value} = body(headers, text);

		if (faults.length) return faults;
		return where
			? check(`${pointer}/${where}/content/application~1json/schema`, value)
			: [undescribed(value)];
	}

	return {
		name: `azure ${where.slice(1)}`,
		method: method.toUpperCase(),
		path: new RegExp(`^${base}${where}$`),

		request(exchange) {
			const headers = exchange.headers;
			const own = Object.entries(headers).filter(([name]) => name.startsWith('x-ms-'));
			const faults = [
				...bearer(headers),
				...parameters('query', [...exchange.query]),
				...parameters('header', own),
			];

			if (description.requestBody) faults.push(...content('requestBody', headers, exchange.body));
			else if (exchange.body) faults.push(undescribed(exchange.body));
			return faults;
		},

		reply(exchange) {
			const {status, headers, body: text} = exchange.reply;
			const described = description.responses[status];
			const faults = content(described && described.content && `responses/${status}`, headers, text);

			/* The page, not the OpenAPI: both ids come back, and are the request's where it had them. */
			for (const id of ids)
				if (!headers[id] || (exchange.headers[id] && exchange.headers[id] !== headers[id]))
					faults.push(fault(`/${id}`, 'echo', headers[id]));
			if (faults.length || status !== 200 || where !== '/batchUsageEvent') return faults;
			/* A row for each event. */
			const {count, result} = JSON.parse(text);
			const sent = JSON.parse(exchange.body).request.length;
			return count === sent && result.length === sent ? [] : [fault('/count', 'count', count, sent)];
		},

		/* What a reply says beyond its status, to be counted. */
		words(exchange) {
			const said = JSON.parse(exchange.reply.body);

			return said.result
				? [`of ${said.count}`, ...said.result.map((row) => row.status)]
				: [said.status || said.code || []].flat();
		},
	};
}

module.exports = (contracts) => {
	const document = JSON.parse(fs.readFileSync(path.join(contracts, 'microsoft/meteringapi.v1.json'), 'utf8'));

	close(document.components.schemas);
	for (const [pointer, rule] of Object.entries(rules)) tighten(document, pointer, rule);
	const check = checker(document);
	const operations = [];
	for (const where of Object.keys(document.paths))
		for (const method of Object.keys(document.paths[where]))
			operations.push(operation(document, check, where, method));
	return {
		operations,
		statuses: document.components.schemas.StatusEnum.enum,
		check: (name, value) => check(`/components/schemas/${name}`, value),
	};
};
