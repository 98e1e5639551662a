// SPDX-License-Identifier: Apache-2.0
/*
 * gcp.js - the package for Google Cloud against the schema of Google's Terraform provider, and against the plans that it is filled with:
 *   node gcp.js GCP SCHEMA PACK...
 * SCHEMA: the provider as @cdktf/provider-google describes it.  PACK: folders that apollo plan --out made; `small` and `grown` among them are
 * the same cluster before and after it grew.
 */
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const {spawnSync} = require('child_process');
const {parse} = require('@cdktf/hcl2json');
const {rewrite, META} = require('./terraform-rewrite.js');

const [gcp, schemaFile, ...packs] = process.argv.slice(2);
const read = (...parts) => fs.readFileSync(path.join(...parts), 'utf8');
const sources = fs.readdirSync(gcp).filter((name) => /\.tf$/.test(name)).sort();
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

/* ---- the provider's schema ---- */

const types = JSON.parse(fs.readFileSync(schemaFile, 'utf8')).types;
const resources = new Map();

for (const type of Object.values(types)) {
	const name = type.kind === 'class' && /\/docs\/resources\/\S+ (google_\w+)\}/.exec(type.docs?.summary || '');

	if (name) resources.set(name[1], types[`${type.fqn}Config`]);
}

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/* A struct's arguments by Terraform's names: what they are, and of blocks what is in them. */
function members(struct) {
	const found = new Map();

	for (const property of struct.properties || []) {
		const text = JSON.stringify(property.type);
		const inner = /"(@cdktf\/provider-google\.\w+\.\w+)"/.exec(text);

		found.set(snake(property.name), {
			required: !property.optional,
			block: inner && types[inner[1]],
			list: /"kind":"(array|map)"/.test(text),
			plain: (/"primitive":"(\w+)"/.exec(text) || [])[1],
		});
	}
	return found;
}

function blockJudge(place, block, struct) {
	const known = members(struct);
	const given = new Set([...Object.keys(block), ...Object.keys(block.dynamic || {})]);

	for (const [name, {required}] of known)
		if (required) check(place, () => assert(given.has(name), `${name} is wanted`));
	for (const [name, value] of Object.entries(block)) {
		if (META.has(name)) continue;
		const member = known.get(name);

		check(place, () => assert(member, `the provider has no ${name}`));
		if (!member) continue;
		const isBlock = Array.isArray(value) && value.length > 0 && value.every((each) => each && typeof each === 'object');

		check(`${place} ${name}`, () => assert.strictEqual(Boolean(member.block), isBlock, isBlock ? 'is no block' : 'is a block'));
		if (isBlock && member.block) value.forEach((each) => blockJudge(`${place} ${name}`, each, member.block));
		/* What is written out is of the argument's type. */
		if (!isBlock && !member.list && !String(value).includes('${')) check(`${place} ${name}`, () => assert.strictEqual(typeof value, member.plain));
		if (!isBlock && member.list && !String(value).startsWith('${')) check(`${place} ${name}`, () => assert.strictEqual(typeof value, 'object'));
	}
	for (const [name, [made]] of Object.entries(block.dynamic || {})) {
		check(place, () => assert(known.get(name)?.block, `the provider has no block ${name}`));
		if (known.get(name)?.block) blockJudge(`${place} ${name}`, made.content[0], known.get(name).block);
	}
}

/* ---- plans on paper ---- */

const free = path.resolve('free');

fs.mkdirSync(free, {recursive: true});
fs.writeFileSync(path.join(free, 'none'), '');

/* Nobody's own settings count. */
function run(...words) {
	return spawnSync('terraform', words, {cwd: free, encoding: 'utf8', env: {...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: path.join(free, 'none')}});
}

/* Where it is not there, only the schema is judged. */
const terraform = run('version');

/* Everything that would be made, by the provider's name of its kind; or what is said against it. */
function planned(variables) {
	fs.writeFileSync(path.join(free, 'given.tfvars.json'), JSON.stringify(variables));
	const said = run('plan', '-input=false', '-no-color', '-var-file=given.tfvars.json', '-out=given.plan');

	if (said.status !== 0) return {refused: said.stderr.replace(/\s*\n[│╷╵]?\s*/g, ' ')};
	const made = {};

	for (const {name, index, values} of JSON.parse(run('show', '-json', 'given.plan').stdout).planned_values.root_module.resources) {
		const [type, own] = name.split('__');

		(made[type] ||= []).push({own, index, ...values.input});
	}
	return made;
}

