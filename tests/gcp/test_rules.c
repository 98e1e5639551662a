/* SPDX-License-Identifier: Apache-2.0 */
/* Each rule of a package for Google Cloud against the package that apollo brings with one fault in it. */
#include "gcp/check.h"
#include "tests/package/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAIN "main.tf"
#define VARIABLES "variables.tf"
#define VERSIONS "versions.tf"
#define OUTPUTS "outputs.tf"
#define TEST "marketplace_test.tfvars"
#define METADATA "metadata.yaml"
#define DISPLAY "metadata.display.yaml"

static const struct fault faults[] = {
	{"Package-Files-At-The-Root", MAIN, "Main.tf", NULL, "there is Main.tf"},
	{"Package-Files-At-The-Root", TEST, "test.tfvars", NULL, "marketplace_test.tfvars is not there"},
	{"Package-Files-At-The-Root", TEST, "examples/other/marketplace_test.tfvars", NULL, "there is examples/other"},
	{"Console-Files-Present", DISPLAY, "display.yaml", NULL, "metadata.display.yaml is not there"},
	{"Package-Has-No-Secrets", "terraform.tfstate", NULL, "{}", "terraform.tfstate"},
	{"Package-Has-No-Secrets", MAIN, "# A storage", "# -----BEGIN PRIVATE KEY-----", "PRIVATE KEY"},
	{"Package-Has-No-Strays", ".terraform.lock.hcl", NULL, "x", ".terraform.lock.hcl"},
	{"Terraform-Files-Should-Be-Valid", MAIN, "provider \"google\" {", "provider \"google\" {{", MAIN},
	{"Terraform-Files-Should-Be-Valid", TEST, "\"vast1\"", "\"vast1", "line 3"},
	{"Metadata-Files-Should-Be-Valid", METADATA, "spec:", "spec: [", METADATA},
	{"Metadata-Files-Should-Be-Valid", DISPLAY, "    title: Storage cluster", "    title: *alias", "an alias"},
	{"Test-Values-Fit-Variables", TEST, "network      = \"prod\"\n", "", "variable \"network\""},
	{"Test-Values-Fit-Variables", TEST, "\"prod\"", "\"prod\"\nnetworks = 1", "no variable networks"},
	{"Test-Values-Fit-Variables", TEST, "\"prod\"", "var.subnet", "the value of network"},
	{"Test-Values-Fit-Variables", TEST, "\"prod\"", "\"a${1}\"", "the value of network"},
	{"Test-Values-Fit-Variables", TEST, "# What", "a {\n}\n# What", "a block"},

	{"Provider-In-Main", MAIN, "provider \"google\"", "provider \"google-beta\"", "there is no provider"},
	{"Provider-In-Main", MAIN, "project = var.project_id\n  region", "project = \"mine\"\n  region", "is not var.project_id"},
	{"Provider-In-Main", MAIN, "project = var.project_id\n  region", "project = var.region\n  region", "is not var.project_id"},
	{"Provider-In-Main", MAIN, "  region  = var.region\n}", "  alias = \"a\"\n}", "has an alias"},
	{"Provider-Has-No-Default-Labels", MAIN, "  region  = var.region\n}", "  default_labels = local.labels\n}", "default_labels"},
	{"Provider-Is-Labelled", MAIN, "locals {", "provider \"google-beta\" {\n}\nlocals {", "google-beta"},
	{"Provider-Is-Labelled", MAIN, "locals {", "provider \"google\" {\n  alias = \"b\"\n}\nlocals {", "\"google\""},
	{"Providers-Are-Allowed", VERSIONS, "    google = {", "    aws = {\n      version = \">= 5, < 6\"\n    }\n    google = {", "aws"},
	{"Project-Is-A-Variable", VARIABLES, "variable \"project_id\"", "variable \"project\"", "no variable project_id"},
	{"Project-Is-A-Variable", VARIABLES, "made in.\"\n  type        = string", "made in.\"\n  type        = string\n  default = \"p\"", "project_id has a default"},
	{"Project-Is-A-Variable", VARIABLES, "made in.\"\n  type        = string", "made in.\"\n  type        = number", "another type"},
	{"Deployment-Name-Is-A-Variable", VARIABLES, "variable \"goog_cm_deployment_name\"", "variable \"goog_name\"", "no variable goog_cm"},
	{"Deployment-Name-Is-A-Variable", VARIABLES, "cluster's own name.\"\n  type        = string", "cluster's own name.\"\n  type        = bool", "another type"},
	{"Image-Variables-Are-Literal", VARIABLES, "default     = \"projects/example-publisher/global/images/storage-cluster\"", "default     = \"projects/${1}/global/images/a\"", "image variable image"},
	{"Image-Variables-Are-Literal", VARIABLES, "  default     = \"projects/example-publisher/global/images/storage-cluster\"\n", "", "image variable image"},
	{"Image-Variables-Are-Literal", VARIABLES, "description = \"The image of all machines.\"\n  type        = string", "type = any", "image variable image"},
	{"Image-Variables-Are-Literal", MAIN, "image  = var.image", "image  = local.mark", "is not just a variable"},
	{"Image-Variables-Are-Literal", MAIN, "image  = var.image", "image  = \"debian-cloud/debian-12\"", "is not just a variable"},
	{"Versions-Are-Bounded", VERSIONS, "\">= 1.5.7, < 2.0.0\"", "\">= 1.5.7\"", "no upper bound"},
	{"Versions-Are-Bounded", VERSIONS, "  required_version = \">= 1.5.7, < 2.0.0\"\n", "", "no required_version"},
	{"Versions-Are-Bounded", VERSIONS, "\">= 6.0.0, < 7.0.0\"", "\"< 7.0.0\"", "no lower bound"},
	{"Versions-Are-Bounded", VERSIONS, "\">= 6.0.0, < 7.0.0\"", "\"~> 4.84\"", "before 5.0"},
	{"Versions-Are-Bounded", VERSIONS, "\">= 6.0.0, < 7.0.0\"", "\"newest\"", "cannot be read"},
	{"Versions-Are-Bounded", VERSIONS, "    google = {", "    other = {", "google has no version"},
	{"Terraform-1.5.7-Is-Allowed", VERSIONS, "\">= 1.5.7, < 2.0.0\"", "\">= 1.6, < 2.0.0\"", "1.6"},
	{"Terraform-1.5.7-Is-Allowed", VERSIONS, "\">= 1.5.7, < 2.0.0\"", "\"~> 1.4.0\"", "1.4"},
	{"Terraform-1.5.7-Is-Allowed", VERSIONS, "\">= 1.5.7, < 2.0.0\"", "\"1.5.6\"", "1.5.6"},
	{"Terraform-1.5.7-Can-Read-It", MAIN, "locals {", "removed {\n}\nlocals {", "removed"},
	{"Terraform-1.5.7-Can-Read-It", MAIN, "locals {", "import {\n  for_each = {}\n}\nlocals {", "for_each"},
	{"Terraform-1.5.7-Can-Read-It", MAIN, "  labels              = local.labels\n", "  labels              = provider::google::region_from_id(local.mark)\n", "a provider's"},
	{"Terraform-1.5.7-Can-Read-It", MAIN, "  labels              = local.labels\n", "  labels              = templatestring(local.mark, {})\n", "newer"},
	{"Terraform-1.5.7-Can-Read-It", MAIN, "  labels              = local.labels\n", "  password_wo         = local.mark\n", "password_wo"},
	{"Terraform-1.5.7-Can-Read-It", VARIABLES, "contains([\"GVNIC\", \"IDPF\"], var.nic_type)", "contains([\"GVNIC\", \"IDPF\"], var.vip_mode)", "nic_type"},
	{"No-Backend", VERSIONS, "  provider_meta", "  backend \"gcs\" {\n  }\n  provider_meta", "a backend"},
	{"No-Backend", VERSIONS, "  provider_meta", "  cloud {\n  }\n  provider_meta", "a cloud"},
	{"No-Provisioners", MAIN, "  boot_disk {", "  provisioner \"local-exec\" {\n  }\n  boot_disk {", "local-exec"},
	{"Plan-In-An-Empty-Project", MAIN, "locals {", "data \"google_compute_network\" \"n\" {\n  name = var.network\n}\nlocals {", "google_compute_network"},
	{"Plan-In-An-Empty-Project", MAIN, "locals {", "data \"google_compute_network\" \"n\" {\n  count = 1\n}\nlocals {", "google_compute_network"},
	{"Modules-Are-In-The-Package", MAIN, "locals {", "module \"m\" {\n  source = \"terraform-google-modules/network/google\"\n}\nlocals {", "terraform-google-modules"},
	{"Names-Must-Be-Declared", MAIN, "networks/${var.network}\"", "networks/${var.networks}\"", "var.networks"},
	{"Names-Must-Be-Declared", MAIN, "description = local.mark", "description = local.marks", "local.marks"},
	{"Names-Must-Be-Declared", MAIN, "google_compute_address.machine[each.key]", "google_compute_address.machines[each.key]", "google_compute_address.machines"},
	{"Names-Must-Be-Declared", MAIN, "description = local.mark", "description = data.google_project.p.number", "data.google_project.p"},
	{"Names-Must-Be-Declared", MAIN, "\"${var.name}-spread-", "\"${var.names}-spread-", "var.names"},
	{"Names-Should-Be-Used", MAIN, "locals {", "locals {\n  idle = 1", "nothing uses idle"},
	{"Names-Should-Be-Used", MAIN, "nic_type   = var.nic_type", "nic_type   = \"GVNIC\"", "nothing uses nic_type"},
	{"Variables-Are-Typed-And-Described", VARIABLES, "description = \"The kind of network card: GVNIC, or IDPF for bare metal.\"\n  type        = string", "type        = string", "nic_type"},
	{"Variables-Are-Typed-And-Described", VARIABLES, "for bare metal.\"\n  type        = string", "for bare metal.\"", "nic_type has no type"},
	{"Variables-Are-Typed-And-Described", OUTPUTS, "  description = \"Who the machines are.\"\n", "", "service_account"},
	{"Secrets-Have-No-Default", VARIABLES, "default     = \"GVNIC\"", "default     = \"GVNIC\"\n  sensitive   = true", "nic_type"},
	{"Secrets-Have-No-Default", VARIABLES, "variable \"nic_type\"", "variable \"admin_password\"", "admin_password"},
	{"Secrets-Are-No-Inputs", VARIABLES, "variable \"secret\"", "variable \"access_token\"", "access_token"},
	{"No-Public-Addresses", MAIN, "    nic_type   = \"GVNIC\"\n", "    access_config {\n    }\n", "access_config"},
	{"No-Public-Addresses", MAIN, "dynamic \"alias_ip_range\"", "dynamic \"access_config\"", "access_config"},
	{"No-Public-Addresses", MAIN, "address_type = \"INTERNAL\"", "address_type = \"EXTERNAL\"", "google_compute_address"},
	{"No-Public-Addresses", MAIN, "  address_type = \"INTERNAL\"\n", "", "google_compute_address"},
	{"No-Public-Addresses", MAIN, "\"google_compute_address\" \"machine\"", "\"google_compute_global_address\" \"machine\"", "google_compute_global_address"},
	{"No-Firewall-For-Everybody", MAIN, "destination_ranges      = each.value.destinations", "source_ranges = [\"0.0.0.0/0\"]", "everybody"},
	{"No-Basic-Roles", MAIN, "\"roles/secretmanager.secretAccessor\"", "\"roles/editor\"", "roles/editor"},

	{"Metadata-Head", METADATA, "v1alpha1", "v1", "apiVersion"},
	{"Metadata-Head", DISPLAY, "kind: BlueprintMetadata", "kind: Blueprint", "kind"},
	{"Metadata-Head", METADATA, "  name: apollo-storage-cluster\n", "", "no name"},
	{"Metadata-Head", METADATA, "    title: Storage cluster\n", "", "no title"},
	{"Metadata-Keys-Are-Known", METADATA, "    title: Storage cluster\n", "    title: Storage cluster\n    titel: x\n", "titel"},
	{"Metadata-Keys-Are-Known", METADATA, "      varType: \"number\"", "      varTyp: \"number\"", "varTyp"},
	{"Metadata-Keys-Are-Known", DISPLAY, "          tooltip: ", "          toolTip: ", "toolTip"},
	{"Metadata-Keys-Are-Known", DISPLAY, "            value: GVNIC", "            val: GVNIC", "val"},
	{"Metadata-Variables-Are-The-Modules", METADATA, "- name: subnet\n", "- name: subnets\n", "subnets"},
	{"Metadata-Variables-Are-The-Modules", METADATA, "- name: subnet\n", "- name: subnets\n", "does not have subnet"},
	{"Metadata-Variables-Are-The-Modules", METADATA, "- name: subnet\n", "- name: network\n", "twice"},
	{"Metadata-Types-Fit", METADATA, "list(object({name = string, address = string}))", "list(object({name = string, address = number}))", "reserved"},
	{"Metadata-Types-Fit", METADATA, "varType: \"list(string)\"", "varType: \"list(string\"", "vip_ranges"},
	{"Metadata-Types-Fit", METADATA, "      varType: \"map(string)\"\n", "", "labels"},
	{"Metadata-Required-Fits", METADATA, "      required: true\n", "", "project_id"},
	{"Metadata-Required-Fits", METADATA, "      defaultValue: 8\n", "      defaultValue: 8\n      required: true\n", "availability_domains"},
	{"Metadata-Defaults-Fit", METADATA, "defaultValue: 8", "defaultValue: 4", "availability_domains"},
	{"Metadata-Defaults-Fit", METADATA, "defaultValue: 8", "defaultValue: \"8\"", "availability_domains"},
	{"Metadata-Defaults-Fit", METADATA, "      defaultValue: \"GVNIC\"\n", "", "nic_type"},
	{"Metadata-Defaults-Fit", METADATA, "      defaultValue: []\n", "      defaultValue: [1]\n", "reserved"},
	{"Metadata-Defaults-Fit", METADATA, "      defaultValue: {}\n", "      defaultValue: {a: b}\n", "labels"},
	{"Metadata-Defaults-Fit", METADATA, "images/storage-cluster\"", "images/other\"", "image"},
	{"Metadata-Outputs-Are-The-Modules", METADATA, "- name: service_account", "- name: account", "no output account"},
	{"Metadata-Outputs-Are-The-Modules", OUTPUTS, "output \"service_account\"", "output \"account\"", "does not have account"},
	{"Metadata-Versions-Fit", METADATA, "version: \">= 1.5.7, < 2.0.0\"", "version: \">= 1.5.7\"", "actuationTool"},
	{"Metadata-Versions-Fit", METADATA, "version: \">= 6.0.0, < 7.0.0\"", "version: \">= 6.1.0, < 7.0.0\"", "hashicorp/google"},
	{"Display-Variables-Are-The-Modules", DISPLAY, "        subnet:\n          name: subnet\n", "        subnet:\n          name: subnets\n", "the name of subnet"},
	{"Display-Variables-Are-The-Modules", DISPLAY, "        subnet:\n          name: subnet\n", "        subnets:\n          name: subnets\n", "no variable subnets"},
	{"Display-Variables-Are-The-Modules", DISPLAY, "        subnet:\n          name: subnet\n", "        subnets:\n          name: subnets\n", "does not have subnet"},
	{"Display-Variables-Are-The-Modules", DISPLAY, "          title: \"Network\"\n", "", "network has no title"},
	{"Display-Sections-Exist", DISPLAY, "section: plan", "section: plans", "plans"},
	{"Display-Choices-Have-The-Default", DISPLAY, "value: GVNIC", "value: VIRTIO_NET", "\"GVNIC\""},
};

