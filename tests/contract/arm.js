// SPDX-License-Identifier: Apache-2.0
/*
 * arm.js - the Azure package against what Microsoft publishes, and against the plans that it is filled with:
 *   node arm.js CONTRACTS/arm ARM PACK...
 * PACK: folders that apollo plan --out made.
 *
 * The schemas are of API versions that are older than the template's; what is used of them was there before, and is held against them.
 * A nested deployment has no schema there: of it, only what it deploys is judged.
 */
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const Ajv = require('ajv').default;
const {close} = require('./schemas.js');
const {deploy} = require('./azure-deployment.js');
const Form = require('./azure-form.js');

const [contracts, arm, ...packs] = process.argv.slice(2);
const read = (...parts) => fs.readFileSync(path.join(...parts), 'utf8');
const template = JSON.parse(read(arm, 'mainTemplate.json'));
const form = JSON.parse(read(arm, 'createUiDefinition.json'));
const view = JSON.parse(read(arm, 'viewDefinition.json'));
const faults = [];
let checks = 0;

function check(what, run) {
	checks++;
	try {
		run();
	} catch (error) {
		faults.push(`${what}: ${error.message.slice(0, 1500)}`);
	}
}

/* ---- schemas: draft 4, as today's ajv takes it, and closed ---- */

const ajv = new Ajv({strict: false, validateFormats: false, inlineRefs: false});

