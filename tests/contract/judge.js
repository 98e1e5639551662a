// SPDX-License-Identifier: Apache-2.0
/*
 * judge.js - holds every exchange against the descriptions, and counts what was seen.
 *
 * Invariants: a reply is judged whoever asked; a request is judged as apollo's unless a probe says otherwise.  What is
 * seen is counted as "OPERATION STATUS" and "OPERATION STATUS WORD", a word being a row's status or an error's code.
 */
'use strict';

const {isDeepStrictEqual} = require('util');
const {fault} = require('./schemas.js');

class Judge {
	constructor(operations, exceptions) {
		this.operations = operations;
		this.exceptions = exceptions.map((exception) => ({...exception, used: 0}));
		this.faults = [];
		this.seen = new Map();
		this.samples = new Map(); /* the first good exchange of each thing seen */
		this.probe = null; /* {wrong}: the next request is a probe's; wrong: it must not conform */
	}

	/* What is left of the faults once the exceptions are taken off. */
	excuse(prefix, faults, count) {
		return faults.filter(({at, keyword, detail, value}) => {
			const line = `${prefix} ${at} ${keyword} ${detail}`.replace(/ +/g, ' ');
			const exception = this.exceptions.find(
				(one) => one.where.test(line) && one.instead(value, line),
			);

			if (exception && count) exception.used++;
			return !exception;
		});
	}

	operation(exchange) {
		return this.operations.find((one) => one.method === exchange.method && one.path.test(exchange.path));
	}

	request(operation, exchange, count) {
		return this.excuse(`${operation.name} request`, operation.request(exchange), count);
	}

	reply(operation, exchange, count) {
		const {status} = exchange.reply;

		return this.excuse(`${operation.name} reply ${status}`, operation.reply(exchange), count);
	}

	count(what, exchange) {
		this.seen.set(what, (this.seen.get(what) || 0) + 1);
		if (!this.samples.has(what)) this.samples.set(what, exchange);
	}

	blame(what, faults, exchange) {
		const {method, path, query, body, reply} = exchange;
		const said = reply ? `${reply.status} ${reply.body}` : 'none';

		for (const {at, keyword, detail} of faults)
			this.faults.push(
				`${what}: ${at} ${keyword} ${detail}\n` +
					`    ${method} ${path}?${query}\n    request ${body}\n    reply   ${said}`,
			);
	}

	/* One exchange as the proxy saw it.  Never throws. */
	take(exchange) {
		const probe = this.probe;

		this.probe = null;
		try {
			this.weigh(exchange, probe);
		} catch (error) {
			this.blame('the test itself', [fault('', 'failed', error.stack)], exchange);
		}
	}

	weigh(exchange, probe) {
		const operation = this.operation(exchange);
		let faults;

		if (!operation) {
			this.blame('request', [fault(exchange.path, 'path', 'is not described')], exchange);
			return;
		}
		faults = this.request(operation, exchange, !probe);
		if (probe && probe.wrong) {
			if (faults.length === 0)
				this.blame(operation.name, [fault('', 'probe', 'was not found out')], exchange);
		} else {
			this.blame(`${operation.name} request`, faults, exchange);
			if (!probe) this.count(`${operation.name} from apollo`, exchange);
		}
		if (!exchange.reply) {
			this.count(`${operation.name} lost`, exchange);
			return;
		}
		faults = this.reply(operation, exchange, true);
		this.blame(`${operation.name} reply`, faults, exchange);
		if (faults.length) return;
		for (const word of new Set(['', ...operation.words(exchange)]))
			this.count(`${operation.name} ${exchange.reply.status} ${word}`.trim(), exchange);
	}

	/* A document of its own, such as a message that somebody captured. */
	document(what, faults, value) {
		this.blame(`captured ${what}`, this.excuse(`captured ${what}`, faults, true), {
			method: '',
			path: what,
			query: '',
			body: JSON.stringify(value),
			reply: null,
		});
	}
}

/* Documents that differ from this one in one place: a member too many in each object, another type for each value. */
function* mutants(value) {
	if (Array.isArray(value)) {
		yield {};
		for (let i = 0; i < value.length; i++)
			for (const mutant of mutants(value[i])) yield value.map((item, j) => (i === j ? mutant : item));
	} else if (value !== null && typeof value === 'object') {
		yield [];
		yield {...value, zzz: 1};
		for (const name of Object.keys(value))
			for (const mutant of mutants(value[name])) yield {...value, [name]: mutant};
	} else {
		yield {};
		yield [value];
		if (typeof value === 'string') yield 1;
		if (typeof value === 'number') yield String(value);
	}
}

/* Every mutant of what was seen must be found out, or the judge believes anything.  The count of mutants. */
function challenge(judge) {
	let count = 0;

	function side(exchange, text, other, look) {
		const value = JSON.parse(text);

		for (const mutant of mutants(value)) {
			count++;
			if (!isDeepStrictEqual(mutant, value) && look(other(JSON.stringify(mutant))).length === 0)
				judge.blame(
					'a mutant was not found out',
					[fault('', '', JSON.stringify(mutant))],
					exchange,
				);
		}
	}

	for (const exchange of new Set(judge.samples.values())) {
		const operation = judge.operation(exchange);

		if (/json/.test(exchange.headers['content-type']) && judge.request(operation, exchange).length === 0)
			side(
				exchange,
				exchange.body,
				(body) => ({...exchange, body}),
				(mutant) => judge.request(operation, mutant),
			);
		if (exchange.reply && /json/.test(exchange.reply.headers['content-type']))
			side(
				exchange,
				exchange.reply.body,
				(body) => ({...exchange, reply: {...exchange.reply, body}}),
				(mutant) => judge.reply(operation, mutant),
			);
	}
	return count;
}

module.exports = {Judge, challenge};
