// SPDX-License-Identifier: Apache-2.0
/*
 * rehearsal.js - apollo meters hour after hour against its sandbox, whose faults bring about every answer that a
 * marketplace can give.
 *
 * Invariants: time is handed in; an hour's faults are set before its run, must fire in it, and are gone behind it.
 */
'use strict';

const {execFile} = require('child_process');
const fs = require('fs');
const {promisify} = require('util');

const minute = 60000;
const hour = 60 * minute;
const iso = (time) => new Date(time).toISOString().replace('.000', '');

const names = {
	tenant: 'aaaaaaaa-0000-0000-0000-000000000001',
	client: 'aaaaaaaa-0000-0000-0000-000000000002',
	service: 'vast.endpoints.example.cloud.goog',
	subscription: '11111111-2222-3333-4444-555555555555',
	contoso: 'db9c58de-1c6e-4a7b-9d3f-2f1f0f6c5a01',
	contosoUri:
		'/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso' +
		'/providers/Microsoft.Solutions/applications/vast',
	northwind: 'FDC778A6-1281-40E4-CADE-4A5FC11F5440',
};
const secret = 'rehearsal-secret';

/* Each way to come by a token has a configuration: what it adds to the two instances of templates/rehearsal.cfg. */
const ways = {
	secret: ['', ''],
	second: ['login_version = "v2";', 'self_signed_jwt = "true";'],
	machine: [
		'identity = "managed"; imds_endpoint = "URL";',
		'credentials = "metadata"; metadata_endpoint = "URL";',
	],
	chosen: [`identity = "managed"; imds_endpoint = "URL"; identity_client_id = "${names.client}";`, ''],
};

const one = ['contoso', 'fabrikam', 'tailspin']; /* Azure hears of one event */
const many = ['contoso', 'northwind', 'fabrikam', 'tailspin'];
const fault = (route, action, more) => ({route, action, ...more});

class Rehearsal {
	/* sandbox: its URL; proxy: what apollo is told it is; run: the script that runs the built apollo. */
	constructor(sandbox, proxy, run) {
		this.sandbox = sandbox;
		this.proxy = proxy;
		this.run = run;
		this.now = Date.UTC(2026, 9, 1); /* the beginning of the next hour */
		this.way = 'secret';
	}

	/* The sandbox's control interface. */
	async control(method, what, body) {
		const response = await fetch(`${this.sandbox}/sandbox/${what}`, {
			method,
			body: body && JSON.stringify(body),
		});
		const text = await response.text();

		if (!response.ok) throw new Error(`the sandbox said ${response.status} to ${method} ${what}: ${text}`);
		return JSON.parse(text);
	}

	/* 0: all is well; 3: the books differ; 4: something needs a person, such as a parked claim. */
	async apollo(words) {
		try {
			return (await promisify(execFile)(this.run, ['apollo', ...words.split(' ')])).stdout;
		} catch (error) {
			if (error.code !== 3 && error.code !== 4)
				throw new Error(`apollo ${words}: ${error.code} ${error.stdout}${error.stderr}`);
			return error.stdout;
		}
	}

	/* ---- the world ------------------------------------------------------------------------------------- */

	configure() {
		const rehearsal = fs.readFileSync('apollo.cfg', 'utf8').replaceAll(this.sandbox, this.proxy);
		const subscription = (name, market, options) =>
			`{ name = "${name}"; market = "${market}"; offer = "vast-cluster"; plan = "standard";\n` +
			`start = "2026-10-01T00:00:00Z"; options: { ${options} }; }`;
		const subscriptions = [
			subscription(
				'contoso',
				'azure',
				`plan_id = "standard"; usage_resource_id = "${names.contoso}";\n` +
					`resource_uri = "${names.contosoUri}";`,
			),
			subscription('northwind', 'azure', `plan_id = "standard"; resource_id = "${names.northwind}";`),
			subscription('fabrikam', 'gcp', 'consumer_id = "project_number:123456789012";'),
			subscription(
				'tailspin',
				'gcp',
				'consumer_id = "project:tailspin"; resource_name = "cluster-1";',
			),
		];

		fs.writeFileSync('subscriptions.cfg', `subscriptions = (\n${subscriptions.join(',\n')}\n);\n`);
		for (const [way, [azure, gcp]] of Object.entries(ways)) {
			const text = rehearsal
				.replace('client_secret =', `${azure} client_secret =`)
				.replace('key =', `${gcp} key =`);

			fs.writeFileSync(`${way}.cfg`, text.replaceAll('URL', this.proxy));
		}
	}

	/* What the sandbox knows: an app with this secret, and a customer. */
	async register(text) {
		const {tenant, client, subscription, northwind: id} = names;
		const dimensions = ['tib_hours', 'tb_read'];

		await this.control('POST', 'register', {
			apps: [{tenant, client, secret: text}],
			resources: [{id, subscription, plan: 'standard', offer: 'vast-cluster', dimensions}],
		});
	}

	/* ---- an hour --------------------------------------------------------------------------------------- */