function load(file, change = () => {}) {
	/* Extensions of machines, which the contracts do not have, are not taken. */
	const schema = JSON.parse(read(contracts, file), (key, value) => (/Extensions\.json#/.test(value?.$ref) ? {not: {}} : value));
	const id = (schema.id || `https://schema.management.azure.com/schemas/${file}`).replace(/#$/, '');

	delete schema.id;
	delete schema.$schema;
	close(schema);
	change(schema);
	ajv.addSchema({...schema, $id: id});
	return id;
}

function valid(reference, value) {
	const validate = ajv.getSchema(reference) || ajv.compile({$ref: reference});

	if (!validate(value))
		throw new Error(validate.errors.slice(0, 6).map((each) => `${each.instancePath} ${each.message} ${JSON.stringify(each.params)}`).join('; '));
}

const types = new Map();

load('common/definitions.json');
for (const file of [
	'2024-07-01/Microsoft.Compute.json',
	'2024-07-01/Microsoft.Network.NRP.json',
	'2023-01-31/Microsoft.ManagedIdentity.json',
	'2022-04-01/Microsoft.Authorization.json',
]) {
	const names = [];
	const id = load(file, (schema) => {
		/* Sizes come without a new version, and the list that is published has none of the template's. */
		if (schema.definitions.HardwareProfile) schema.definitions.HardwareProfile.properties.vmSize = {type: 'string'};
		for (const [name, {properties}] of Object.entries(schema.resourceDefinitions)) {
			/* The template's versions are younger. */
			properties.apiVersion = {type: 'string'};
			names.push([name, properties.type.enum[0]]);
		}
		for (const other of Object.keys(schema)) if (/_resourceDefinitions$/.test(other)) delete schema[other];
	});
	for (const [name, type] of names) types.set(type, `${id}#/resourceDefinitions/${name}`);
}
load('2019-04-01/deploymentTemplate.json', (schema) => {
	const {parameterValueTypes, keyVaultReference} = schema.definitions;

	for (const name of Object.keys(schema)) delete schema[name];
	schema.definitions = {parameterValueTypes, keyVaultReference};
});
const parametersSchema = load('2019-04-01/deploymentParameters.json');
const viewSchema = load('viewdefinition/ViewDefinition.json', (schema) => {
	/* A view is one of its kinds, each closed by itself: what they have in common would close all of them. */
	for (const name of ['Overview', 'Metrics', 'CustomResources']) {
		Object.assign(schema.definitions[name].properties, {name: {type: 'string'}, id: {type: 'string'}});
		delete schema.definitions[name].allOf;
		schema.definitions[name].required = [...(schema.definitions[name].required || []), 'kind'];
	}
	for (const ui of ['createUIDefinition', 'editUIDefinition']) {
		schema.definitions.CustomResources.properties.properties.properties[ui] = {type: 'object'};
		schema.definitions.Command.properties[ui] = {type: 'object'};
	}
});
for (const file of ['CreateUIDefinition.CommonControl.json', 'CreateUIDefinition.ProviderControl.json']) load(`0.1.2-preview/${file}`);
const formSchema = load('0.1.2-preview/CreateUIDefinition.MultiVm.json');

/* ---- the files as they are ---- */

/* Documented (Microsoft.ManagedIdentity.IdentitySelector), and not in the published schema: closed here. */
function withoutSelectors(definition) {
	const copy = JSON.parse(JSON.stringify(definition));

	for (const step of copy.parameters.steps)
		step.elements = step.elements.filter((element) => {
			if (element.type !== 'Microsoft.ManagedIdentity.IdentitySelector') return true;
			assert.deepStrictEqual(Object.keys(element).sort(), ['defaultValue', 'label', 'name', 'options', 'toolTip', 'type']);
			assert.deepStrictEqual(Object.keys(element.toolTip).sort(), ['systemAssignedIdentity', 'userAssignedIdentity']);
			assert.deepStrictEqual(Object.keys(element.options).sort(), ['hideSystemAssignedIdentity', 'hideUserAssignedIdentity']);
			assert(['On', 'Off', 'OnOnly', 'OffOnly'].includes(element.defaultValue.systemAssignedIdentity));
			return false;
		});
	return copy;
}

/* Every object below, one after another, with a member that no schema knows: a schema that takes it is open there. */
function* strangers(value, free, at = '') {
	if (value === null || typeof value !== 'object') return;
	if (!Array.isArray(value) && !free.test(at)) {
		value.stranger = 1;
		yield at;
		delete value.stranger;
	}
	for (const [name, member] of Object.entries(value)) yield* strangers(member, free, `${at}/${name}`);
}

function closed(what, value, free, judge) {
	for (const at of strangers(value, free))
		check(`${what}: a stranger at ${at}`, () => assert.throws(() => judge(value), `it was taken at ${at}`));
}

check('createUiDefinition.json', () => valid(formSchema, withoutSelectors(form)));
closed('createUiDefinition.json', withoutSelectors(form), /^$|^\/parameters\/outputs|\/allowedValues\/\d+\/value$|\/subnets$/, (value) => valid(formSchema, value));
check('viewDefinition.json', () => valid(viewSchema, view));
closed('viewDefinition.json', JSON.parse(JSON.stringify(view)), /^$/, (value) => valid(viewSchema, value));

/* The template's own members; its resources are judged when they are deployed. */
function templateChecked(value) {
	const schema = JSON.parse(read(contracts, '2019-04-01/deploymentTemplate.json'));

	assert.deepStrictEqual(Object.keys(value).filter((name) => !(name in schema.properties)), []);
	for (const name of schema.required) assert(name in value, `${name} is missing`);
	for (const [name, parameter] of Object.entries(value.parameters || {})) {
		assert.deepStrictEqual(Object.keys(parameter).filter((each) => !(each in schema.definitions.parameter.properties)), [], name);
		assert(schema.definitions.parameterTypes.enum.includes(parameter.type), name);
	}
	for (const [name, output] of Object.entries(value.outputs || {}))
		assert.deepStrictEqual(Object.keys(output).filter((each) => !(each in schema.definitions.output.properties)), [], name);
	for (const resource of value.resources) {
		const {resourceBase, ARMResourceBase} = schema.definitions;
		const base = {...ARMResourceBase.properties, ...resourceBase.allOf[1].properties};
		const nested = ['properties', 'resourceGroup'];

		for (const name of Object.keys(resource))
			if (!(name in base) && !(resource.type === 'Microsoft.Resources/deployments' && nested.includes(name)))
				assert(name in ajv.getSchema(types.get(resource.type)).schema.properties, `${resource.type} has ${name}`);
		if (resource.properties?.template) templateChecked(resource.properties.template);
	}
}

check('mainTemplate.json', () => templateChecked(template));

/* ---- deployed on paper ---- */

const customer = {
	virtualNetworkResourceGroup: 'network',
	managementVmSize: 'Standard_D16s_v5',
	adminUsername: 'operator',
	adminPublicKey: 'ssh-ed25519 ' + 'A'.repeat(68) + ' operator',
	clusterSecret: 'not-a-secret-at-all',
	image: {id: '/sharedGalleries/vendor/images/cluster/versions/1.0.0'},
};
const valuesOf = (file) => Object.fromEntries(Object.entries(file.parameters).map(([name, {value}]) => [name, value]));
const ofType = (resources, type) => resources.filter((each) => each.type === type);

function resourcesChecked(what, resources) {
	const ids = new Set(resources.map(({id}) => id.toLowerCase()));

	assert.strictEqual(ids.size, resources.length, 'two resources have one id');
	for (const {type, body, dependsOn, id} of resources) {
		if (type === 'Microsoft.Resources/deployments') continue;
		check(`${what}: ${id}`, () => valid(types.get(type), body));
		for (const on of dependsOn)
			/* What is not made is not waited for. */
			check(`${what}: ${id} depends on ${on}`, () => assert(ids.has(on.toLowerCase()) || /\/routeTables\//.test(on)));
	}
	/* One of each type, with a stranger anywhere. */
	for (const type of new Set(resources.map((each) => each.type)))
		if (types.has(type)) {
			const {body} = ofType(resources, type)[0];

			closed(`${what}: ${type}`, body, /^\/(tags|identity\/userAssignedIdentities)/, (value) => valid(types.get(type), value));
		}
}

/* Addresses are the map's, each once. */
function networkChecked(pack, parameters, resources) {
	const cards = ofType(resources, 'Microsoft.Network/networkInterfaces');
	const plan = JSON.parse(read(pack, 'plan.json'));
	const routed = parameters.vipMode === 'routed';
	const wanted = plan.map.filter(({role}) => role === 'machine' || (!routed && /-vip$/.test(role)));
	const given = cards.flatMap(({body}) =>
		body.properties.ipConfigurations.map(({properties}) => `${properties.privateIPAddress} ${body.name.replace(/-nic$/, '')}`),
	);

	assert.deepStrictEqual(given.sort(), wanted.map(({address, owner}) => `${address} ${owner}`).sort());
	for (const {body} of cards) {
		const {ipConfigurations, enableIPForwarding, enableAcceleratedNetworking} = body.properties;

		assert.strictEqual(enableIPForwarding, routed);
		assert.strictEqual(enableAcceleratedNetworking, true);
		assert.deepStrictEqual(ipConfigurations.map(({properties}) => properties.primary), ipConfigurations.map((each, i) => i === 0));
		assert(ipConfigurations.every(({properties}) => properties.subnet.id.includes('/resourceGroups/network/') && properties.privateIPAllocationMethod === 'Static'));
	}
}

function routesChecked(pack, parameters, resources) {
	const plan = JSON.parse(read(pack, 'plan.json'));
	const prefix = (range) => (range.includes('/') ? range : `${range}/32`);
	const inline = ofType(resources, 'Microsoft.Network/routeTables').flatMap(({body}) => body.properties.routes);
	const added = ofType(resources, 'Microsoft.Network/routeTables/routes').map(({body}) => ({...body, name: body.name.split('/')[1]}));
	const made = [...inline, ...added];

	assert.deepStrictEqual(
		made.map(({properties}) => `${properties.addressPrefix} ${properties.nextHopIpAddress} ${properties.nextHopType}`).sort(),
		plan.routes.map(({destination, next_hop: hop}) => `${prefix(destination)} ${hop} VirtualAppliance`).sort(),
	);
	assert.strictEqual(new Set(made.map(({name}) => name)).size, made.length);
	assert(made.every(({name}) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,78}[A-Za-z0-9_]$/.test(name)), 'a route has a name that Azure does not take');
	assert.strictEqual(parameters.routeTableExisting, added.length > 0);
	if (parameters.vipMode !== 'routed') assert.strictEqual(made.length, 0);
}

function machinesChecked(parameters, resources) {
	const machines = ofType(resources, 'Microsoft.Compute/virtualMachines');
	const [set] = ofType(resources, 'Microsoft.Compute/virtualMachineScaleSets');

	assert.strictEqual(machines.length, parameters.machines.length + 1);
	for (const {body} of machines) {
		const {osProfile, hardwareProfile} = body.properties;
		const cloudInit = Buffer.from(osProfile.customData, 'base64').toString();
		const planned = parameters.machines.find(({name}) => name === body.name);
		const facts = JSON.parse(Buffer.from(cloudInit.match(/^ {2}content: (.*)$/m)[1], 'base64').toString());

		assert(cloudInit.startsWith('#cloud-config\n') && osProfile.customData.length < 65536 && !/https?:|runcmd|curl|wget/.test(cloudInit));
		assert.deepStrictEqual(facts.machine, planned || parameters.management);
		assert.strictEqual(facts.management.address, parameters.management.address);
		assert.strictEqual(facts.secret, customer.clusterSecret);
		assert(osProfile.linuxConfiguration.disablePasswordAuthentication && !osProfile.adminPassword);
		assert.strictEqual(hardwareProfile.vmSize, planned ? parameters.dataVmSize : customer.managementVmSize);
		if (!planned) continue;
		assert.deepStrictEqual(body.zones, planned.zone ? [planned.zone] : undefined);
		assert.strictEqual(body.properties.platformFaultDomain, planned.zone ? undefined : planned.faultDomain);
		assert(body.properties.virtualMachineScaleSet.id.endsWith(`/${set.body.name}`));
	}
	assert.deepStrictEqual(set.body.zones, parameters.zones.length ? parameters.zones : undefined);
	assert.strictEqual(set.body.properties.platformFaultDomainCount, parameters.zones.length ? 1 : 3);
}

/* The groups of rules: each with its own order, the last refuses; nothing is public; all that can be marked is. */
function guardsChecked(parameters, resources) {
	const [{body}] = ofType(resources, 'Microsoft.Network/networkSecurityGroups');
	const rules = body.properties.securityRules.map(({name, properties}) => ({name, ...properties}));
	const named = (prefix) => rules.filter(({name}) => name.startsWith(prefix)).length;
	const routed = parameters.vipMode === 'routed';

	assert.strictEqual(new Set(rules.map(({priority}) => priority)).size, rules.length);
	assert.strictEqual(new Set(rules.map(({name}) => name)).size, rules.length);
	assert.strictEqual(rules.at(-1).access, 'Deny');
	assert.strictEqual(rules.at(-1).priority, Math.max(...rules.map(({priority}) => priority)));
	assert.strictEqual(named('clients-to-'), parameters.clientRanges.length ? (routed ? 4 : 2) : 0);
	assert.strictEqual(named('replication-to-'), (parameters.replicationPeers || []).length ? (routed ? 2 : 1) : 0);
	assert(!JSON.stringify(resources).toLowerCase().includes('publicip'));
	for (const {type, body: made} of resources)
		if (types.has(type) && 'tags' in ajv.getSchema(types.get(type)).schema.properties && !/routes$/.test(type))
			assert.strictEqual(made.tags?.['apollo'], parameters.clusterName, type);
}

/* Exactly these rights, on exactly these things. */
function rightsChecked(parameters, resources) {
	const actions = ofType(resources, 'Microsoft.Authorization/roleDefinitions').map(({group, body}) => [group, body.properties.permissions[0].actions]);
	const scopes = ofType(resources, 'Microsoft.Authorization/roleAssignments').map(({group, scope}) => [group, scope]);
	const routed = parameters.vipMode === 'routed';
	const own = ['Microsoft.Compute/virtualMachines/read', 'Microsoft.Network/networkInterfaces/read'];
	const moving = ['Microsoft.Network/networkInterfaces/write', 'Microsoft.Network/networkSecurityGroups/join/action', 'Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action'];
	const routes = ['Microsoft.Network/routeTables/read', ...['read', 'write', 'delete'].map((verb) => `Microsoft.Network/routeTables/routes/${verb}`)];
	const subnet = ['Microsoft.Network/virtualNetworks/subnets/read', 'Microsoft.Network/virtualNetworks/subnets/join/action'];
	const inNetwork = parameters.networkChanges !== 'leave';
	const place = routed ? `Microsoft.Network/routeTables/${parameters.routeTableName}` : `Microsoft.Network/virtualNetworks/${parameters.virtualNetworkName}/subnets/${parameters.subnetName}`;

	assert.deepStrictEqual(actions, [['managed', routed ? own : [...own, ...moving]], ...(inNetwork ? [['network', routed ? routes : subnet]] : [])]);
	assert.deepStrictEqual(scopes, [['managed', undefined], ...(inNetwork ? [['network', place]] : [])]);
}

for (const pack of packs) {
	const file = JSON.parse(read(pack, 'azure-parameters.json'));
	const planned = valuesOf(file);

	check(`${pack}: the parameter file`, () => valid(parametersSchema, file));
	for (const more of [{}, {replicationPeers: ['10.99.0.0/16'], attributionId: '00000000-1111-2222-3333-444444444444', crossTenant: false}, {networkChanges: 'leave', clientRanges: []}]) {
		const parameters = {...planned, ...customer, ...more};

		check(`${pack} with ${JSON.stringify(more)}`, () => {
			const {resources, outputs} = deploy(template, 'managed', parameters);

			if (!more.crossTenant) resourcesChecked(pack, resources);
			networkChecked(pack, parameters, resources);
			if (more.networkChanges !== 'leave') routesChecked(pack, parameters, resources);
			machinesChecked(parameters, resources);
			guardsChecked(parameters, resources);
			rightsChecked(parameters, resources);
			assert.strictEqual(outputs.machines.length, parameters.machines.length);
			assert(!JSON.stringify(outputs).includes(customer.clusterSecret), 'an output has the secret');
			assert.strictEqual(resources.some(({body}) => body.name === 'pid-00000000-1111-2222-3333-444444444444-partnercenter'), !!more.attributionId);
			assert.strictEqual(resources.some(({body}) => body.properties?.delegatedManagedIdentityResourceId), parameters.crossTenant !== false);
		});
	}
}

/* Azure refuses to change what a machine was started with: a cluster that has grown starts the old ones with the same. */
check('growth', () => {
	const planned = valuesOf(JSON.parse(read(packs[0], 'azure-parameters.json')));
	const less = {...planned, machines: planned.machines.slice(0, 8), routes: planned.routes.slice(0, 20)};
	const started = (parameters) =>
		Object.fromEntries(
			ofType(deploy(template, 'managed', {...parameters, ...customer}).resources, 'Microsoft.Compute/virtualMachines').map(({body}) => [body.name, body]),
		);
	const before = started(less);
	const after = started(planned);

	for (const name of Object.keys(before)) assert.deepStrictEqual(after[name], before[name]);
});

/* ---- the form, filled in ---- */

const uploaded = read(packs[0], 'azure-parameters.json');
const right = {
	size: {dataMachines: '16', dataSize: 'Standard_L32aos_v4', managementSize: 'Standard_D16s_v5'},
	network: {
		virtualNetwork: {name: 'hub', resourceGroup: 'network', newOrExisting: 'existing', subnets: {machines: {name: 'storage'}}},
		vipRange: '10.60.0.0/25',
		clientRanges: '10.2.0.0/16,10.7.0.0/16',
		identity: {type: 'UserAssigned'},
	},
	plan: {file: uploaded, cluster: 'vast3'},
	access: {image: customer.image.id, adminUsername: 'operator', adminPublicKey: customer.adminPublicKey, clusterSecret: customer.clusterSecret},
};

function filled(changes) {
	const answers = JSON.parse(JSON.stringify(right));

	for (const [name, value] of Object.entries(changes)) {
		if (name === 'place') continue;
		const [step, control] = name.split('.');

		answers[step][control] = value;
	}
	return new Form(form, answers, changes.place || 'eastus2');
}

check('the form, filled in rightly', () => {
	const it = filled({});
	const {managedIdentity, ...outputs} = it.outputs();
	const planned = valuesOf(JSON.parse(uploaded));
	const {resources} = deploy(template, 'managed', outputs);

	assert.deepStrictEqual(it.refusals(), []);
	assert.deepStrictEqual(managedIdentity, right.network.identity);
	for (const name of Object.keys(planned)) assert.deepStrictEqual(outputs[name], name === 'clientRanges' ? ['10.2.0.0/16', '10.7.0.0/16'] : planned[name], name);
	networkChecked(packs[0], outputs, resources);
	/* What it says that is needed is what the plan has counted. */
	const {needed} = JSON.parse(read(packs[0], 'plan.json'));
	const texts = it.texts().join('\n');
	assert(texts.includes(`must have ${needed.machines} free addresses`), texts);
	assert(texts.includes(`must have ${needed.ranges} addresses`), texts);
	assert(texts.includes('Cluster vast3: the management at 10.2.0.9, 16 machines from 10.2.0.11, 35 routes for 1 ranges'), texts);
});

const refused = [
	[{'network.vipRange': '10.60.0.0/26'}, 'C05'],
	[{'network.vipRange': '10.60.0.0/33'}, 'C01'],
	[{'network.vipRange': '10.060.0.0/25'}, 'C01'],
	[{'network.vipRange': '10.60.0.0'}, 'C01'],
	[{'network.vipRange': '10.60.0.256/25'}, 'C01'],
	[{'network.vipRange': '10.60.0.0/25, 10.61.0.0/25'}, 'C01'],
	[{'network.vipRange': '127.0.0.0/25'}, 'C03'],
	[{'network.vipRange': '10.60.0.0/25,224.0.0.0/25'}, 'C03'],
	[{'network.vipRange': '192.0.2.0/25'}, 'C03'],
	[{'network.vipRange': '169.254.0.0/25'}, 'A02'],
	[{'network.vipRange': '168.63.129.0/25'}, 'A02'],
	[{'network.vipRange': '172.17.0.0/25'}, 'C06'],
	[{'network.vipRange': '8.8.8.0/24'}, 'C16'],
	[{'network.vipRange': '172.32.0.0/24'}, 'C16'],
	[{'network.vipRange': '10.61.0.0/25'}, 'other ranges'],
	[{'network.clientRanges': '10.60.0.0/25'}, 'C12'],
	[{'network.clientRanges': '10.2.0.0'}, 'Prefixes such as'],
	[{'size.dataMachines': '8'}, 'another number'],
	[{'size.dataMachines': '381'}, 'at most 380'],
	[{'size.dataMachines': '0'}, 'whole number'],
	[{'size.vipsPerNode': '1'}, '2 to 256'],
	[{'size.vipMode': 'in-subnet'}, 'the other kind'],
	[{'size.dataSize': 'Standard_L96s_v4'}, 'another size'],
	[{'plan.cluster': 'vast4'}, "another cluster's"],
	[{place: 'westus'}, 'another region'],
	[{'network.virtualNetwork': {...right.network.virtualNetwork, name: 'spoke'}}, 'another network'],
	[{'network.virtualNetwork': {...right.network.virtualNetwork, subnets: {machines: {name: 'apps'}}}}, 'another subnet'],
	[{'access.image': 'ubuntu'}, 'image version'],
	[{'access.adminPublicKey': 'ssh-rsa AAAA'}, 'One line'],
	[{'access.clusterSecret': 'short'}, '12 to 72'],
	[{'access.adminUsername': 'Root!'}, 'Small letters'],
];

for (const [changes, message] of refused)
	check(`the form with ${JSON.stringify(changes).slice(0, 100)}`, () => {
		const messages = filled(changes).refusals();

		assert(messages.some((each) => each.includes(message)), `it says ${JSON.stringify(messages)}`);
	});
for (const range of ['10.60.0.0/25', '10.60.0.0/8', '10.60.0.0/24', '10.60.0.0/25,10.61.0.0/27'])
	check(`the form with ${range}`, () => assert.deepStrictEqual(filled({'network.vipRange': range}).refusals().filter((each) => !/other ranges/.test(each)), []));
check('a new network', () => {
	const it = filled({'network.virtualNetwork': {...right.network.virtualNetwork, newOrExisting: 'new'}});
	const {managedIdentity, ...outputs} = it.outputs();

	assert(it.texts().some((each) => /refuses a new one/.test(each)));
	assert.throws(() => deploy(template, 'managed', outputs), /virtualNetworkNewOrExisting may not be new/);
});

console.log(`${checks} checks of the package, ${packs.length} plans deployed on paper`);
for (const one of faults.slice(0, 20)) console.log(`FAILED: ${one.slice(0, 600)}`);
console.log(`${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
