// SPDX-License-Identifier: Apache-2.0
/*
 * probes.js - requests that apollo never sends, for the answers that it never gets.
 *
 * A probe says which status must come back, and whether its request is wrong: then the judge must find it out, else it
 * must find nothing.  The reply is judged like any other.
 */
'use strict';

const crypto = require('crypto');
const {names, secret, fault, iso, minute, hour} = require('./rehearsal.js');

const wrong = true;
const right = false;
const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const json = {'content-type': 'application/json'};

class Probes {
	/* key: the service account's private key, PEM. */
	constructor(rehearsal, judge, key) {
		this.rehearsal = rehearsal;
		this.judge = judge;
		this.key = key;
	}

	async probe(status, how, request, body, headers) {
		const [method, where] = request.split(' ');
		const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);

		this.judge.probe = {wrong: how};
		const response = await fetch(this.rehearsal.proxy + where, {method, body: text, headers});
		const said = await response.text();
		if (response.status !== status)
			this.judge.faults.push(`probe ${request} ${text}: ${response.status} ${said}, not ${status}`);
		return /json/.test(response.headers.get('content-type')) ? JSON.parse(said) : said;
	}

	form(status, how, request, fields) {
		const headers = {'content-type': 'application/x-www-form-urlencoded'};

		return this.probe(status, how, request, new URLSearchParams(fields).toString(), headers);
	}

	/* ---- Azure ----------------------------------------------------------------------------------------- */

	/* What Entra wants, with other fields. */
	client(fields) {
		const resource = '20e940b3-4c77-4b0b-9a53-9e16a1b010a7';
		const all = {
			grant_type: 'client_credentials',
			client_id: names.client,
			client_secret: secret,
			resource,
		};

		return JSON.parse(JSON.stringify({...all, ...fields}));
	}

	async azure() {
		const token = await this.form(200, right, `POST /${names.tenant}/oauth2/token`, this.client());
		const bearer = {authorization: `Bearer ${token.access_token}`};
		const headers = {...bearer, ...json};
		const now = this.rehearsal.now;
		const version = 'api-version=2018-08-31';
		const event = (more) => ({
			resourceUri: names.contosoUri,
			quantity: 1.5,
			dimension: 'tb_read',
			planId: 'standard',
			effectiveStartTime: iso(now + 10 * minute),
			...more,
		});
		const single = (status, how, more) =>
			this.probe(status, how, `POST /api/usageEvent?${version}`, event(more), headers);
		const batch = (status, how, body) =>
			this.probe(status, how, `POST /api/batchUsageEvent?${version}`, body, headers);
		const query = (status, how, what) =>
			this.probe(status, how, `GET /api/usageEvents?${what}`, undefined, bearer);

		await single(400, right, {resourceUri: undefined, resourceId: names.northwind, planId: 'gold'});
		await single(400, right, {dimension: 'none'});
		await single(400, right, {effectiveStartTime: iso(now - 30 * hour)});
		await single(400, right, {effectiveStartTime: iso(now + 30 * hour)});
		await single(400, wrong, {quantity: -1});
		await single(400, wrong, {quantity: '1'});
		await single(400, wrong, {resourceId: names.contoso});
		await single(400, wrong, {planId: undefined});
		await single(400, wrong, {dimension: 7});
		await single(400, wrong, {zzz: 1});
		await batch(200, right, {request: [event({planId: 'gold'}), event({dimension: 'none'})]});
		await batch(200, wrong, {request: [event({quantity: 0})]});
		await batch(400, wrong, {request: Array.from({length: 26}, () => event())});
		await batch(400, wrong, {request: []});
		await batch(400, wrong, '{"request":');
		await query(
			200,
			right,
			`${version}&usageStartDate=2026-10-01&offerId=vast-cluster&reconStatus=Mismatch`,
		);
		await query(400, wrong, version);
		await query(400, wrong, 'usageStartDate=2026-10-01');
		await query(400, wrong, `${version}&usageStartDate=soon`);
		await this.probe(400, wrong, 'POST /api/usageEvent', event(), headers);
		await this.probe(400, wrong, 'POST /api/batchUsageEvent', {request: [event()]}, headers);
		await this.probe(415, wrong, `POST /api/usageEvent?${version}`, event(), {
			...bearer,
			'content-type': 'text/plain',
		});
		await this.probe(401, wrong, `GET /api/usageEvents?${version}&usageStartDate=2026-10-01`);
	}

	/* ---- Google ---------------------------------------------------------------------------------------- */

	/* A signed statement with other claims. */
	assertion(claims) {
		const seconds = Math.floor((this.rehearsal.now + 50 * minute) / 1000);
		const header = {alg: 'RS256', typ: 'JWT', kid: 'rehearsal'};
		const all = {
			iss: 'apollo@rehearsal.iam.gserviceaccount.com',
			aud: `${this.rehearsal.sandbox}/token`,
			iat: seconds,
			exp: seconds + 3600,
			scope: 'https://www.googleapis.com/auth/servicecontrol',
			...claims,
		};
		const text = [header, all]
			.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
			.join('.');

		return `${text}.${crypto.sign('RSA-SHA256', Buffer.from(text), this.key).toString('base64url')}`;
	}

	/* checkErrors, codes: every code that a check, or a report of one operation, may be answered with. */
	async google({checkErrors, codes}) {
		const token = await this.form(200, right, 'POST /token', {
			grant_type: grant,
			assertion: this.assertion(),
		});
		const headers = {authorization: `Bearer ${token.access_token}`, ...json};
		const now = this.rehearsal.now;
		const service = `POST /v1/services/${names.service}`;
		const operation = (more) => ({
			operationId: crypto.randomUUID(),
			operationName: `${names.service}/report`,
			consumerId: 'project:tailspin',
			startTime: iso(now),
			endTime: iso(now + minute),
			...more,
		});
		const value = (more) => ({
			metricValueSets: [
				{metricName: `${names.service}/tb_read`, metricValues: [{int64Value: '1', ...more}]},
			],
		});
		const check = (status, how, body) => this.probe(status, how, `${service}:check`, body, headers);
		const report = (status, how, ...operations) =>
			this.probe(status, how, `${service}:report`, {operations}, headers);
		const labels = {'cloudmarketplace.googleapis.com/resource_name': 'x'};

		for (const code of checkErrors) {
			await this.rehearsal.control('POST', 'faults', fault('sc.check', 'check-error', {code}));
			await check(200, right, {operation: operation()});
		}
		for (const [i] of codes.entries()) {
			await this.rehearsal.control(
				'POST',
				'faults',
				fault('sc.report', 'report-error', {code: i + 1, rows: [1]}),
			);
			await report(200, right, operation(value()), operation(value()));
		}
		await this.rehearsal.control('DELETE', 'faults');
		await check(400, wrong, {operation: operation({userLabels: labels})});
		await check(400, wrong, {operation: operation({zzz: 1})});
		await check(400, wrong, {operation: operation({startTime: 'soon'})});
		await check(400, wrong, {});
		await check(400, wrong, '{');
		await report(
			200,
			right,
			operation(value({int64Value: '-1'})),
			operation({...value(), consumerId: 'project:x'}),
		);
		await report(400, wrong, operation(value({int64Value: '1.5'})));
		await report(400, wrong, operation(value({doubleValue: 1.5})));
		await report(400, wrong, operation({...value(), endTime: undefined}));
		await report(400, wrong, operation({...value(), userLabels: {a: 1}}));
		await this.probe(401, wrong, `${service}:check`, {operation: operation()}, json);
	}

	/* ---- tokens ---------------------------------------------------------------------------------------- */

	async tokens() {
		const first = (status, how, fields) =>
			this.form(status, how, `POST /${names.tenant}/oauth2/token`, this.client(fields));
		const second = (status, how, fields) =>
			this.form(status, how, `POST /${names.tenant}/oauth2/v2.0/token`, this.client(fields));
		const assert = (status, how, claims) =>
			this.form(status, how, 'POST /token', {grant_type: grant, assertion: this.assertion(claims)});
		const identity = 'GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=';

		await first(401, right, {client_secret: 'guess'});
		await first(400, wrong, {grant_type: 'password'});
		await first(400, wrong, {grant_type: undefined});
		await first(400, wrong, {resource: 'none'});
		await second(400, wrong, {resource: undefined, scope: 'none/.default'});
		await second(400, wrong, {resource: undefined, scope: 'none'});
		await assert(400, right, {aud: 'https://example.com/token'});
		await assert(400, wrong, {exp: 1});
		await this.form(400, wrong, 'POST /token', {grant_type: 'none'});
		await this.form(400, wrong, 'POST /token', {grant_type: grant});
		await this.probe(400, wrong, `${identity}${this.client().resource}`);
		await this.probe(400, wrong, `${identity}none`, undefined, {metadata: 'true'});
		await this.probe(403, wrong, 'GET /computeMetadata/v1/instance/service-accounts/default/token');
	}
}

module.exports = {Probes};
