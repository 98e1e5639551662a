// SPDX-License-Identifier: Apache-2.0
/*
 * contract.js - every message between apollo and its sandbox is held against what Microsoft and Google publish.
 * contract.sh starts it in a folder with a configuration and a ledger:
 *   node contract.js SANDBOX-URL RUN CONTRACTS MODULES
 *
 * Not judged, because no service sends them: replies under the sandbox's faults close, lose-reply, truncate, html,
 * huge, wrong-type and slow.  They stand for a broken network, or for something in between that answers.  Only
 * lose-reply is used here, for what apollo sends after it.
 */
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const {Judge, challenge} = require('./judge.js');
const {Probes} = require('./probes.js');
const proxyStart = require('./proxy.js');
const {Rehearsal, secret, iso, minute} = require('./rehearsal.js');

const [sandbox, run, contracts, modules] = process.argv.slice(2);
const microsoft = require('./microsoft.js')(contracts);
const key = fs.readFileSync('key.pem');
const tokens = require('./tokens.js')(crypto.createPublicKey(key));
const google = require('./google.js')(contracts, modules, process.cwd(), tokens.signed);
const judge = new Judge(
	[...microsoft.operations, ...google.operations, ...tokens.operations],
	require('./exceptions.js')(microsoft, google),
);

/* Messages that somebody captured conform, so the descriptions are not closed too far. */
function captured() {
	const files = {
		MarketplaceRequest: 'UsageEvent',
		MarketplaceBatchRequest: 'BatchUsageEvent',
		MarketplaceSuccessResponse: 'UsageEventOkResponse',
		MarketplaceErrorDuplicate: 'UsageBatchEventOkMessage',
		MarketplaceExpiredErrorResponse: 'UsageEventBadRequestResponse',
		MarketplaceGenericError: 'UsageBatchEventOkMessage',
		MarketplaceBatchResponseDTO: 'BatchUsageEventOkResponse',
	};

	const folder = path.join(contracts, 'microsoft/captured');

	for (const [name, schema] of Object.entries(files)) {
		const value = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));

		judge.document(name, microsoft.check(schema, value), value);
	}
}

const expected = [
	...microsoft.statuses.map((status) => `azure batchUsageEvent 200 ${status}`),
	'azure usageEvent 200 Accepted',
	'azure usageEvent 400 BadArgument',
	'azure usageEvent 409 Conflict',
	'azure usageEvents 200',
	'azure usageEvents 400',
	'azure batchUsageEvent 200 of 25',
	...['usageEvent', 'batchUsageEvent'].flatMap((name) =>
		['400', '401', '403', '429', '500', '503', 'lost'].map((status) => `azure ${name} ${status}`),
	),
	...google.checkErrors.map((code) => `google check 200 ${code}`),
	...google.codes.map((code) => `google report 200 ${code}`),
	...['check', 'report'].flatMap((name) =>
		['200', '400', '401', '429', '500', '503', 'lost'].map((status) => `google ${name} ${status}`),
	),
	...['entra v1', 'entra v2', 'imds', 'google', 'metadata'].flatMap((name) =>
		['200', '429', '503'].map((status) => `token ${name} ${status}`),
	),
	'token entra v1 401 invalid_client',
	'token google 400 invalid_grant',
	'token imds 400',
	'token metadata 403',
];

/* What only a look at several exchanges shows. */
function sawAll() {
	const missing = expected.filter((what) => !judge.seen.has(what));
	const idle = judge.exceptions.filter((exception) => exception.used === 0);
	const bodies = [...judge.samples.values()].map((exchange) => exchange.body).join('\n');

	for (const what of missing) judge.faults.push(`never seen: ${what}`);
	for (const exception of idle) judge.faults.push(`an exception that excuses nothing: ${exception.why}`);
	for (const operation of judge.operations)
		if (!judge.seen.has(`${operation.name} from apollo`))
			judge.faults.push(`apollo never sent: ${operation.name}`);
	for (const text of ['"int64Value":"0"', '"resourceId":', '"resourceUri":', '"userLabels":'])
		if (!bodies.includes(text)) judge.faults.push(`never sent: ${text}`);
}

function report(mutants) {
	for (const [what, count] of [...judge.seen].sort()) console.log(String(count).padStart(7), what);
	for (const exception of judge.exceptions)
		console.log(`${String(exception.used).padStart(7)} excused: ${exception.why}`);
	console.log(`${mutants} mutants of these messages were made`);
	for (const one of judge.faults.slice(0, 50)) console.log(`FAILED: ${one}`);
	console.log(`${judge.faults.length} faults`);
}

async function main() {
	const proxy = await proxyStart(sandbox, (exchange) => judge.take(exchange));
	const rehearsal = new Rehearsal(sandbox, proxy.url, run);
	const probes = new Probes(rehearsal, judge, key);

	try {
		captured();
		rehearsal.configure();
		await rehearsal.register(secret);
		await rehearsal.metering(microsoft.statuses);
		await rehearsal.refusing();
		await rehearsal.tokening();
		await rehearsal.auditing();
		await rehearsal.control('PUT', 'clock', {now: iso(rehearsal.now + 50 * minute)});
		await probes.azure();
		await probes.google(google);
		await probes.tokens();
	} finally {
		proxy.close();
	}
	const mutants = challenge(judge);
	sawAll();
	report(mutants);
	process.exitCode = judge.faults.length ? 1 : 0;
}

main().catch((error) => {
	console.error(`FAILED: ${error.stack}`);
	report(0);
	process.exitCode = 1;
});
