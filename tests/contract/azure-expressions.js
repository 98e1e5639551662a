// SPDX-License-Identifier: Apache-2.0
/*
 * azure-expressions.js - the expressions of Azure's templates and forms, worked out: written from Microsoft's documentation alone, and
 * apart from apollo's own reader of them.
 *
 * evaluate(text, world): world.call(name, args) -> value; what stands for a function's parameter is in world.names.
 */
'use strict';

const tokens = /\s*(?:('(?:[^']|'')*')|(-?\d+)|([A-Za-z_$][\w$]*)|(=>|[()[\],.]))/y;

function tokenize(text) {
	const list = [];

	tokens.lastIndex = 0;
	while (tokens.lastIndex < text.trimEnd().length) {
		const at = tokens.lastIndex;
		const found = tokens.exec(text);

		if (!found) throw new Error(`cannot be read at ${at}: ${text}`);
		const [, literal, number, name, sign] = found;
		if (literal) list.push({literal: literal.slice(1, -1).replace(/''/g, "'")});
		else if (number) list.push({literal: Number(number)});
		else list.push(name ? {name} : {sign});
	}
	return list;
}

class Parser {
	constructor(text) {
		this.list = tokenize(text);
		this.at = 0;
	}

	sign(sign, ahead = 0) {
		return this.list[this.at + ahead]?.sign === sign;
	}

	take(sign) {
		if (!this.sign(sign)) throw new Error(`${sign} is wanted`);
		this.at++;
	}

	many(end, read) {
		const list = [];

		while (!this.sign(end)) {
			if (list.length) this.take(',');
			list.push(read());
		}
		this.take(end);
		return list;
	}

	value() {
		const token = this.list[this.at++];
		let node;

		if (token === undefined) throw new Error('a value is wanted');
		if ('literal' in token) node = {kind: 'literal', value: token.literal};
		else if (token.sign === '(') {
			const names = this.many(')', () => this.list[this.at++].name);

			this.take('=>');
			return {kind: 'lambda', names, body: this.value()};
		} else if (token.name && this.sign('(')) {
			this.at++;
			node = {kind: 'call', name: token.name, args: this.many(')', () => this.value())};
		} else if (token.name) node = {kind: 'name', name: token.name};
		else throw new Error(`${token.sign} stands for a value`);
		for (;;) {
			if (this.sign('.')) {
				this.at++;
				node = {kind: 'member', of: node, index: {kind: 'literal', value: this.list[this.at++].name}};
			} else if (this.sign('[')) {
				this.at++;
				node = {kind: 'member', of: node, index: this.value()};
				this.take(']');
			} else return node;
		}
	}
}

function parse(text) {
	const parser = new Parser(text);
	const node = parser.value();

	if (parser.at !== parser.list.length) throw new Error(`something stands behind it: ${text}`);
	return node;
}

const words = {true: true, false: false, null: null};

function work(node, world) {
	switch (node.kind) {
		case 'literal':
			return node.value;
		case 'name':
			if (node.name in world.names) return world.names[node.name];
			if (node.name in words) return words[node.name];
			throw new Error(`${node.name} is nothing`);
		case 'lambda':
			return (...values) =>
				work(node.body, {
					...world,
					names: {...world.names, ...Object.fromEntries(node.names.map((name, i) => [name, values[i]]))},
				});
		case 'member': {
			const of = work(node.of, world);
			const index = work(node.index, world);

			if (of === null || of === undefined || !(index in Object(of)))
				throw new Error(`there is no member ${index} of ${JSON.stringify(of)}`);
			return of[index];
		}
		default:
			/* Only the one that is wanted: the other may not exist. */
			if (node.name.toLowerCase() === 'if')
				return work(work(node.args[0], world) ? node.args[1] : node.args[2], world);
			return world.call(node.name, () => node.args.map((arg) => work(arg, world)), node.args);
	}
}

function isExpression(text) {
	return typeof text === 'string' && /^\[(?!\[).*\]$/s.test(text);
}

function evaluate(text, world) {
	try {
		return work(parse(text.slice(1, -1)), {names: {}, ...world});
	} catch (error) {
		error.message = `${error.message}\n    in ${text}`;
		throw error;
	}
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/* What both languages have. */
const common = {
	add: (a, b) => a + b,
	sub: (a, b) => a - b,
	mul: (a, b) => a * b,
	and: (...all) => all.every(Boolean),
	or: (...all) => all.some(Boolean),
	not: (a) => !a,
	equals: same,
	less: (a, b) => a < b,
	lessOrEquals: (a, b) => a <= b,
	greaterOrEquals: (a, b) => a >= b,
	contains: (all, one) => (typeof all === 'string' ? all.includes(one) : all.some((each) => same(each, one))),
	concat: (...all) => (Array.isArray(all[0]) ? [].concat(...all) : all.join('')),
	empty: (a) => a === null || a === undefined || Object.keys(Object(a)).length === 0,
	length: (a) => (typeof a === 'string' || Array.isArray(a) ? a.length : Object.keys(a).length),
	first: (a) => a[0],
	last: (a) => a[a.length - 1],
	split: (text, by) => text.split(by),
	filter: (all, keep) => all.filter((each) => keep(each)),
	map: (all, make) => all.map((each) => make(each)),
	string: (a) => (typeof a === 'string' ? a : JSON.stringify(a)),
	int: (a) => parseInt(a, 10),
};

module.exports = {common, evaluate, isExpression};
