// SPDX-License-Identifier: Apache-2.0
/*
 * tokens.js - the endpoints that give tokens.  Nobody publishes a machine-readable description of them, so these are
 * written down here from the documentation, closed:
 *
 *   entra v1, v2   Microsoft's pages "Marketplace metering service authentication" and "OAuth 2.0 client credentials"
 *   imds           "How to use managed identities for Azure resources on an Azure VM to acquire an access token"
 *   google token   RFC 7523 and Google's own client (google-auth-library-python, google/oauth2/_client.py)
 *   metadata       the same (google/auth/compute_engine/_metadata.py)
 *   errors         RFC 6749 section 5.2, and Entra's page on error codes for what it adds
 */
'use strict';

const crypto = require('crypto');
const {fault, close, checker, body, undescribed} = require('./schemas.js');

const audience = {const: '20e940b3-4c77-4b0b-9a53-9e16a1b010a7'};
const text = {type: 'string', minLength: 1};
const seconds = {type: 'string', pattern: '^[1-9][0-9]*$'};
const count = {type: 'integer', minimum: 1};
const bearer = {const: 'Bearer'};
const guid = {type: 'string', format: 'uuid'};

/* An object that has exactly these members; those whose name ends in ? may be missing. */
function exactly(members) {
	const names = Object.keys(members);

	return {
		type: 'object',
		properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), members[name]])),
		required: names.filter((name) => !name.endsWith('?')),
	};
}

const document = {
	schemas: {
		clientV1: exactly({
			grant_type: {const: 'client_credentials'},
			client_id: guid,
			client_secret: text,
			resource: audience,
		}),
		clientV2: exactly({
			grant_type: {const: 'client_credentials'},
			client_id: guid,
			client_secret: text,
			scope: {const: `${audience.const}/.default`},
		}),
		tokenV1: exactly({
			token_type: bearer,
			expires_in: seconds,
			ext_expires_in: seconds,
			expires_on: seconds,
			not_before: seconds,
			resource: audience,
			access_token: text,
		}),
		tokenV2: exactly({token_type: bearer, expires_in: count, ext_expires_in: count, access_token: text}),
		entraError: exactly({
			error: text,
			error_description: {type: 'string', pattern: '^AADSTS[0-9]+: '},
			error_codes: {type: 'array', items: count, minItems: 1},
			timestamp: {type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}Z$'},
			trace_id: guid,
			correlation_id: guid,
			'error_uri?': text,
		}),
		identityQuery: exactly({'api-version': {const: '2018-02-01'}, resource: audience, 'client_id?': guid}),
		identityToken: exactly({
			access_token: text,
			'client_id?': guid,
			expires_in: seconds,
			expires_on: seconds,
			'ext_expires_in?': seconds,
			not_before: seconds,
			resource: audience,
			token_type: bearer,
		}),
		assertionForm: exactly({
			grant_type: {const: 'urn:ietf:params:oauth:grant-type:jwt-bearer'},
			assertion: text,
		}),
		assertionHeader: exactly({alg: {const: 'RS256'}, typ: {const: 'JWT'}, kid: text}),
		assertionClaims: exactly({
			iss: text,
			aud: {type: 'string', format: 'uri'},
			scope: text,
			iat: count,
			exp: count,
		}),
		signedClaims: exactly({iss: text, sub: text, scope: text, iat: count, exp: count}),
		googleToken: exactly({access_token: text, expires_in: count, token_type: bearer}),
		metadataQuery: exactly({'scopes?': text}),
		oauthError: exactly({error: text, 'error_description?': text, 'error_uri?': text}),
	},
};
close(document.schemas);
const check = checker(document);
const schema = (name, value) => check(`/schemas/${name}`, value);

const scopes = ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/servicecontrol'];

