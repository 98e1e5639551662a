/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the rules of a package for Google Cloud, one a line: its function, id, severity, what must be so, and where that is from.
 *
 * "apollo" as the source: what Terraform or Google Cloud would refuse when it is planned, or what is promised of this package.
 */
#ifndef GCP_RULES_H
#define GCP_RULES_H

#include "package/check.h"

#define TF_PAGE "Google Cloud Marketplace: configure your Terraform deployment"
#define PUBLISH_TOOL "marketplace-tools: mpdev/internal/tf/overwrite.go"
#define BLUEPRINT "cloud-foundation-toolkit: cli/bpmetadata/schema"
#define MANAGER_PAGE "Infrastructure Manager: Terraform, quotas"

#define GCP_RULES(X) \
	/* rules_files.c: the package and its files */ \
	X(rule_files, "Package-Files-At-The-Root", BLOCKING, "main.tf is at the root, and so is marketplace_test.tfvars or examples/marketplace_test/", TF_PAGE) \
	X(rule_console_files, "Console-Files-Present", WARNING, "metadata.yaml and metadata.display.yaml are there: without them only the command line deploys it", TF_PAGE) \
	X(rule_secrets, "Package-Has-No-Secrets", BLOCKING, "no file is a key or holds one", "apollo") \
	X(rule_strays, "Package-Has-No-Strays", WARNING, "no file is what an editor or a system leaves behind", "apollo") \
	X(rule_hcl_valid, "Terraform-Files-Should-Be-Valid", BLOCKING, "files of Terraform's can be read", "HCL 2: syntax") \
	X(rule_yaml_valid, "Metadata-Files-Should-Be-Valid", BLOCKING, "metadata files can be read: YAML without aliases", BLUEPRINT) \
	X(rule_test_values, "Test-Values-Fit-Variables", BLOCKING, "marketplace_test.tfvars has every variable without a default but project_id, and no other names, as plain values", TF_PAGE) \
	/* rules_terraform.c: the module */ \
	X(rule_provider, "Provider-In-Main", BLOCKING, "main.tf has a provider \"google\" with project = var.project_id", TF_PAGE) \
	X(rule_default_labels, "Provider-Has-No-Default-Labels", BLOCKING, "no provider has default_labels: with them the marketplace does not add its own", PUBLISH_TOOL) \
	X(rule_provider_others, "Provider-Is-Labelled", WARNING, "no resource is of another provider of Google's, which the marketplace does not label", PUBLISH_TOOL) \
	X(rule_providers_allowed, "Providers-Are-Allowed", WARNING, "providers are google, google-beta, random, time, tls or null", "not sure: a third party's list") \
	X(rule_project, "Project-Is-A-Variable", BLOCKING, "project_id is a string without a default", TF_PAGE) \
	X(rule_deployment_name, "Deployment-Name-Is-A-Variable", BLOCKING, "a package with metadata has goog_cm_deployment_name, a string", TF_PAGE) \
	X(rule_images, "Image-Variables-Are-Literal", BLOCKING, "an image is a variable of its own, a string whose default is a plain text", PUBLISH_TOOL) \
	X(rule_versions, "Versions-Are-Bounded", BLOCKING, "Terraform's and each provider's version have a lower and an upper bound, google at least 5.0", TF_PAGE) \
	X(rule_terraform_version, "Terraform-1.5.7-Is-Allowed", BLOCKING, "required_version takes 1.5.7, which Infrastructure Manager runs", MANAGER_PAGE) \
	X(rule_syntax, "Terraform-1.5.7-Can-Read-It", BLOCKING, "nothing is of a newer language than 1.5.7", MANAGER_PAGE) \
	X(rule_backend, "No-Backend", BLOCKING, "no file has a backend or a cloud block", MANAGER_PAGE) \
	X(rule_provisioners, "No-Provisioners", WARNING, "no resource has a provisioner", MANAGER_PAGE) \
	X(rule_data, "Plan-In-An-Empty-Project", BLOCKING, "nothing is looked up that must be there already, but where a variable can turn it off", TF_PAGE) \
	X(rule_modules, "Modules-Are-In-The-Package", WARNING, "no module is fetched from elsewhere", "apollo") \
	X(rule_inputs, "Inputs-Fit", BLOCKING, "there are no more than 150 variables", MANAGER_PAGE) \
	X(rule_inputs, "Inputs-Fit-Older-Pages", WARNING, "there are no more than 50 variables, which an older page says", MANAGER_PAGE) \
	X(rule_declared, "Names-Must-Be-Declared", BLOCKING, "variables, locals and resources that are used are there", "apollo") \
	X(rule_used, "Names-Should-Be-Used", WARNING, "variables and locals that are there are used", "apollo") \
	X(rule_described, "Variables-Are-Typed-And-Described", BLOCKING, "every variable has a type, and variables and outputs a description", BLUEPRINT) \
	X(rule_secret_defaults, "Secrets-Have-No-Default", BLOCKING, "nothing secret has a default", "apollo") \
	X(rule_secret_inputs, "Secrets-Are-No-Inputs", WARNING, "no variable is secret: name a secret of Secret Manager's", MANAGER_PAGE) \
	X(rule_public, "No-Public-Addresses", BLOCKING, "nothing gets a public address", "apollo") \
	X(rule_open, "No-Firewall-For-Everybody", BLOCKING, "no firewall rule is for all addresses", "apollo") \
	X(rule_basic_roles, "No-Basic-Roles", BLOCKING, "nobody becomes owner, editor or viewer", "apollo") \
	/* rules_metadata.c: what the console knows of it */ \
	X(rule_head, "Metadata-Head", BLOCKING, "metadata files have apiVersion, kind, a name and a title", BLUEPRINT) \
	X(rule_keys, "Metadata-Keys-Are-Known", BLOCKING, "metadata files have no keys that their schema does not", BLUEPRINT) \
	X(rule_metadata_variables, "Metadata-Variables-Are-The-Modules", BLOCKING, "metadata.yaml has the module's variables, all and no others", BLUEPRINT) \
	X(rule_metadata_types, "Metadata-Types-Fit", BLOCKING, "a variable's varType is its type", BLUEPRINT) \
	X(rule_metadata_required, "Metadata-Required-Fits", BLOCKING, "just the variables without a default are required", BLUEPRINT) \
	X(rule_metadata_defaults, "Metadata-Defaults-Fit", BLOCKING, "a variable's defaultValue is its default", BLUEPRINT) \
	X(rule_metadata_outputs, "Metadata-Outputs-Are-The-Modules", BLOCKING, "metadata.yaml has the module's outputs, all and no others", BLUEPRINT) \
	X(rule_metadata_versions, "Metadata-Versions-Fit", WARNING, "actuationTool and providerVersions are those of the module", BLUEPRINT) \
	X(rule_display_variables, "Display-Variables-Are-The-Modules", BLOCKING, "metadata.display.yaml has the module's variables, all and no others, each with its name and a title", BLUEPRINT) \
	X(rule_display_sections, "Display-Sections-Exist", BLOCKING, "a variable's section is one", BLUEPRINT) \
	X(rule_display_choices, "Display-Choices-Have-The-Default", BLOCKING, "a variable's default can be chosen", "apollo")

#define GCP_DECLARE(FUNCTION, ID, SEVERITY, TITLE, SOURCE) \
	void FUNCTION(const struct package_rule *rule, struct package_check *check, const void *model);
GCP_RULES(GCP_DECLARE)

#endif
