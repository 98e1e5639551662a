/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the rules of an Azure package, one a line: its function, id, severity, what must be so, and where that is from.
 *
 * Those of the marketplace's test toolkit (arm-ttk, of 2026-02-13) have the toolkit's names, and block or warn as it says for a package of
 * the marketplace.  "apollo" as the source: what Azure would refuse when it is deployed, or what is promised of this package.
 */
#ifndef ARM_RULES_H
#define ARM_RULES_H

#include "package/check.h"

#define TTK "arm-ttk"
#define PLAN_PAGE "Azure Marketplace: plans of managed applications"
#define LIMITS_PAGE "Azure Resource Manager: template limits"

#define ARM_RULES(X) \
	/* rules_package.c: the package and its files */ \
	X(rule_files_at_root, "Package-Files-At-The-Root", BLOCKING, "mainTemplate.json and createUiDefinition.json are at the root, so written", PLAN_PAGE) \
	X(rule_package_size, "Package-Size", BLOCKING, "no file, and not all of them together, are over 1 GB", PLAN_PAGE) \
	X(rule_package_secrets, "Package-Has-No-Secrets", BLOCKING, "no file is a key or holds one", "apollo") \
	X(rule_package_strays, "Package-Has-No-Strays", WARNING, "no file is what an editor or a system leaves behind", "apollo") \
	X(rule_json_valid, "JSONFiles-Should-Be-Valid", BLOCKING, "files that end in .json are JSON", TTK) \
	X(rule_view, "ViewDefinition-Is-Correct", BLOCKING, "viewDefinition.json has its schema, a version, and views of known kinds", "view definition schema 0.0.1-preview") \
	X(rule_file_content_version, "DeploymentParameters-Should-Have-ContentVersion", BLOCKING, "a parameter file has a contentVersion of four numbers", TTK) \
	X(rule_file_parameters, "DeploymentParameters-Should-Have-Parameters", BLOCKING, "a parameter file has parameters", TTK) \
	X(rule_file_schema, "DeploymentParameters-Should-Have-Schema", BLOCKING, "a parameter file has its schema", TTK) \
	X(rule_file_value, "DeploymentParameters-Should-Have-Value", BLOCKING, "each parameter of a parameter file has a value or a reference", TTK) \
	/* rules_expression.c: expressions and the names in them */ \
	X(rule_expressions_parse, "Expressions-Must-Parse", BLOCKING, "every expression can be read", "apollo") \
	X(rule_functions_known, "Functions-Must-Be-Known", BLOCKING, "every function is one, and has as many arguments as it takes", "Azure: template functions, createUiDefinition functions") \
	X(rule_parameters_declared, "Parameters-Must-Be-Declared", BLOCKING, "every parameter that is used is declared", "apollo") \
	X(rule_variables_declared, "Variables-Must-Be-Declared", BLOCKING, "every variable that is used is declared", "apollo") \
	X(rule_parameters_referenced, "Parameters-Must-Be-Referenced", WARNING, "every parameter is used", TTK) \
	X(rule_variables_referenced, "Variables-Must-Be-Referenced", WARNING, "every variable is used", TTK) \
	X(rule_copies_exist, "Copy-Names-Must-Exist", BLOCKING, "copyIndex is of a copy that it is in", "apollo") \
	X(rule_dynamic_variables, "Dynamic-Variable-References-Should-Not-Use-Concat", WARNING, "no variable's name is put together", TTK) \
	X(rule_resource_id_segments, "ResourceId-Segments-Must-Match", BLOCKING, "a resourceId has as many names as its type has parts", "apollo") \
	X(rule_resource_ids_contain, "ResourceIds-should-not-contain", WARNING, "a resourceId does not begin with what it knows itself", TTK) \
	X(rule_ambiguous, "Resources-Should-Not-Be-Ambiguous", BLOCKING, "a resourceId without a resource group is of a type that the template makes", TTK) \
	X(rule_ids_derived, "IDs-Should-Be-Derived-From-ResourceIDs", WARNING, "ids of resources come from resourceId and its kin", TTK) \
	X(rule_uris, "URIs-Should-Be-Properly-Constructed", WARNING, "addresses are made by uri", TTK) \
	X(rule_providers_versions, "providers_apiVersions-Is-Not-Permitted", WARNING, "no API version is looked up", TTK) \
	X(rule_reference_versions, "apiVersions-Should-Be-Recent-In-Reference-Functions", WARNING, "API versions in references are under 730 days old, or the newest", TTK) \
	X(rule_outputs_secrets, "Outputs-Must-Not-Contain-Secrets", BLOCKING, "no output holds a secret, or is called one", TTK) \
	X(rule_nested_secrets, "Secure-Params-In-Nested-Deployments", BLOCKING, "no secret is used in a nested template of the outer scope", TTK) \
	X(rule_command_secrets, "CommandToExecute-Must-Use-ProtectedSettings-For-Secrets", BLOCKING, "no command with a secret is in open settings", TTK) \
	/* rules_template.c: parameters, and the template as a whole */ \
	X(rule_template_schema, "DeploymentTemplate-Schema-Is-Correct", WARNING, "a template has a known schema", TTK) \
	X(rule_template_limits, "Template-Within-Limits", BLOCKING, "a template is within Azure's limits", LIMITS_PAGE) \
	X(rule_template_blanks, "Template-Should-Not-Contain-Blanks", WARNING, "nothing is empty", TTK) \
	X(rule_hardcoded_uri, "DeploymentTemplate-Must-Not-Contain-Hardcoded-Uri", BLOCKING, "no host of Azure's is written out", TTK) \
	X(rule_min_max, "Min-And-Max-Value-Are-Numbers", BLOCKING, "minValue and maxValue are whole numbers, and both there", TTK) \
	X(rule_password_parameters, "Password-params-must-be-secure", BLOCKING, "parameters that are called secrets are secure", TTK) \
	X(rule_secure_defaults, "Secure-String-Parameters-Cannot-Have-Default", BLOCKING, "a secure parameter has no default", TTK) \
	X(rule_parameter_types, "Parameter-Types-Should-Be-Consistent", BLOCKING, "a nested template's parameter has the type of the one that it is given", TTK) \
	X(rule_artifacts, "artifacts-parameter", BLOCKING, "_artifactsLocation and its token are declared as the marketplace wants", TTK) \
	X(rule_location_parameter, "Location-Should-Not-Be-Hardcoded", BLOCKING, "locations come from the location parameter", TTK) \
	X(rule_attribution, "Customer-Usage-Attribution", WARNING, "a nested deployment is called pid-<GUID>-partnercenter", PLAN_PAGE) \
	/* rules_resource.c: resources */ \
	X(rule_resource_location, "Resources-Should-Have-Location", BLOCKING, "resources of a region have a location", TTK) \
	X(rule_api_versions, "apiVersions-Should-Be-Recent", WARNING, "API versions are under 730 days old, or the newest, and no previews", TTK) \
	X(rule_api_versions_ahead, "apiVersions-Must-Not-Be-Ahead", BLOCKING, "no API version is younger than the day", "apollo") \
	X(rule_depends_exist, "DependsOn-Must-Exist", BLOCKING, "what a resource depends on is in the template", "apollo") \
	X(rule_depends_circular, "DependsOn-Must-Not-Be-Circular", BLOCKING, "no resource depends on itself in the end", "apollo") \
	X(rule_depends_practices, "DependsOn-Best-Practices", WARNING, "dependencies do not begin with if or concat", TTK) \
	X(rule_vm_size, "VM-Size-Should-Be-A-Parameter", BLOCKING, "a machine's size is a parameter", TTK) \
	X(rule_vm_preview, "Virtual-Machines-Should-Not-Be-Preview", BLOCKING, "no image is a preview", TTK) \
	X(rule_vm_latest, "VM-Images-Should-Use-Latest-Version", WARNING, "images that are written out are of the latest version", TTK) \
	X(rule_admin_password, "adminPassword-Should-Not-Be-A-Literal", BLOCKING, "no administrator's password is written out", TTK) \
	X(rule_admin_username, "adminUsername-Should-Not-Be-A-Literal", BLOCKING, "no administrator's name is written out", TTK) \
	X(rule_debug, "Deployment-Resources-Must-Not-Be-Debug", BLOCKING, "no nested deployment keeps what was said", TTK) \
	X(rule_identity_extension, "ManagedIdentityExtension-must-not-be-used", WARNING, "the extension for managed identities is not used", TTK) \
	X(rule_public_addresses, "No-Public-Addresses", BLOCKING, "nothing has a public address", "apollo") \
	/* rules_form.c: the form, and the form against the template */ \
	X(rule_form_schema, "CreateUIDefinition-Should-Have-Schema", BLOCKING, "the form has its schema and version", TTK) \
	X(rule_form_handler, "Handler-Must-Be-Correct", BLOCKING, "the form has a known handler", TTK) \
	X(rule_form_blanks, "CreateUIDefinition-Must-Not-Have-Blanks", WARNING, "nothing in the form is empty", TTK) \
	X(rule_form_controls, "Controls-In-Outputs-Must-Exist", BLOCKING, "controls that are used are there", TTK) \
	X(rule_form_outputs, "Outputs-Must-Be-Present-In-Template-Parameters", BLOCKING, "every output is a parameter of the template", TTK) \
	X(rule_form_parameters, "Parameters-Without-Default-Must-Exist-In-CreateUIDefinition", BLOCKING, "every parameter without a default is an output", TTK) \
	X(rule_form_types, "Outputs-Must-Fit-Parameter-Types", BLOCKING, "an output is of its parameter's type", "apollo") \
	X(rule_form_location, "Location-Should-Be-In-Outputs", BLOCKING, "outputs have location, which is [location()]", TTK) \
	X(rule_form_existing, "HideExisting-Must-Be-Correctly-Handled", BLOCKING, "where something existing can be chosen, its group and newOrExisting are outputs", TTK) \
	X(rule_form_allowed, "Allowed-Values-Should-Actually-Be-Allowed", BLOCKING, "what can be chosen is allowed by the template", TTK) \
	X(rule_form_sizes, "VMSizes-Must-Match-Template", BLOCKING, "sizes are outputs, and the template's default can be chosen", TTK) \
	X(rule_form_passwords, "Password-Textboxes-Must-Be-Used-For-Password-Parameters", BLOCKING, "passwords become secure parameters", TTK) \
	X(rule_form_password_length, "PasswordBoxes-Must-Have-Min-Length", BLOCKING, "a password has at least 12 characters", TTK) \
	X(rule_form_confirmation, "Credential-Confirmation-Should-Not-Be-Hidden", BLOCKING, "passwords are typed twice", TTK) \
	X(rule_form_textboxes, "Textboxes-Are-Well-Formed", BLOCKING, "text boxes have a regular expression and a message", TTK) \
	X(rule_form_lengths, "Textboxes-Should-Have-A-Length", WARNING, "a text box's regular expression has a length, such as {1,80}", TTK) \
	X(rule_form_tooltips, "Tooltips-Should-Be-Present", BLOCKING, "controls have a tool tip", TTK) \
	X(rule_form_usernames, "Usernames-Should-Not-Have-A-Default", BLOCKING, "a user's name has no default", TTK) \
	X(rule_form_messages, "Validations-Must-Have-Message", BLOCKING, "validations have a message", TTK)

#define ARM_DECLARE(FUNCTION, ID, SEVERITY, TITLE, SOURCE) \
	void FUNCTION(const struct package_rule *rule, struct package_check *check, const void *model);
ARM_RULES(ARM_DECLARE)

/* An API version at a place, judged by the day (rules_resource.c). */
struct model;
struct document;
void version_judge(const struct package_rule *rule, struct package_check *check, const struct model *model, const struct document *document,
		   size_t node, const char *type, const char *version);

#endif