/* A JWT of ours: its form, its hour, its signature. */
function jwtFaults(jwt, claimsName, key) {
	const parts = jwt.split('.');
	const [header, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
	const faults = [...schema('assertionHeader', header), ...schema(claimsName, claims)];
	const signature = Buffer.from(parts[2], 'base64url');
	const asked = String(claims.scope).split(' ');

	if (!crypto.verify('RSA-SHA256', Buffer.from(`${parts[0]}.${parts[1]}`), key, signature))
		faults.push(fault('/assertion', 'signature', "is not the key's"));
	if (claims.exp <= claims.iat || claims.exp > claims.iat + 3600)
		faults.push(fault('/assertion/exp', 'lifetime', 'is not within an hour', claims));
	if (!asked.every((scope) => scopes.includes(scope)))
		faults.push(fault('/assertion/scope', 'scope', "is not Service Control's", claims));
	return faults;
}

/* fields: the form of a POST, or the query of a GET.  tokens: schema of 200; errors: of everything else. */
function operation({name, method, path, fields, tokens, errors, header, also}) {
	return {
		name: `token ${name}`,
		method,
		path,

		request(exchange) {
			const form = method === 'POST' ? new URLSearchParams(exchange.body) : exchange.query;
			const faults = schema(fields, Object.fromEntries(form));
			const type = exchange.headers['content-type'];

			if (new Set(form.keys()).size !== [...form.keys()].length)
				faults.push(fault('', 'count', 'a field comes twice', String(form)));
			if (method === 'POST' && type !== 'application/x-www-form-urlencoded')
				faults.push(fault('', 'type', type));
			if (method === 'GET' && exchange.body) faults.push(undescribed(exchange.body));
			if (exchange.headers.authorization)
				faults.push(fault('/authorization', 'security', 'has no place here'));
			if (header && exchange.headers[header[0].toLowerCase()] !== header[1])
				faults.push(fault(`/${header[0]}`, 'header', `is not ${header[1]}`));
			if (faults.length === 0 && also) faults.push(...also(form));
			return faults;
		},

		reply(exchange) {
			const {status, headers, body: text} = exchange.reply;
			const {faults, value} = body(headers, text);

			if (faults.length === 0) faults.push(...schema(status === 200 ? tokens : errors, value));
			if (name === 'metadata' && headers['metadata-flavor'] !== 'Google')
				faults.push(fault('/metadata-flavor', 'header', 'is not Google'));
			return faults;
		},

		words(exchange) {
			return exchange.reply.status === 200 || !/json/.test(exchange.reply.headers['content-type'])
				? []
				: [JSON.parse(exchange.reply.body).error];
		},
	};
}

module.exports = (key) => ({
	signed: (jwt) => jwtFaults(jwt, 'signedClaims', key),
	operations: [
		{
			name: 'entra v1',
			method: 'POST',
			path: /^\/[^/]+\/oauth2\/token$/,
			fields: 'clientV1',
			tokens: 'tokenV1',
			errors: 'entraError',
		},
		{
			name: 'entra v2',
			method: 'POST',
			path: /^\/[^/]+\/oauth2\/v2\.0\/token$/,
			fields: 'clientV2',
			tokens: 'tokenV2',
			errors: 'entraError',
		},
		{
			name: 'imds',
			method: 'GET',
			path: /^\/metadata\/identity\/oauth2\/token$/,
			fields: 'identityQuery',
			tokens: 'identityToken',
			errors: 'oauthError',
			header: ['Metadata', 'true'],
		},
		{
			name: 'google',
			method: 'POST',
			path: /^\/token$/,
			fields: 'assertionForm',
			tokens: 'googleToken',
			errors: 'oauthError',
			also: (form) => jwtFaults(form.get('assertion'), 'assertionClaims', key),
		},
		{
			name: 'metadata',
			method: 'GET',
			path: /^\/computeMetadata\/v1\/instance\/service-accounts\/default\/token$/,
			fields: 'metadataQuery',
			tokens: 'googleToken',
			errors: 'oauthError',
			header: ['Metadata-Flavor', 'Google'],
		},
	].map(operation),
});