const sorted = (list) => [...list].sort();
const facts = (instance) => JSON.parse(Buffer.from(/content: (\S+)/.exec(instance.metadata['user-data'])[1], 'base64').toString());

function packJudge(pack) {
	const variables = JSON.parse(read(pack, 'terraform.tfvars.json'));
	const map = read(pack, 'map.csv').trim().split('\n').slice(1).map((line) => line.split(','));
	const addresses = (...roles) => sorted(map.filter((row) => roles.includes(row[1])).map((row) => row[0]));
	const virtual = ['management-vip', 'inner-management-vip', 'dns-vip', 'replication-vip', 'protocol-vip'];
	const made = planned(variables);
	const instances = made.google_compute_instance || [];
	const routed = variables.vip_mode === 'routed';
	const network = variables.network_project || variables.project_id;

	check(`${pack}: plan`, () => assert.strictEqual(made.refused, undefined));
	if (made.refused) return;
	check(`${pack}: machines`, () => assert.deepStrictEqual(sorted(instances.map((each) => each.network_interface[0].network_ip)), addresses('machine')));
	check(`${pack}: aliases`, () => assert.deepStrictEqual(sorted(instances.flatMap((each) => each.network_interface[0].alias_ip_range.map((alias) => alias.ip_cidr_range.replace(/\/32$/, '')))),
		addresses('held', ...(routed ? [] : virtual))));
	check(`${pack}: ranges of aliases`, () => {
		for (const alias of instances.flatMap((each) => each.network_interface[0].alias_ip_range)) {
			const virtualOne = !routed && addresses(...virtual).includes(alias.ip_cidr_range.replace(/\/32$/, ''));

			assert.strictEqual(alias.subnetwork_range_name || '', virtualOne ? variables.subnetwork_range_name || '' : '');
		}
	});
	check(`${pack}: forwarding`, () => assert(instances.every((each) => each.can_ip_forward === routed)));
	check(`${pack}: nothing is public`, () => assert(instances.every((each) => !each.network_interface.some((card) => card.access_config || card.ipv6_access_config))));
	check(`${pack}: kept addresses`, () => assert.deepStrictEqual(sorted(made.google_compute_address.map((each) => each.address)), addresses('machine', 'checker', 'spare')));
	check(`${pack}: the mark`, () => {
		for (const each of [...instances, ...made.google_compute_address]) assert.strictEqual(each.labels.apollo, variables.name);
		for (const each of made.google_compute_route || []) assert.strictEqual(each.description, `apollo:${variables.name}`);
		for (const each of made.google_network_connectivity_internal_range || []) assert.strictEqual(each.labels.apollo, variables.name);
	});
	check(`${pack}: what machines are told`, () => {
		for (const each of instances.filter(({own}) => own === 'machine')) {
			const {machine, management, vipMode, vipRange} = facts(each);

			assert.deepStrictEqual(machine, variables.machines.find(({name}) => name === each.name));
			assert.deepStrictEqual(management, variables.management);
			assert.strictEqual(vipMode, variables.vip_mode);
			assert.strictEqual(vipRange, variables.subnetwork_range_name || '');
		}
	});
	check(`${pack}: routes`, () => {
		const wanted = routed ? JSON.parse(read(pack, 'routes.json')).at_rest : [];
		const pick = ({name, destination, next_hop, priority}) => [name, destination, next_hop, priority].join(' ');

		assert.deepStrictEqual(sorted((made.google_compute_route || []).map((each) => pick({...each, destination: each.dest_range, next_hop: each.next_hop_ip}))), sorted(wanted.map(pick)));
		assert((made.google_compute_route || []).every((each) => each.project === network));
	});
	check(`${pack}: reservations`, () => assert.deepStrictEqual((made.google_network_connectivity_internal_range || []).map((each) => each.ip_cidr_range), routed ? variables.vip_ranges : []));
	check(`${pack}: firewall`, () => {
		const {rules} = JSON.parse(read(pack, 'firewall.json'));
		const pick = (direction, sources, destinations, protocol, ports) => JSON.stringify([direction, sources, destinations, protocol, ports]);

		assert.deepStrictEqual(sorted(made.google_compute_firewall.map((each) => pick(each.direction.toLowerCase(), each.source_ranges || null, each.destination_ranges, each.allow[0].protocol, each.allow[0].ports))),
			sorted(rules.map((each) => pick(each.direction, each.direction === 'ingress' ? each.sources : null, each.destinations, each.protocol, each.ports))));
		for (const {name, project} of made.google_compute_firewall) {
			assert(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name), name);
			assert.strictEqual(project, network);
		}
	});
	check(`${pack}: permissions`, () => {
		const {permissions} = JSON.parse(read(pack, 'permissions.json'));
		/* Routes name addresses, not machines. */
		const wanted = permissions.filter(({phase}) => phase === 'operate').flatMap(({verbs}) => verbs).filter((verb) => verb !== 'compute.instances.use');
		const granted = made.google_project_iam_custom_role.flatMap((role) => role.permissions);

		/* A cluster sees its own machines whatever the mode. */
		assert.deepStrictEqual(sorted(new Set(granted)), sorted(new Set([...wanted, 'compute.instances.get', 'compute.instances.list'])));
	});
	check(`${pack}: placement`, () => {
		for (const each of instances.filter(({own}) => own === 'machine'))
			assert.strictEqual(each.scheduling[0].availability_domain, variables.machines.find(({name}) => name === each.name).domain);
		assert.strictEqual(made.google_compute_resource_policy.length, new Set(variables.machines.map(({zone}) => zone)).size);
	});
}

