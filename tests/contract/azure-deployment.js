// SPDX-License-Identifier: Apache-2.0
/*
 * azure-deployment.js - a template deployed on paper: every resource that would exist, with its expressions worked out, and the outputs.
 */
'use strict';

const crypto = require('crypto');
const {common, evaluate, isExpression} = require('./azure-expressions.js');

const subscription = '11111111-2222-3333-4444-555555555555';
const hash = (...all) => crypto.createHash('sha256').update(all.join('\n')).digest('hex');
const guid = (...all) => hash(...all).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');

/* resourceId([group,] type, name, ...) */
function resourceId(group, ...args) {
	const rest = args[0].includes('/') ? args : args.slice(1);
	const [type, ...names] = rest;
	const [provider, ...kinds] = type.split('/');

	if (kinds.length !== names.length) throw new Error(`${type} with ${names.length} names`);
	return (
		`/subscriptions/${subscription}/resourceGroups/${rest === args ? group : args[0]}/providers/${provider}` +
		kinds.map((kind, i) => `/${kind}/${names[i]}`).join('')
	);
}

/* A template in a resource group with its parameters; `log` gets every resource as {type, group, body, dependsOn}. */
class Deployment {
	constructor(template, group, parameters, log) {
		Object.assign(this, {template, group, log, variables: new Map()});
		this.parameters = {};
		for (const name of Object.keys(parameters))
			if (!template.parameters[name]) throw new Error(`the template has no parameter ${name}`);
		for (const [name, {type, defaultValue}] of Object.entries(template.parameters || {})) {
			if (!(name in parameters) && defaultValue === undefined) throw new Error(`the parameter ${name} has no value`);
			this.parameters[name] = name in parameters ? parameters[name] : this.value(defaultValue, {});
			this.fits(name, type, template.parameters[name]);
		}
	}

	fits(name, type, {allowedValues}) {
		const value = this.parameters[name];
		const is = Array.isArray(value) ? 'array' : {string: 'string', number: 'int', boolean: 'bool', object: 'object'}[typeof value];

		if (is !== type.toLowerCase().replace('secure', '')) throw new Error(`${name} is ${is} and not ${type}`);
		if (allowedValues && !allowedValues.includes(value)) throw new Error(`${name} may not be ${value}`);
	}

	call(name, args, nodes, copies) {
		const own = {
			parameters: (which) => {
				if (!(which in this.parameters)) throw new Error(`no parameter ${which}`);
				return this.parameters[which];
			},
			variables: (which) => {
				if (!(which in this.template.variables)) throw new Error(`no variable ${which}`);
				if (!this.variables.has(which)) this.variables.set(which, this.value(this.template.variables[which], {}));
				return this.variables.get(which);
			},
			copyIndex: (loop = '') => {
				if (!(loop in copies)) throw new Error(`copyIndex of no copy ${loop}`);
				return copies[loop];
			},
			resourceId: (...all) => resourceId(this.group, ...all),
			resourceGroup: () => ({id: `/subscriptions/${subscription}/resourceGroups/${this.group}`, name: this.group, location: 'eastus2'}),
			reference: (id) => ({principalId: guid(id, 'principal'), clientId: guid(id, 'client')}),
			format: (text, ...all) => text.replace(/\{(\d+)\}/g, (whole, i) => all[i]),
			createArray: (...all) => all,
			createObject: (...all) =>
				Object.fromEntries(all.flatMap((one, i) => (i % 2 ? [] : [[one, all[i + 1]]]))),
			union: (...all) => Object.assign({}, ...all),
			base64: (text) => Buffer.from(text).toString('base64'),
			endsWith: (text, end) => text.toLowerCase().endsWith(end.toLowerCase()),
			uniqueString: (...all) => hash(...all).slice(0, 13),
			guid,
			null: () => null,
		};
		const run = own[name] || common[name];

		if (!run) throw new Error(`the function ${name} is not known here`);
		return run(...args());
	}

	/* A value of the template with all expressions in it worked out; what is null is left out. */
	value(value, copies) {
		if (isExpression(value))
			return evaluate(value, {call: (name, args, nodes) => this.call(name, args, nodes, copies)});
		if (typeof value === 'string') return value.replace(/^\[\[/, '[');
		if (Array.isArray(value)) return value.map((each) => this.value(each, copies));
		if (value === null || typeof value !== 'object') return value;
		const made = {};

		for (const [key, member] of Object.entries(value)) {
			if (key === 'copy' && Array.isArray(member)) {
				for (const {name, count, input} of member)
					made[name] = Array.from({length: this.value(count, copies)}, (_, i) => this.value(input, {...copies, [name]: i}));
				continue;
			}
			const worked = this.value(member, copies);
			if (worked !== null) made[this.value(key, copies)] = worked;
		}
		return made;
	}

	one(resource, copies) {
		const {condition, dependsOn, copy, scope, resourceGroup, ...body} = resource;
		const {template, ...properties} = body.properties || {};

		if (condition !== undefined && !this.value(condition, copies)) return;
		const made = this.value(template ? {...body, properties} : body, copies);
		const type = made.type;

		this.log({
			type,
			group: this.group,
			body: made,
			scope: scope && this.value(scope, copies),
			id: resourceId(this.group, type, ...made.name.split('/')),
			dependsOn: (dependsOn || []).map((each) => this.value(each, copies)),
		});
		if (!template) return;
		const inner = properties.expressionEvaluationOptions?.scope === 'inner';
		const given = Object.fromEntries(Object.entries(made.properties.parameters || {}).map(([name, {value}]) => [name, value]));

		if (!inner && template.resources.length) throw new Error('only empty templates are of the outer scope here');
		new Deployment({parameters: {}, variables: {}, ...template}, resourceGroup ? this.value(resourceGroup, copies) : this.group, given, this.log).run();
	}

	run() {
		for (const resource of this.template.resources) {
			if (!resource.copy) {
				this.one(resource, {});
				continue;
			}
			const count = this.value(resource.copy.count, {});
			for (let i = 0; i < count; i++) this.one(resource, {'': i, [resource.copy.name]: i});
		}
		return Object.fromEntries(
			Object.entries(this.template.outputs || {}).map(([name, {copy, value}]) => [
				name,
				copy ? Array.from({length: this.value(copy.count, {})}, (_, i) => this.value(copy.input, {'': i})) : this.value(value, {}),
			]),
		);
	}
}

/* What would exist: {resources, outputs}. */
function deploy(template, group, parameters) {
	const resources = [];
	const outputs = new Deployment({variables: {}, ...template}, group, parameters, (each) => resources.push(each)).run();

	return {resources, outputs};
}

module.exports = {deploy};