	/* Usage of the next hour into the spool. */
	usage(customers) {
		const lines = [];
		const event = (type, subject, at, value) => {
			const time = iso(this.now + at);
			const source = `contract/${subject}`;

			lines.push(
				JSON.stringify({
					specversion: '1.0',
					type,
					subject,
					source,
					id: `${type}@${time}`,
					time,
					data: {value},
				}),
			);
		};

		for (const customer of customers) event('reads', customer, 59 * minute, 12.5);
		/* Far below what is included, so Google hears of 0. */
		for (let at = 0; at < hour; at += 10 * minute) event('capacity', 'fabrikam', at, 659706976665600);
		fs.writeFileSync(`spool/${iso(this.now)}.jsonl`, lines.join('\n') + '\n');
		this.now += hour;
	}

	/* A run at this time; what it left for later. */
	async meter(time) {
		const span = `--from ${iso(time)} --to ${iso(time + minute)}`;

		return JSON.parse(
			await this.apollo(`--json -c ${this.way}.cfg meter rehearse --clock ${this.sandbox} ${span}`),
		).deferred;
	}

	/* At HH:05 the hour before is closed and reported under the faults; at HH:45 what is left is sent again. */
	async hour(customers, ...faults) {
		this.usage(customers);
		if (faults.length) await this.control('POST', 'faults', faults);
		const deferred = await this.meter(this.now + 5 * minute);
		for (const one of await this.control('GET', 'faults'))
			if (one.fired === 0) throw new Error(`the fault ${JSON.stringify(one)} never fired`);
		await this.control('DELETE', 'faults');
		if (deferred) await this.meter(this.now + 45 * minute);
	}

	/* ---- what happens ---------------------------------------------------------------------------------- */

	/* statuses: of Azure's rows.  What is sent again, or booked again into the next hour, joins what that hour has,
	 * so the single calls come first. */
	async metering(statuses) {
		const refusals = statuses.filter((status) => !['Accepted', 'Duplicate'].includes(status));
		const silence = ['azure.single', 'sc.report', 'sc.check'].map((route) => fault(route, 'lose-reply'));

		await this.hour(one);
		for (const text of refusals) await this.hour(one, fault('azure.single', 'rows', {text}));
		await this.hour(one, fault('azure.single', 'occupy', {quantity: '5.25'}));
		await this.hour(one, ...silence);
		for (const status of [429, 503, 500]) {
			const single = fault('azure.single', 'status', {status, retry_after: 0});

			await this.hour(one, single, fault('sc.check', 'status', {status}));
		}
		for (const code of ['SERVICE_NOT_ACTIVATED', 'BILLING_STATUS_UNAVAILABLE', 'RESOURCE_EXHAUSTED'])
			await this.hour(one, fault('sc.check', 'check-error', {code, text: 'project:tailspin'}));
		for (const code of [3, 8, 13])
			await this.hour(one, fault('sc.report', 'report-error', {code, rows: [1]}));

		await this.hour(many);
		for (const text of refusals) await this.hour(many, fault('azure.batch', 'rows', {text, rows: [1]}));
		await this.hour(many, fault('azure.batch', 'occupy', {quantity: '5.25', rows: [0]}));
		await this.hour(many, fault('azure.batch', 'lose-reply'));
		for (const status of [429, 503, 500]) {
			const batch = fault('azure.batch', 'status', {status, retry_after: 0, retry_date: true});

			await this.hour(many, batch, fault('sc.report', 'status', {status, retry_after: 0}));
		}

		/* A run that is late: more events than Microsoft takes in one call. */
		for (let i = 0; i < 15; i++) this.usage(many);
		await this.meter(this.now + 5 * minute);
	}

	/* A token is refused on its way, with either of the two statuses that Microsoft's service may use. */
	async refusing() {
		for (const azure_token_status of [403, 401]) {
			await this.control('POST', 'register', {settings: {azure_token_status}});
			await this.hour(one, fault('azure.single', 'revoke'), fault('sc.check', 'revoke'));
			await this.hour(many, fault('azure.batch', 'revoke'), fault('sc.report', 'revoke'));
		}
	}

	async tokening() {
		const routes = {
			secret: ['entra', 'google.token'],
			second: ['entra', 'sc.check'],
			machine: ['imds', 'metadata'],
			chosen: ['imds', 'google.token'],
		};

		for (this.way of Object.keys(ways)) {
			await this.hour(one);
			for (const status of [429, 503]) {
				const faults = routes[this.way].map((route) =>
					fault(route, 'status', {status, retry_after: 0}),
				);

				await this.hour(many, ...faults);
			}
		}
		this.way = 'secret';
		await this.register('another');
		await this.hour(one);
		await this.register(secret);
		await this.hour(one);
	}

	/* A row of each state, two customers and two days. */
	async auditing() {
		for (const [i, state] of ['Submitted', 'Accepted', 'Rejected', 'Mismatch'].entries()) {
			const day = `2026-10-0${1 + (i >> 1)}`;
			const resource = i & 1 ? names.contoso : names.northwind;

			await this.control('POST', 'recon', {day, resource, state, processed: '1.5'});
		}
		const now = iso(this.now + 50 * minute);
		const span = `--from 2026-10-01T00:00:00Z --to ${iso(this.now - (this.now % (24 * hour)))}`;

		await this.apollo(`-c ${this.way}.cfg meter reconcile --market azure --now ${now} ${span}`);
	}
}

module.exports = {Rehearsal, names, secret, fault, iso, minute, hour};
