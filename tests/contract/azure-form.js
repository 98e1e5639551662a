// SPDX-License-Identifier: Apache-2.0
/*
 * azure-form.js - a createUiDefinition that is filled in: what it refuses, and what it hands to the template.
 */
'use strict';

const {common, evaluate, isExpression} = require('./azure-expressions.js');

class Form {
	/* answers: by step, then by control; what is not answered has its default. */
	constructor(definition, answers, place) {
		Object.assign(this, {definition, place});
		this.answers = {};
		for (const {name, elements} of definition.parameters.steps) {
			this.answers[name] = {};
			for (const element of elements) this.answers[name][element.name] = this.start(element, answers[name]?.[element.name]);
		}
	}

	/* The default of a choice is the label of a value. */
	start({defaultValue, constraints}, answer) {
		if (answer !== undefined) return answer;
		const choice = Array.isArray(constraints?.allowedValues) && constraints.allowedValues.find(({label}) => label === defaultValue);

		return choice ? choice.value : defaultValue;
	}

	call(name, args) {
		const own = {
			steps: (step) => {
				if (!(step in this.answers)) throw new Error(`no step ${step}`);
				return this.answers[step];
			},
			location: () => this.place,
			parse: (text) => JSON.parse(text),
		};
		const run = own[name] || common[name];

		if (!run) throw new Error(`the function ${name} is not known here`);
		return run(...args());
	}

	value(value) {
		if (isExpression(value)) return evaluate(value, {call: (name, args) => this.call(name, args)});
		if (value === null || typeof value !== 'object') return value;
		if (Array.isArray(value)) return value.map((each) => this.value(each));
		return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.value(member)]));
	}

	/* The messages that a person would see, first failure of each control. */
	refusals() {
		const messages = [];

		for (const {name: step, elements} of this.definition.parameters.steps)
			for (const {name, type, constraints = {}} of elements) {
				const answer = this.answers[step][name];
				const {regex, validationMessage, validations = []} = constraints;
				const rules = regex ? [{regex, message: validationMessage}] : validations;

				if (constraints.required && (answer === undefined || answer === '')) messages.push(`${step}.${name} is wanted`);
				else if (type !== 'Microsoft.Common.FileUpload')
					messages.push(...rules.filter((rule) => !this.passes(rule, answer)).slice(0, 1).map(({message}) => message));
			}
		return messages;
	}

	passes({regex, isValid}, answer) {
		return regex ? new RegExp(regex).test(answer) : this.value(isValid) === true;
	}

	/* What is shown where it is visible: the texts of text blocks and boxes. */
	texts() {
		return this.definition.parameters.steps.flatMap(({elements}) =>
			elements.filter(({options, visible = true}) => options?.text && this.value(visible)).map(({options}) => this.value(options.text)),
		);
	}

	outputs() {
		return this.value(this.definition.parameters.outputs);
	}
}

module.exports = Form;
