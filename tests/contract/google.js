// SPDX-License-Identifier: Apache-2.0
/*
 * google.js - Service Control as Google publishes it, twice: the protos (google-proto-files) and the discovery document
 * (servicecontrol.v1.json).  A body must conform to both.
 *
 *   - Protos: read by the strict JSON mapping, which knows no other members, names or forms; and written again it is
 *     the same, so that 64-bit numbers are texts and times end in Z.  On the wire it is at most 1 MB.
 *   - Discovery document: its schemas, closed.
 *   - Neither calls anything required: `rules` says what the comments of the protos do.
 */
'use strict';

const {execFileSync} = require('child_process');
const fs = require('fs');
const path = require('path');
const {isDeepStrictEqual} = require('util');
const {createFileRegistry, fromBinary, fromJson, toBinary, toJson} = require('@bufbuild/protobuf');
const {FileDescriptorSetSchema} = require('@bufbuild/protobuf/wkt');
const {fault, close, tighten, checker, body, bearer, undescribed} = require('./schemas.js');

const wireMax = 1 << 20;
const file = 'google/api/servicecontrol/v1/service_controller.proto';
const prefix = 'google.api.servicecontrol.v1.';

const rules = {
	/* The id, the consumer and the start belong to every operation; the name is what Google's own agent sends. */
	'/schemas/Operation': {
		required: ['operationId', 'operationName', 'consumerId', 'startTime'],
		properties: {
			operationId: {minLength: 1},
			consumerId: {
				pattern: '^(project:|project_number:|projects/|folders/|organizations/|api_key:).',
			},
		},
	},
	/* The labels of the customer's are for reports only. */
	'/schemas/CheckRequest': {required: ['operation'], properties: {operation: {properties: {userLabels: false}}}},
	'/schemas/ReportRequest': {
		required: ['operations'],
		properties: {operations: {minItems: 1, items: {required: ['endTime', 'metricValueSets']}}},
	},
	'/schemas/MetricValueSet': {
		required: ['metricName', 'metricValues'],
		properties: {metricValues: {minItems: 1}},
	},
	'/schemas/CheckResponse': {required: ['operationId']},
	'/schemas/CheckError': {required: ['code'], properties: {code: {not: {const: 'ERROR_CODE_UNSPECIFIED'}}}},
	'/schemas/ReportError': {required: ['operationId', 'status']},
	'/schemas/Status': {required: ['code'], properties: {code: {minimum: 1, maximum: 16}}},
};

/* The dialect of discovery documents as JSON schema. */
function translate(schema) {
	if (schema === null || typeof schema !== 'object') return schema;
	if (Array.isArray(schema)) return schema.map(translate);
	const result = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, translate(value)]));

	if (typeof result.id === 'string') delete result.id;
	if (typeof result.$ref === 'string') result.$ref = `document#/schemas/${result.$ref}`;
	if (result.type === 'any') delete result.type;
	if (result.type === 'string' && /^u?int64$/.test(result.format))
		return {type: 'string', pattern: '^(0|-?[1-9][0-9]*)$'};
	if (result.format === 'google-duration') return {type: 'string', pattern: '^-?[0-9]+([.][0-9]+)?s$'};
	if (result.format === 'google-datetime') result.format = 'date-time';
	return result;
}

/* The protos as they are in the package; protoc writes what they describe. */
function registryMake(modules, scratch) {
	const root = path.join(modules, 'google-proto-files');
	const compiled = path.join(scratch, 'servicecontrol.pb');
	const options = [`-I${root}`, '--include_imports', `--descriptor_set_out=${compiled}`];

	execFileSync('protoc', [...options, file, 'google/rpc/code.proto']);
	return createFileRegistry(fromBinary(FileDescriptorSetSchema, fs.readFileSync(compiled)));
}

function strictly(registry, name, value) {
	const schema = registry.getMessage(prefix + name);

	try {
		const message = fromJson(schema, value, {registry, ignoreUnknownFields: false});
		const again = toJson(schema, message, {registry});
		const faults = [];

		if (!isDeepStrictEqual(again, value)) faults.push(fault('', 'canonical', JSON.stringify(again), value));
		if (toBinary(schema, message).length > wireMax)
			faults.push(fault('', 'size', `more than ${wireMax} bytes`, value));
		return faults;
	} catch (error) {
		return [fault('', 'proto', error.message, value)];
	}
}

function operation({check, registry, signed, method}) {
	/* name: of the message; undefined: none is described. */
	function content(name, headers, text) {
		const {faults, value} = body(headers, text);

		if (faults.length) return faults;
		return name
			? [...strictly(registry, name, value), ...check(`/schemas/${name}`, value)]
			: [undescribed(value)];
	}

	return {
		name: `google ${method.id.split('.').pop()}`,
		method: method.httpMethod,
		path: new RegExp(`^/${method.path.replace(/\{\w+\}/, '[^/:]+')}$`),

		request(exchange) {
			const faults = [
				...bearer(exchange.headers),
				...content(method.request.$ref, exchange.headers, exchange.body),
			];
			const token = (exchange.headers.authorization || '').replace('Bearer ', '');

			for (const [name] of exchange.query)
				faults.push(fault(`/${name}`, 'parameter', 'is not described'));
			/* A token of Google's own is opaque; one that is signed here is a JWT. */
			if (token.startsWith('ey')) faults.push(...signed(token));
			return faults;
		},

		/* A reply is about the operations of its request and no others. */
		reply(exchange) {
			const {status, headers, body: text} = exchange.reply;
			const faults = content(status === 200 ? method.response.$ref : undefined, headers, text);

			if (faults.length || status !== 200) return faults;
			const sent = JSON.parse(exchange.body);
			const said = JSON.parse(text);
			const known = (sent.operations || [sent.operation]).map((one) => one.operationId);
			for (const one of said.reportErrors || (said.operationId ? [said] : []))
				if (!known.includes(one.operationId))
					faults.push(fault('/operationId', 'echo', one.operationId, known));
			return faults;
		},

		words(exchange) {
			const said = JSON.parse(exchange.reply.body);
			const codes = registry.getEnum('google.rpc.Code').value;

			return [
				...(said.checkErrors || []).map((one) => one.code),
				...(said.reportErrors || []).map((one) => codes[one.status.code].name),
				...(said.error ? [said.error.status] : []),
			];
		},
	};
}

/* signed: what is wrong with a token that is signed here. */
module.exports = (contracts, modules, scratch, signed) => {
	const published = JSON.parse(fs.readFileSync(path.join(contracts, 'google/servicecontrol.v1.json'), 'utf8'));
	const registry = registryMake(modules, scratch);
	const document = {schemas: translate(published.schemas)};

	close(document.schemas);
	for (const [pointer, rule] of Object.entries(rules)) tighten(document, pointer, rule);
	const check = checker(document);
	const methods = published.resources.services.methods;
	const values = (name) => registry.getEnum(name).values.filter((value) => value.number > 0);
	const names = (name) => values(name).map((value) => value.name);

	return {
		operations: [methods.check, methods.report].map((method) =>
			operation({check, registry, signed, method}),
		),
		checkErrors: names(`${prefix}CheckError.Code`),
		codes: names('google.rpc.Code'),
	};
};