static const char *const elsewhere[] = {"Inputs-Fit", "Inputs-Fit-Older-Pages", NULL};
static const struct fault_table table = {&gcp_package, faults, sizeof(faults) / sizeof(*faults), elsewhere};

static void gcp_is_clean(void)
{
	shipped_is_clean(&gcp_package);
}

static void gcp_faults(void)
{
	faults_are_found(&table);
}

static void gcp_rules(void)
{
	rules_have_faults(&table);
}

static void gcp_sorted(void)
{
	findings_are_sorted(&table);
}

/* ---- what does not fit into a table ---- */

static void module_check(const char *text, struct scope *scope, struct package_check *check)
{
	struct archive_file file = {"main.tf", text, strlen(text)};
	struct package package = {.path = "p", .files = &file, .count = 1};

	CU_ASSERT(gcp_package.is(&package));
	check_make(&gcp_package, check, scope, &package);
}

static void inputs_are_counted(void)
{
	static const struct {
		int variables;
		size_t blocking, warnings;
	} cases[] = {{50, 0, 0}, {51, 0, 1}, {150, 0, 1}, {151, 1, 1}, {3000, 1, 1}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		BUFFER_CLEANUP struct buffer text = buffer_init(1 << 20);
		struct package_check check;

		for (int j = 0; j < cases[i].variables; j++)
			(void)buffer_print(&text, "variable \"v%d\" {\n}\n", j);
		module_check(buffer_string(&text), &scope, &check);
		CU_ASSERT(count_of(&check, "Inputs-Fit") == cases[i].blocking);
		CU_ASSERT(count_of(&check, "Inputs-Fit-Older-Pages") == cases[i].warnings);
	}
}

