// SPDX-License-Identifier: Apache-2.0
/*
 * offer.js - the files of private offers, read by those who would take them.
 *
 *   - Google: the protos of the Commerce Producer API, read by the strict JSON mapping, which knows no other members, names or forms; written again it is
 *     the same.  No member is one that only Google sets.
 *   - Azure: the resources as Microsoft's pages describe them, closed.  The published schemas cannot be fetched without an account, so their members,
 *     types and words are here.
 * Each file is also spoiled in every member, one after the other: a check that takes a spoiled one checks nothing.
 */
'use strict';

const {execFileSync} = require('child_process');
const fs = require('fs');
const path = require('path');
const {isDeepStrictEqual} = require('util');
const {createFileRegistry, fromBinary, fromJson, getOption, toJson} = require('@bufbuild/protobuf');
const {FileDescriptorSetSchema} = require('@bufbuild/protobuf/wkt');
const {close, checker} = require('./schemas.js');

const [modules, ...folders] = process.argv.slice(2);
const prefix = 'google.cloud.commerceproducer.v1beta.';
const outputOnly = 3; /* google.api.FieldBehavior */

/* ---- Google ---- */

function registryMake() {
	const root = path.join(modules, 'google-proto-files');
	const files = ['google/cloud/commerceproducer/v1beta/private_offer.proto'];

	execFileSync('protoc', [`-I${root}`, '--include_imports', '--descriptor_set_out=offer.pb', ...files]);
	return createFileRegistry(fromBinary(FileDescriptorSetSchema, fs.readFileSync('offer.pb')));
}

const registry = registryMake();
const behavior = registry.getExtension('google.api.field_behavior');

/* Members that only Google sets, in a message and below it. */
function theirs(schema, value, at) {
	return Object.entries(value).flatMap(([name, member]) => {
		const field = schema.fields.find((one) => one.jsonName === name);
		const here = `${at}/${name}`;
		const items = Array.isArray(member) ? member : [member];
		const below = field.message
			? items.filter((one) => one !== null && typeof one === 'object').flatMap((one) => theirs(field.message, one, here))
			: [];

		return getOption(field, behavior).includes(outputOnly) ? [`${here} is Google's to set`, ...below] : below;
	});
}

function google(name) {
	const schema = registry.getMessage(prefix + name);

	return (value) => {
		try {
			const again = toJson(schema, fromJson(schema, value, {registry, ignoreUnknownFields: false}), {registry});

			if (!isDeepStrictEqual(again, value)) return [`it is written as ${JSON.stringify(again)}`];
			return theirs(schema, value, '');
		} catch (error) {
			return [error.message];
		}
	};
}

/* ---- Azure ---- */

