// SPDX-License-Identifier: Apache-2.0
/*
 * schemas.js - JSON schemas of published descriptions, closed, and what is wrong with a message.
 *
 * A fault is {at, keyword, detail, value}: where in the document (a JSON pointer), which rule, what it says, and the
 * value there.
 */
'use strict';

const Ajv = require('ajv').default;
const formats = require('ajv-formats').default;

function fault(at, keyword, detail, value) {
	return {at, keyword, detail: String(detail), value};
}

/* Every schema within `schema` that names properties takes no others.  As published they let anything pass. */
function close(schema) {
	if (schema === null || typeof schema !== 'object') return;
	if (schema.properties && !('additionalProperties' in schema)) schema.additionalProperties = false;
	Object.values(schema).forEach(close);
}

/* The value at a JSON pointer. */
function at(document, pointer) {
	return pointer
		.split('/')
		.slice(1)
		.reduce((value, name) => value[name.replace(/~1/g, '/').replace(/~0/g, '~')], document);
}

/* The schema at a pointer must hold, and `rule` too. */
function tighten(document, pointer, rule) {
	const schema = at(document, pointer);
	const published = {...schema};

	for (const name of Object.keys(schema)) delete schema[name];
	schema.allOf = [published, rule];
}

/* document: holds schemas that refer to each other by #/...  Gives check(pointer, value) -> faults. */
function checker(document) {
	const ajv = new Ajv({allErrors: true, strict: false, verbose: true});
	const compiled = new Map();

	formats(ajv);
	ajv.addSchema({...document, $id: 'document'});
	return (pointer, value) => {
		if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({$ref: 'document#' + pointer}));
		const validate = compiled.get(pointer);
		if (validate(value)) return [];
		return validate.errors.map(({instancePath, keyword, params, message, data}) => {
			const detail = params.additionalProperty || params.missingProperty || params.format || message;

			return fault(instancePath, keyword, detail, data);
		});
	};
}

/* A body that must be JSON. */
function body(headers, text) {
	const type = headers['content-type'] || '';

	if (type.split(';')[0].trim().toLowerCase() !== 'application/json')
		return {faults: [fault('', 'type', type, text)]};
	try {
		return {faults: [], value: JSON.parse(text)};
	} catch (error) {
		return {faults: [fault('', 'json', error.message, text)]};
	}
}

function bearer(headers) {
	const good = /^Bearer [\w.~+/-]+=*$/.test(headers.authorization || '');

	return good ? [] : [fault('/authorization', 'security', 'is no bearer token')];
}

/* What no description has: the fault that exceptions are made for. */
function undescribed(value) {
	return fault('', 'content', 'is not described', value);
}

module.exports = {fault, close, tighten, checker, body, bearer, undescribed};