/* A machine, an address or a route that is there is the same when there are more. */
function growthJudge(small, grown) {
	const [before, after] = [small, grown].map((pack) => planned(JSON.parse(read(pack, 'terraform.tfvars.json'))));
	const key = (each) => `${each.own} ${each.index ?? ''}`;

	check('growth: plans', () => assert.strictEqual(before.refused || after.refused, undefined));
	if (before.refused || after.refused) return;

	for (const type of ['google_compute_instance', 'google_compute_address', 'google_compute_route', 'google_compute_resource_policy', 'google_project_iam_custom_role', 'google_network_connectivity_internal_range'])
		for (const each of before[type])
			check(`growth: ${type} ${key(each)}`, () => assert.deepStrictEqual(after[type].find((other) => key(other) === key(each)), each));
	check('growth: firewall', () => {
		const names = new Set(after.google_compute_firewall.map(({name}) => name));

		assert(before.google_compute_firewall.every(({name}) => names.has(name)));
	});
}

/* What the planner refuses, the module does too. */
const refusals = [
	['host bits', (it) => { it.vip_ranges = ['10.20.0.1/26']; }, 'rule C01'],
	['no prefix', (it) => { it.vip_ranges = ['10.20.0.0-10.20.0.9']; }, 'IPv4 prefixes'],
	['no cluster can have it', (it) => { it.vip_ranges = ['224.0.0.0/26']; }, 'rules C03'],
	['too few machines', (it) => { it.machines = it.machines.slice(0, 5); it.routes = []; }, 'at least 8'],
	['a name', (it) => { it.name = 'Vast_1'; }, 'Small letters'],
	['another map', (it) => { it.plan_version = 2; }, 'version 1'],
	['bgp', (it) => { it.vip_mode = 'bgp'; }, 'not carried out yet'],
	['a shape', (it) => { it.machine_type = 'n2-standard-16'; }, 'z3'],
	['an address twice', (it) => { it.machines[1].address = it.machines[0].address; }, 'given twice'],
	['no zone', (it) => { it.management.zone = ''; }, 'names no zone'],
	['a zone of another region', (it) => { it.machines[0].zone = 'us-east1-b'; }, 'not of the region'],
	['a domain', (it) => { it.machines[0].domain = 9; }, 'availability domain'],
	['a route elsewhere', (it) => { it.routes[0].destination = '10.21.0.0/30'; }, 'not of vip_ranges'],
	['a wider route', (it) => { it.routes[0].destination = '10.20.0.0/25'; }, 'not of vip_ranges'],
	['a route to nobody', (it) => { it.routes[0].next_hop = '10.9.9.9'; }, 'rule G09'],
	['two routes', (it) => { it.routes[0].destination = it.routes[1].destination; }, 'rule G08'],
	['a priority', (it) => { it.routes[0].priority = 5; }, 'rule G08'],
	['no routes', (it) => { it.routes = []; }, 'Routes are for routed'],
	['routes in a subnet', (it) => { it.vip_mode = 'in-subnet'; }, 'Routes are for routed'],
	['a secondary range of routes', (it) => { it.subnetwork_range_name = 'vips'; }, 'rule G04'],
	['a secondary range without a name', (it) => { it.subnetwork_range_name = 'Vips'; }, 'name alone'],
	['a rule for everybody', (it) => { it.firewall_rules[0].sources = ['0.0.0.0/0']; }, 'for everybody'],
	['a rule without sources', (it) => { it.firewall_rules[0].sources = []; }, 'never without'],
	['packets', (it) => { it.mtu = 9000; }, '1300 to 8896'],
];