/* A data source that a variable turns off is none in the marketplace's plan. */
static void lookups_can_be_turned_off(void)
{
	static const char *const texts[] = {"data \"a\" \"b\" {\n  count = var.look ? 1 : 0\n}\n", "data \"a\" \"b\" {\n  for_each = toset(var.names)\n}\n",
					    "data \"a\" \"b\" {\n  count = local.look ? 1 : 0\n}\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		struct package_check check;

		module_check(texts[i], &scope, &check);
		CU_ASSERT(count_of(&check, "Plan-In-An-Empty-Project") == (i == 2));
	}
}

/* What uses itself alone is not used. */
static void uses_are_elsewhere(void)
{
	static const struct {
		const char *text;
		size_t unused;
	} cases[] = {
		{"variable \"a\" {\n  validation {\n    condition = var.a > 1\n  }\n}\n", 1},
		{"variable \"a\" {\n}\noutput \"o\" {\n  value = \"x-${upper(\"${var.a}\")}\"\n}\n", 0},
		{"variable \"a\" {\n}\noutput \"o\" {\n  value = x.var.a\n}\n", 1},
		{"locals {\n  a = 1\n  b = local.a\n}\n", 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		struct package_check check;

		module_check(cases[i].text, &scope, &check);
		CU_ASSERT(count_of(&check, "Names-Should-Be-Used") == cases[i].unused);
	}
}

/* Versions as people write them. */
static void versions_are_read(void)
{
	static const struct {
		const char *text;
		size_t bounded, takes; /* findings */
	} cases[] = {
		{"1.5.7", 0, 0}, {"= 1.5.7", 0, 0}, {"~> 1.5", 0, 0}, {"~> 1.5.0", 0, 0}, {"~> 1.4", 0, 0}, {"~> 1.6", 0, 1}, {"~>1.5.8", 0, 1},
		{">=1.3,<1.6", 0, 0}, {"> 1.5.7, < 2", 0, 1}, {">= 1.3, <= 1.5.7", 0, 0}, {">= 1.3, < 1.5.7", 0, 1}, {">= 1.3, < 2, != 1.5.7", 0, 1},
		{">= 1.3", 1, 0}, {"< 2", 1, 0}, {"", 1, 0}, {"1.x", 1, 0}, {">>>1", 1, 0}, {"1.2.3.4", 1, 0}, {"99999999999999999999999", 1, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		struct package_check check;
		char text[200];

		(void)snprintf(text, sizeof(text), "terraform {\n required_version = \"%s\"\n required_providers {\n google = {\n version = \"~> 6.1\"\n }\n }\n}\n", cases[i].text);
		module_check(text, &scope, &check);
		if (count_of(&check, "Versions-Are-Bounded") != cases[i].bounded || count_of(&check, "Terraform-1.5.7-Is-Allowed") != cases[i].takes)
			(void)printf("\n    %s: %zu, %zu\n", cases[i].text, count_of(&check, "Versions-Are-Bounded"), count_of(&check, "Terraform-1.5.7-Is-Allowed"));
		CU_ASSERT(count_of(&check, "Versions-Are-Bounded") == cases[i].bounded);
		CU_ASSERT(count_of(&check, "Terraform-1.5.7-Is-Allowed") == cases[i].takes);
	}
}

/* Blocks where attributes are wanted, and the other way round. */
static void strange_files_are_survived(void)
{
	static const char *const texts[] = {
		"variable \"a\" {\n  type {\n  }\n  default {\n  }\n  sensitive {\n  }\n}\nvariable = 1\nvariable {\n}\n",
		"terraform = 1\nterraform {\n  required_providers = 1\n  required_version {\n  }\n}\n",
		"terraform {\n  required_providers {\n    google {\n    }\n    a = 1\n  }\n}\n",
		"data = 1\ndata {\n  count {\n  }\n}\nresource {\n}\nresource \"google_compute_address\" {\n  address_type {\n  }\n}\nmodule {\n  source {\n  }\n}\n",
		"provider {\n}\nprovider \"google\" {\n  project {\n  }\n}\nlocals = 1\nlocals {\n  a {\n    image {\n    }\n  }\n}\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		PACKAGE_CLEANUP struct package shipped = {0};
		struct package_check check;
		struct fault fault = {"", "zzz.tf", NULL, texts[i], ""};

		module_check(texts[i], &scope, &check);
		CU_ASSERT(check.blocking > 0);
		shipped_read(&gcp_package, &shipped);
		fault_make(&shipped, &fault);
		check_make(&gcp_package, &check, &scope, &shipped);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"the package that apollo brings is clean", gcp_is_clean},
		{"each fault is found, by its rule and at its place", gcp_faults},
		{"each rule has a fault", gcp_rules},
		{"inputs", inputs_are_counted},
		{"what is looked up", lookups_can_be_turned_off},
		{"what is used", uses_are_elsewhere},
		{"versions", versions_are_read},
		{"files that are something else", strange_files_are_survived},
		{"everything at once, sorted", gcp_sorted},
	};

	return UNIT_RUN("gcp rules", tests);
}