const text = {type: 'string', minLength: 1};
const schemaOf = (name) => ({const: `https://schema.mp.microsoft.com/schema/${name}`});
const term = {type: 'object', required: ['type', 'value'], properties: {type: {enum: ['month', 'year']}, value: {type: 'integer', minimum: 1}}};
const price = {type: 'number', minimum: 0};
const product = {type: 'string', pattern: '^product/.'};
const plan = {type: 'string', pattern: '^plan/.'};
const day = {type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'};
const kinds = {enum: ['editExistingOfferPricingOnly', 'saasNewCustomizedPlans']};

const prices = {
	type: 'object',
	required: ['$schema', 'resourceName', 'product', 'plan', 'offerPricingType', 'pricing'],
	properties: {
		$schema: schemaOf('price-and-availability-private-offer-plan/2023-07-15'),
		resourceName: text,
		product,
		plan,
		offerPricingType: kinds,
		pricing: {
			type: 'object',
			required: ['recurrentPrice', 'customMeters'],
			properties: {
				recurrentPrice: {
					type: 'object',
					required: ['priceInputOption', 'prices'],
					properties: {
						priceInputOption: {const: 'usd'},
						recurrentPriceMode: {enum: ['flatRate', 'perUser']},
						prices: {
							type: 'array',
							minItems: 1,
							items: {
								type: 'object',
								required: ['pricePerPaymentInUsd', 'billingTerm'],
								properties: {pricePerPaymentInUsd: price, billingTerm: term, paymentOption: term},
							},
						},
					},
				},
				customMeters: {
					type: 'object',
					required: ['priceInputOption', 'meters'],
					properties: {
						priceInputOption: {const: 'usd'},
						meters: {
							type: 'object',
							additionalProperties: {
								type: 'object',
								minProperties: 1,
								properties: {
									pricePerPaymentInUsd: price,
									includedQuantities: {
										type: 'array',
										minItems: 1,
										items: {
											type: 'object',
											required: ['billingTerm', 'isInfinite'],
											properties: {
												billingTerm: term,
												quantity: {type: 'integer', minimum: 0},
												isInfinite: {type: 'boolean'},
											},
										},
									},
								},
							},
						},
					},
				},
			},
		},
	},
};

const pricing = {
	type: 'object',
	required: ['product', 'discountType'],
	properties: {
		product,
		plan,
		basePlan: plan,
		discountType: {enum: ['percentage', 'absolute']},
		discountPercentage: {type: 'number', exclusiveMinimum: 0, maximum: 100},
		priceDetails: {type: 'object', required: ['resourceName'], properties: {resourceName: text}},
		newPlanDetails: {type: 'object', required: ['name', 'description'], properties: {name: text, description: text}},
	},
	oneOf: [{required: ['plan']}, {required: ['basePlan', 'newPlanDetails']}],
	if: {additionalProperties: true, required: ['discountType'], properties: {discountType: {const: 'percentage'}}},
	then: {required: ['discountPercentage'], not: {required: ['priceDetails']}},
	else: {required: ['priceDetails'], not: {required: ['discountPercentage']}},
};

const offer = {
	type: 'object',
	required: [
		'$schema', 'name', 'state', 'privateOfferType', 'offerPricingType', 'variableStartDate', 'end', 'acceptBy', 'preparedBy',
		'notificationContacts', 'beneficiaries', 'pricing',
	],
	properties: {
		$schema: schemaOf('private-offer/2023-07-15'),
		name: text,
		state: {const: 'live'},
		privateOfferType: {const: 'customerPromotion'},
		offerPricingType: kinds,
		customerContractRenewal: {const: true},
		variableStartDate: {type: 'boolean'},
		start: day,
		end: day,
		acceptBy: day,
		preparedBy: text,
		notificationContacts: {type: 'array', minItems: 1, maxItems: 5, items: text},
		termsAndConditionsDocSasUrl: {type: 'string', pattern: '^https://'},
		beneficiaries: {
			type: 'array',
			minItems: 1,
			items: {type: 'object', required: ['id', 'description'], properties: {id: text, description: text}},
		},
		upgradedFrom: {type: 'object', required: ['name', 'id'], properties: {name: text, id: text}},
		pricing: {type: 'array', minItems: 1, maxItems: 10, items: pricing},
	},
	if: {additionalProperties: true, required: ['variableStartDate'], properties: {variableStartDate: {const: false}}},
	then: {required: ['start']},
	else: {not: {required: ['start']}},
};

const configure = {
	type: 'object',
	required: ['$schema', 'resources'],
	properties: {
		$schema: schemaOf('configure/2022-07-01'),
		resources: {type: 'array', minItems: 1, maxItems: 11, items: {anyOf: [{$ref: '#/schemas/prices'}, {$ref: '#/schemas/offer'}]}},
	},
};

const document = {schemas: {prices, offer, configure}};
close(document.schemas);
const check = checker(document);

/* Prices stand before the one offer, and each is named by it once. */
function azure(value) {
	const faults = check('/schemas/configure', value).map((one) => `${one.at} ${one.keyword} ${one.detail}`);

	if (faults.length) return faults;
	const last = value.resources[value.resources.length - 1];
	const defined = value.resources.slice(0, -1).map((one) => one.resourceName);
	const named = (last.pricing || []).filter((one) => one.priceDetails).map((one) => one.priceDetails.resourceName);

	return isDeepStrictEqual(defined, named) ? [] : [`prices ${defined} are not those named: ${named}`];
}

/* ---- all files ---- */

const readers = {'configure.json': azure, 'private-offer.json': google('PrivateOffer'), 'document.json': google('PrivateOfferDocument')};

/* Every copy of a value with one member more than is known. */
function* spoiled(value, whole) {
	if (value === null || typeof value !== 'object') return;
	if (!Array.isArray(value)) {
		value.unknownMember = 1;
		yield whole;
		delete value.unknownMember;
	}
	for (const member of Object.values(value)) yield* spoiled(member, whole);
}

let files = 0;
let spoils = 0;
let bad = 0;

function complain(words) {
	console.error(words);
	bad++;
}

for (const folder of folders)
	for (const [name, read] of Object.entries(readers)) {
		const file = path.join(folder, name);

		if (!fs.existsSync(file)) continue;
		const value = JSON.parse(fs.readFileSync(file, 'utf8'));

		files++;
		for (const fault of read(value)) complain(`${file}: ${fault}`);
		for (const wrong of spoiled(value, value)) {
			/* The meters' names are the offer's own; a number is no meter, so it is refused all the same. */
			spoils++;
			if (read(wrong).length === 0) complain(`${file}: it is taken with an unknown member: ${JSON.stringify(wrong)}`);
		}
	}
/* A member that is Google's to set is found. */
if (google('PrivateOffer')({state: 'DRAFT'}).length === 0) complain('a state that was set is not found');
if (files !== 13) complain(`${files} files, not 13`);
console.log(`${files} files, ${spoils} spoiled ones refused`);
process.exit(bad ? 1 : 0);