function refusalsJudge(pack) {
	for (const [what, change, told] of refusals) {
		const variables = JSON.parse(read(pack, 'terraform.tfvars.json'));

		change(variables);
		check(`refused: ${what}`, () => assert((planned(variables).refused || 'it is planned').includes(told), planned(variables).refused || 'it is planned'));
	}
}

/* Options that no plan knows. */
function optionsJudge(pack) {
	const variables = JSON.parse(read(pack, 'terraform.tfvars.json'));
	const left = planned({...variables, network_changes: false, spread_placement: false, secret: 'join', tier_1: true, labels: {team: 'a'}, goog_partner_solution: 'isol_x', goog_cm_deployment_name: 'd'});
	const routed = planned({...variables, router: {name: 'edge', asn: 64512}, reservation_usage: 'FOR_VPC'});

	check('options: nothing of the network', () => {
		for (const type of ['google_compute_route', 'google_compute_firewall', 'google_network_connectivity_internal_range', 'google_compute_router', 'google_compute_resource_policy'])
			assert.strictEqual(left[type], undefined, type);
		assert.strictEqual(left.google_project_iam_custom_role.length, 1);
	});
	check('options: a secret by its name', () => assert.strictEqual(left.google_secret_manager_secret_iam_member[0].secret_id, `projects/${variables.project_id}/secrets/join`));
	check('options: labels', () => assert.deepStrictEqual(left.google_compute_instance[0].labels, {team: 'a', deployment: 'd', 'goog-partner-solution': 'isol_x', apollo: variables.name, 'apollo-plan': '1'}));
	check('options: the paid tier', () => assert.strictEqual(left.google_compute_instance.find(({own}) => own === 'machine').network_performance_config[0].total_egress_bandwidth_tier, 'TIER_1'));
	check('options: a router', () => assert.deepStrictEqual(routed.google_compute_router[0].bgp[0].advertised_ip_ranges.map(({range}) => range), variables.vip_ranges));
}

async function main() {
	const files = [];

	for (const name of sources) files.push(await parse(name, read(gcp, name)));
	for (const file of files)
		for (const [type, named] of Object.entries(file.resource || {})) {
			check(type, () => assert(resources.get(type), 'the provider has no such resource'));
			for (const [name, [block]] of Object.entries(named)) if (resources.get(type)) blockJudge(`${type} ${name}`, block, resources.get(type));
		}
	check('the schema', () => assert(resources.size > 500, `it has only ${resources.size} resources`));
	if (terraform.status === 0) {
		fs.writeFileSync(path.join(free, 'main.tf'), rewrite(files));
		const formatted = run('fmt', '-check', '-diff', path.resolve(gcp));

		check('terraform fmt', () => assert.strictEqual(formatted.status, 0, formatted.stdout));
		check('terraform init', () => assert.strictEqual(run('init', '-backend=false', '-no-color').status, 0));
		const validated = run('validate', '-no-color');

		check('terraform validate', () => assert.strictEqual(validated.status, 0, validated.stderr));
		for (const pack of packs) packJudge(pack);
		growthJudge('small', 'grown');
		refusalsJudge(packs[0]);
		optionsJudge(packs[0]);
		/* As the marketplace plans it: its values, and project_id. */
		const tested = await parse('marketplace_test.tfvars', read(gcp, 'marketplace_test.tfvars'));
		check('the marketplace\'s plan', () => assert.strictEqual(planned({...tested, project_id: 'empty'}).refused, undefined));
	}
	for (const fault of faults) console.error(fault);
	console.log(`${checks} checks, ${faults.length} faults${terraform.status === 0 ? '' : '; terraform is not installed: nothing was planned'}`);
	process.exit(faults.length ? 1 : 0);
}

main();
