// SPDX-License-Identifier: Apache-2.0
/*
 * terraform-rewrite.js - a module without its provider, so that Terraform itself works it out where there is neither a cloud nor a registry:
 * each resource becomes a terraform_data, whose input is all that the resource has.  A reference to a resource is one to that input, with
 * the few attributes that a cloud would have added.
 *
 * What hcl2json says of a body: attributes as values, where an expression is the text "${...}"; blocks as lists of bodies.
 */
'use strict';

const META = new Set(['for_each', 'count', 'depends_on', 'lifecycle', 'dynamic', 'provider']);

/* The text as the inside of a quoted template: what is in ${...} stays as it is. */
function template(text) {
	let out = '';

	for (let i = 0; i < text.length;) {
		if (text.startsWith('${', i)) {
			const from = i;

			/* Braces in the expression are balanced: none of the module's is in a text. */
			for (let depth = 0; ; i++) {
				depth += text[i] === '{';
				if (text[i] === '}' && !--depth) break;
			}
			out += text.slice(from, ++i);
		} else {
			out += JSON.stringify(text[i++]).slice(1, -1);
		}
	}
	return out;
}

/* Whether the text is one expression and nothing else. */
function whole(text) {
	return text.startsWith('${') && text.endsWith('}') && template(text) === text && !/^\$\{[^{}]*\}.*\$\{/.test(text);
}

function expression(value) {
	if (Array.isArray(value)) return `[${value.map(expression).join(', ')}]`;
	if (value && typeof value === 'object')
		return `{ ${Object.entries(value).map(([name, each]) => `${whole(name) ? `(${name.slice(2, -1)})` : `"${template(name)}"`} = ${expression(each)}`).join(', ')} }`;
	if (typeof value !== 'string') return JSON.stringify(value);
	return whole(value) ? `(${value.slice(2, -1)})` : `"${template(value)}"`;
}

/* A body as an object: a dynamic block is a list that is made of its for_each. */
function body(block) {
	const members = Object.entries(block).filter(([name]) => !META.has(name)).map(([name, value]) =>
		`${name} = ${Array.isArray(value) && value.length && value.every((each) => each && typeof each === 'object' && !Array.isArray(each)) ? `[${value.map(body).join(', ')}]` : expression(value)}`);

	for (const [name, [made]] of Object.entries(block.dynamic || {}))
		members.push(`${name} = [for ${name}_key, ${name}_value in ${expression(made.for_each)} : ${body(made.content[0]).replaceAll(`${name}.value`, `${name}_value`)}]`);
	return `{ ${members.join(', ')} }`;
}

function resource(type, name, block, added) {
	const lines = [`resource "terraform_data" "${type}__${name}" {`];
	const many = block.for_each ? `{ for key, each in terraform_data.${type}__${name} : key => each.input }` :
		block.count ? `[for each in terraform_data.${type}__${name} : each.input]` : `terraform_data.${type}__${name}.input`;

	for (const meta of ['for_each', 'count']) if (meta in block) lines.push(`${meta} = ${expression(block[meta])}`);
	if (block.depends_on) lines.push(`depends_on = [${block.depends_on.map((each) => each.slice(2, -1).replace(/(google_\w+)\.(\w+)/, 'terraform_data.$1__$2')).join(', ')}]`);
	lines.push(`input = merge(${expression(added)}, ${body(block)})`);
	for (const lifecycle of block.lifecycle || [])
		if (lifecycle.precondition)
			lines.push('lifecycle {', ...lifecycle.precondition.map((each) => `precondition {\ncondition = ${expression(each.condition)}\nerror_message = ${expression(each.error_message)}\n}`), '}');
	lines.push('}', 'locals {', `${type}__${name} = ${many}`, '}');
	return lines;
}

/* The module as one text.  files: what hcl2json made of each. */
function rewrite(files) {
	const lines = ['terraform {', 'required_version = ">= 1.4.0"', '}'];

	for (const file of files) {
		for (const [name, [block]] of Object.entries(file.variable || {})) {
			lines.push(`variable "${name}" {`);
			if (block.type) lines.push(`type = ${whole(block.type) ? block.type.slice(2, -1) : block.type}`);
			if ('default' in block) lines.push(`default = ${expression(block.default)}`);
			for (const each of block.validation || []) lines.push('validation {', `condition = ${expression(each.condition)}`, `error_message = ${expression(each.error_message)}`, '}');
			lines.push('}');
		}
		for (const locals of file.locals || []) {
			lines.push('locals {');
			for (const [name, value] of Object.entries(locals)) lines.push(`${name} = ${expression(value)}`);
			lines.push('}');
		}
		for (const [type, named] of Object.entries(file.resource || {}))
			for (const [name, [block]] of Object.entries(named))
				lines.push(...resource(type, name, block, {id: `${type}/${name}/id`, email: `${name}@example.iam.gserviceaccount.com`}));
		for (const [name, [block]] of Object.entries(file.output || {})) lines.push(`output "${name}" {`, `value = ${expression(block.value)}`, '}');
	}
	/* References: behind a name that is a resource's, but not in depends_on, where they are said already. */
	return `${lines.map((line) => (/^depends_on/.test(line) ? line : line.replace(/(?<![\w."])(google_[a-z_]+)\.([a-z_]+)/g, 'local.$1__$2'))).join('\n')}\n`;
}

module.exports = {rewrite, META};
