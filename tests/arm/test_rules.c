/* SPDX-License-Identifier: Apache-2.0 */
/* Each rule of an Azure package against the package that apollo brings with one fault in it. */
#include "arm/check.h"
#include "core/file.h"
#include "tests/package/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAIN "mainTemplate.json"
#define FORM "createUiDefinition.json"
#define VIEW "viewDefinition.json"
#define NESTED "{\"type\":\"Microsoft.Resources/deployments\",\"apiVersion\":\"2025-04-01\",\"name\":\"inner\",\"properties\":{\"mode\":\"Incremental\","
#define NESTED_TEMPLATE "\"template\":{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\","
#define PARAMETERS_FILE(MEMBERS) "{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\"," MEMBERS "}"

static const struct fault faults[] = {
	{"Package-Files-At-The-Root", MAIN, "MainTemplate.json", NULL, "there is MainTemplate.json"},
	{"Package-Files-At-The-Root", FORM, "ui/createUiDefinition.json", NULL, "createUiDefinition.json is not there"},
	{"Package-Has-No-Secrets", "deploy.pem", NULL, "x", "deploy.pem"},
	{"Package-Has-No-Secrets", "notes.txt", NULL, "-----BEGIN PRIVATE KEY-----", "PRIVATE KEY"},
	{"Package-Has-No-Secrets", MAIN, "no login with a password.", "https://a/b?sv=1&sig=abc", "&sig="},
	{"Package-Has-No-Strays", ".DS_Store", NULL, "x", ".DS_Store"},
	{"Package-Has-No-Strays", "__MACOSX/a", NULL, "x", "__MACOSX/a"},
	{"JSONFiles-Should-Be-Valid", VIEW, "\"views\": [", "\"views\": [,", VIEW},
	{"JSONFiles-Should-Be-Valid", "nested/other.json", NULL, "{", "nested/other.json"},
	{"ViewDefinition-Is-Correct", VIEW, "0.0.1-preview", "0.0.2-preview", "$schema"},
	{"ViewDefinition-Is-Correct", VIEW, "1.0.0.0", "1.0.0", "contentVersion"},
	{"ViewDefinition-Is-Correct", VIEW, "\"Overview\"", "\"Overwiew\"", "$.views[0]"},
	{"DeploymentParameters-Should-Have-ContentVersion", "a.parameters.json", NULL, PARAMETERS_FILE("\"contentVersion\":\"1\",\"parameters\":{}"), "a.parameters.json"},
	{"DeploymentParameters-Should-Have-Parameters", "a.parameters.json", NULL, PARAMETERS_FILE("\"contentVersion\":\"1.0.0.0\""), "a.parameters.json"},
	{"DeploymentParameters-Should-Have-Schema", "a.parameters.json", NULL, "{\"contentVersion\":\"1.0.0.0\",\"parameters\":{}}", "a.parameters.json"},
	{"DeploymentParameters-Should-Have-Value", "a.json", NULL, PARAMETERS_FILE("\"contentVersion\":\"1.0.0.0\",\"parameters\":{\"x\":{\"valeu\":1}}"), "$.parameters.x"},

	{"Expressions-Must-Parse", MAIN, "[format('{0}-nsg', parameters('clusterName'))]", "[format('{0}-nsg', parameters('clusterName')]", "$.variables.securityGroupName"},
	{"Expressions-Must-Parse", MAIN, "[variables('setName')]", "[variables('setName)]", "a text has no end"},
	{"Expressions-Must-Parse", MAIN, "{\"[resourceId(", "{\"[resourceId(,", "userAssignedIdentities"},
	{"Expressions-Must-Parse", FORM, "[equals(steps('network').virtualNetwork.newOrExisting, 'new')]", "[equals(steps('network').virtualNetwork.newOrExisting 'new')]", "visible"},
	{"Functions-Must-Be-Known", MAIN, "[format('{0}-set'", "[fromat('{0}-set'", "fromat"},
	{"Functions-Must-Be-Known", MAIN, "equals(parameters('vipMode'), 'routed')", "equals(parameters('vipMode'))", "equals has 1 arguments"},
	{"Functions-Must-Be-Known", MAIN, "[variables('routed')]", "[routed]", "routed is no value"},
	{"Functions-Must-Be-Known", FORM, "split(steps('network').clientRanges, ',')]\",\n\t\t\t\"dnsSuffix", "splitt(steps('network').clientRanges, ',')]\",\n\t\t\t\"dnsSuffix", "splitt"},
	{"Functions-Must-Be-Known", FORM, "(row) => row.length", "(row) => line.length", "line is no value"},
	{"Parameters-Must-Be-Declared", MAIN, "\"adminUsername\": \"[parameters('adminUsername')]\"", "\"adminUsername\": \"[parameters('adminUserName2')]\"", "adminUserName2"},
	{"Parameters-Must-Be-Declared", MAIN, "\"name\": \"[parameters('routeTableName')]\"", "\"name\": \"[parameters('vipRanges')[0]]\"", "vipRanges"},
	{"Variables-Must-Be-Declared", MAIN, "\"name\": \"[variables('setName')]\"", "\"name\": \"[variables('setNames')]\"", "setNames"},
	{"Variables-Must-Be-Declared", MAIN, "\"actions\": \"[if(parameters('routed'), variables('routeActions'), variables('subnetActions'))]\"",
	 "\"actions\": \"[if(parameters('routed'), variables('routeActions'), variables('nicWrites'))]\"", "nicWrites"},
	{"Parameters-Must-Be-Referenced", MAIN, "\"parameters\": {\n", "\"parameters\": {\n\"other\":{\"type\":\"string\",\"defaultValue\":\"\"},", "$.parameters.other"},
	{"Parameters-Must-Be-Referenced", MAIN, "\"location\": {\"type\": \"string\"},", "\"location\": {\"type\": \"string\"},\"other\": {\"type\": \"string\"},", "template.parameters.other"},
	{"Variables-Must-Be-Referenced", MAIN, "\"variables\": {\n", "\"variables\": {\n\"other\":1,", "$.variables.other"},
	{"Copy-Names-Must-Exist", MAIN, "copyIndex('ipConfigurations')", "copyIndex('configurations')", "configurations"},
	{"Copy-Names-Must-Exist", MAIN, "\"name\": \"[parameters('management').name]\"", "\"name\": \"[format('{0}{1}', parameters('management').name, copyIndex())]\"", "it is in no copy"},
	{"Dynamic-Variable-References-Should-Not-Use-Concat", MAIN, "[variables('osDisk')]", "[variables(concat('os', 'Disk'))]", "osDisk"},
	{"ResourceId-Segments-Must-Match", MAIN, "virtualNetworks/subnets', parameters('virtualNetworkName'), parameters('subnetName')", "virtualNetworks/subnets', parameters('subnetName')", "has 1 names; it wants 2"},
	{"ResourceId-Segments-Must-Match", MAIN, "resourceId('Microsoft.Compute/virtualMachines', parameters('management').name)", "resourceId('virtualMachines/', parameters('management').name)", "virtualMachines/"},
	{"ResourceIds-should-not-contain", MAIN, "resourceId('Microsoft.Compute/virtualMachines', parameters('management').name)",
	 "resourceId(resourceGroup().name, 'Microsoft.Compute/virtualMachines', parameters('management').name)", "begins with resourceGroup"},
	{"Resources-Should-Not-Be-Ambiguous", MAIN, "resourceId('Microsoft.Compute/virtualMachines', parameters('management').name)", "resourceId('Microsoft.Compute/disks', parameters('management').name)",
	 "Microsoft.Compute/disks"},
	{"IDs-Should-Be-Derived-From-ResourceIDs", MAIN, "\"networkSecurityGroup\": {\"id\": \"[resourceId(", "\"networkSecurityGroup\": {\"id\": \"[concat('/', ", "networkSecurityGroup.id"},
	{"IDs-Should-Be-Derived-From-ResourceIDs", MAIN, "\"subnet\": {\"id\": \"[variables('subnetId')]\"}", "\"subnet\": {\"id\": \"/subscriptions/x\"}", "subnet.id"},
	{"URIs-Should-Be-Properly-Constructed", MAIN, "\"bootDiagnostics\": {\"enabled\": true", "\"bootDiagnostics\": {\"storageUri\":\"[concat('https://', 'a')]\",\"enabled\": true", "storageUri"},
	{"providers_apiVersions-Is-Not-Permitted", MAIN, "\"apiVersion\": \"2024-11-30\"", "\"apiVersion\": \"[providers('Microsoft.ManagedIdentity', 'userAssignedIdentities').apiVersions[0]]\"", "looked up"},
	{"apiVersions-Should-Be-Recent-In-Reference-Functions", MAIN, "variables('identityName')), '2024-11-30').principalId]\",\n\t\t\t\t\"principalType",
	 "variables('identityName')), '2018-11-30').principalId]\",\n\t\t\t\t\"principalType", "2018-11-30"},
	{"Outputs-Must-Not-Contain-Secrets", MAIN, "\"address\": \"[parameters('management').address]\"", "\"address\": \"[parameters('clusterSecret')]\"", "$.outputs.management.value.address"},
	{"Outputs-Must-Not-Contain-Secrets", MAIN, "\"address\": \"[parameters('management').address]\"", "\"address\": \"[listKeys(variables('subnetId'), '2025-05-01').key1]\"", "listKeys"},
	{"Outputs-Must-Not-Contain-Secrets", MAIN, "\"securityGroup\": {", "\"thePassword\": {", "thePassword"},
	{"Secure-Params-In-Nested-Deployments", MAIN, "\"resources\": [\n\t\t{", "\"resources\": [" NESTED NESTED_TEMPLATE "\"resources\":[],\"outputs\":{\"x\":{\"type\":\"string\",\"value\":\"[parameters('clusterSecret')]\"}}}}},\n\t\t{",
	 "clusterSecret"},
	{"CommandToExecute-Must-Use-ProtectedSettings-For-Secrets", MAIN, "\"diagnosticsProfile\": {\"bootDiagnostics\"", "\"settings\":{\"commandToExecute\":\"[parameters('clusterSecret')]\"},\"diagnosticsProfile\": {\"bootDiagnostics\"",
	 "commandToExecute"},

	{"DeploymentTemplate-Schema-Is-Correct", MAIN, "schemas/2019-04-01/", "schemas/2015-01-01/", "$schema"},
	{"Template-Should-Not-Contain-Blanks", MAIN, "\"principalType\": \"ServicePrincipal\"", "\"principalType\": \"\"", "principalType"},
	{"Template-Should-Not-Contain-Blanks", MAIN, "\"orchestrationMode\": \"Flexible\"", "\"orchestrationMode\": null", "orchestrationMode"},
	{"DeploymentTemplate-Must-Not-Contain-Hardcoded-Uri", MAIN, "\"description\": \"The machines among themselves.\"", "\"description\": \"https://login.microsoftonline.com/x\"", "login.microsoftonline.com"},
	{"Min-And-Max-Value-Are-Numbers", MAIN, "\"maxValue\": 1000,", "\"maxValue\": \"1000\",", "$.parameters.planVersion"},
	{"Min-And-Max-Value-Are-Numbers", MAIN, "\"maxValue\": 1000,", "", "maxValue is missing"},
	{"Min-And-Max-Value-Are-Numbers", MAIN, "\"maxValue\": 1000,", "\"maxValue\": 0,", "is more than"},
	{"Password-params-must-be-secure", MAIN, "\"type\": \"securestring\"", "\"type\": \"string\"", "$.parameters.clusterSecret"},
	{"Secure-String-Parameters-Cannot-Have-Default", MAIN, "\"type\": \"securestring\",", "\"type\": \"securestring\",\"defaultValue\":\"guess\",", "clusterSecret"},
	{"Parameter-Types-Should-Be-Consistent", MAIN, "\"routeTableName\": {\"type\": \"string\"}", "\"routeTableName\": {\"type\": \"object\"}", "routeTableName"},
	{"artifacts-parameter", MAIN, "\"parameters\": {\n", "\"parameters\": {\n\"_artifactsLocation\":{\"type\":\"string\",\"defaultValue\":\"[deployment().properties.templateLink.uri]\"},", "token is missing"},
	{"artifacts-parameter", MAIN, "\"parameters\": {\n", "\"parameters\": {\n\"_artifactsLocation\":{\"type\":\"string\"},\"_artifactsLocationSasToken\":{\"type\":\"securestring\",\"defaultValue\":\"\"},", "no such default"},
	{"Location-Should-Not-Be-Hardcoded", MAIN, "[resourceGroup().location]", "westeurope", "$.parameters.location.defaultValue"},
	{"Location-Should-Not-Be-Hardcoded", MAIN, "\"location\": \"[parameters('location')]\"", "\"location\": \"westeurope\"", "$.resources[1].location"},
	{"Location-Should-Not-Be-Hardcoded", MAIN, "\"location\": \"[parameters('location')]\"", "\"location\": \"[resourceGroup().location]\"", "outside of the location parameter"},
	{"Location-Should-Not-Be-Hardcoded", MAIN, "\"location\": {\"type\": \"string\"}", "\"location\": {\"type\": \"string\",\"defaultValue\":\"[resourceGroup().location]\"}", "nested template has a default"},
	{"Customer-Usage-Attribution", MAIN, "[format('pid-{0}-partnercenter'", "[format('{0}-partnercenter'", "pid-<GUID>"},

	{"Resources-Should-Have-Location", MAIN, "\"location\": \"[parameters('location')]\",", "", "userAssignedIdentities has no location"},
	{"apiVersions-Should-Be-Recent", MAIN, "\"apiVersion\": \"2025-05-01\"", "\"apiVersion\": \"2022-05-01\"", "there is a newer one"},
	{"apiVersions-Should-Be-Recent", MAIN, "\"apiVersion\": \"2025-05-01\"", "\"apiVersion\": \"2025-05-01-preview\"", "is a preview"},
	{"apiVersions-Should-Be-Recent", MAIN, "\"apiVersion\": \"2025-05-01\",", "", "has no version"},
	{"apiVersions-Must-Not-Be-Ahead", MAIN, "\"apiVersion\": \"2025-05-01\"", "\"apiVersion\": \"2026-11-26\"", "2026-11-26"},
	{"DependsOn-Must-Exist", MAIN, "\"dependsOn\": [\"[resourceId('Microsoft.Network/applicationSecurityGroups', variables('clusterGroupName'))]\"]",
	 "\"dependsOn\": [\"[resourceId('Microsoft.Network/applicationSecurityGroups', variables('setName'))]\"]", "dependsOn[0]"},
	{"DependsOn-Must-Exist", MAIN, "\"[resourceId('Microsoft.Compute/virtualMachineScaleSets', variables('setName'))]\",\n", "\"[resourceId('Microsoft.Compute/availabilitySets', variables('setName'))]\",\n", "dependsOn[1]"},
	{"DependsOn-Must-Exist", MAIN, "\"dependsOn\": [\"[resourceId('Microsoft.Network/applicationSecurityGroups', variables('clusterGroupName'))]\"]", "\"dependsOn\": [\"copies\"]", "dependsOn[0]"},
	{"DependsOn-Must-Not-Be-Circular", MAIN, "\"name\": \"[variables('identityName')]\",", "\"name\": \"[variables('identityName')]\",\"dependsOn\":[\"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', variables('identityName'))]\"],",
	 "$.resources[1]"},
	{"DependsOn-Must-Not-Be-Circular", MAIN, "\"name\": \"[variables('clusterGroupName')]\",", "\"name\": \"[variables('clusterGroupName')]\",\"dependsOn\":[\"[resourceId('Microsoft.Network/networkSecurityGroups', format('{0}-nsg', parameters('clusterName')))]\"],",
	 "$.resources[4]"},
	{"DependsOn-Best-Practices", MAIN, "\"dependsOn\": [\"[resourceId('Microsoft.Network/applicationSecurityGroups', variables('clusterGroupName'))]\"]",
	 "\"dependsOn\": [\"[if(variables('routed'), variables('clusterGroupName'), variables('setName'))]\"]", "begins with if"},
	{"VM-Size-Should-Be-A-Parameter", MAIN, "\"vmSize\": \"[parameters('managementVmSize')]\"", "\"vmSize\": \"Standard_D16s_v5\"", "vmSize"},
	{"Virtual-Machines-Should-Not-Be-Preview", MAIN, "\"imageReference\": \"[parameters('image')]\"", "\"imageReference\": {\"publisher\":\"p\",\"offer\":\"o\",\"sku\":\"s-preview\",\"version\":\"latest\"}", "sku"},
	{"VM-Images-Should-Use-Latest-Version", MAIN, "\"imageReference\": \"[parameters('image')]\"", "\"imageReference\": {\"publisher\":\"p\",\"offer\":\"o\",\"sku\":\"s\",\"version\":\"1.2.3\"}", "version"},
	{"adminPassword-Should-Not-Be-A-Literal", MAIN, "\"adminUsername\": \"[parameters('adminUsername')]\"", "\"adminPassword\": \"Guess-Me-1\"", "adminPassword"},
	{"adminUsername-Should-Not-Be-A-Literal", MAIN, "\"adminUsername\": \"[parameters('adminUsername')]\"", "\"adminUsername\": \"admin\"", "adminUsername"},
	{"Deployment-Resources-Must-Not-Be-Debug", MAIN, "\"mode\": \"Incremental\",", "\"mode\": \"Incremental\",\"debugSetting\":{\"detailLevel\":\"requestContent\"},", "detailLevel"},
	{"ManagedIdentityExtension-must-not-be-used", MAIN, "\"orchestrationMode\": \"Flexible\"", "\"orchestrationMode\": \"ManagedIdentityExtensionForLinux\"", "orchestrationMode"},
	{"No-Public-Addresses", MAIN, "\"privateIPAllocationMethod\": \"Static\",", "\"publicIPAddress\":{\"id\":\"[variables('subnetId')]\"},", "publicIPAddress"},
	{"No-Public-Addresses", MAIN, "\"Microsoft.Network/applicationSecurityGroups\",", "\"Microsoft.Network/publicIPAddresses\",", "a public address is made"},

	{"CreateUIDefinition-Should-Have-Schema", FORM, "schemas/0.1.2-preview", "schemas/0.1.1-preview", "$schema"},
	{"CreateUIDefinition-Should-Have-Schema", FORM, "\"version\": \"0.1.2-preview\",", "", "version"},
	{"Handler-Must-Be-Correct", FORM, "Microsoft.Azure.CreateUIDef", "Microsoft.Azure.CreateUI", "handler"},
	{"CreateUIDefinition-Must-Not-Have-Blanks", FORM, "\"toolTip\": \"Of the administrator. There is no login with a password.\"", "\"toolTip\": \"\"", "toolTip"},
	{"Controls-In-Outputs-Must-Exist", FORM, "\"vipMode\": \"[steps('size').vipMode]\"", "\"vipMode\": \"[steps('size').vipModes]\"", "vipModes"},
	{"Controls-In-Outputs-Must-Exist", FORM, "\"vipMode\": \"[steps('size').vipMode]\"", "\"vipMode\": \"[basics('vipMode')]\"", "basics('vipMode')"},
	{"Controls-In-Outputs-Must-Exist", FORM, "int(steps('size').dataMachines), 380", "int(steps('sizes').dataMachines), 380", "sizes"},
	{"Outputs-Must-Be-Present-In-Template-Parameters", FORM, "\"adminUsername\": \"[", "\"administrator\": \"[", "$.parameters.outputs.administrator"},
	{"Parameters-Without-Default-Must-Exist-In-CreateUIDefinition", FORM, "\"adminUsername\": \"[steps('access').adminUsername]\",", "", "$.parameters.adminUsername"},
	{"Outputs-Must-Fit-Parameter-Types", FORM, "[split(steps('network').clientRanges, ',')]", "[steps('network').clientRanges]", "$.parameters.outputs.clientRanges"},
	{"Outputs-Must-Fit-Parameter-Types", FORM, "\"image\": {\"id\": \"[steps('access').image]\"}", "\"image\": \"[steps('access').image]\"", "$.parameters.outputs.image"},
	{"Location-Should-Be-In-Outputs", FORM, "\"location\": \"[location()]\",", "", "location is missing"},
	{"Location-Should-Be-In-Outputs", FORM, "\"location\": \"[location()]\",", "\"location\": \"[resourceGroup().location]\",", "outputs.location"},
	{"HideExisting-Must-Be-Correctly-Handled", FORM, "\"[steps('network').virtualNetwork.resourceGroup]\"", "\"[steps('network').virtualNetwork.name]\"", "virtualNetwork.resourceGroup"},
	{"HideExisting-Must-Be-Correctly-Handled", FORM, "\"[steps('network').virtualNetwork.newOrExisting]\"", "\"existing\"", "virtualNetwork.newOrExisting"},
	{"Allowed-Values-Should-Actually-Be-Allowed", FORM, "\"value\": \"in-subnet\"", "\"value\": \"bgp\"", "vipMode does not allow it"},
	{"VMSizes-Must-Match-Template", FORM, "\"[steps('size').managementSize]\"", "\"Standard_D16s_v5\"", "managementSize"},
	{"VMSizes-Must-Match-Template", MAIN, "\"dataVmSize\": {\n\t\t\t\"type\": \"string\",", "\"dataVmSize\": {\n\t\t\t\"type\": \"string\",\"defaultValue\":\"Standard_L8s_v3\",", "Standard_L8s_v3"},
	{"Password-Textboxes-Must-Be-Used-For-Password-Parameters", MAIN, "\"type\": \"securestring\"", "\"type\": \"string\"", "clusterSecret"},
	{"Password-Textboxes-Must-Be-Used-For-Password-Parameters", FORM, "\"[steps('access').clusterSecret]\"", "\"fixed\"", "no output is the password"},
	{"PasswordBoxes-Must-Have-Min-Length", FORM, "{12,72}$", "{8,72}$", "shorter than 12"},
	{"Credential-Confirmation-Should-Not-Be-Hidden", FORM, "\"hideConfirmation\": false", "\"hideConfirmation\": true", "clusterSecret"},
	{"Textboxes-Are-Well-Formed", FORM, "\"regex\": \"^(?:ssh-rsa", "\"pattern\": \"^(?:ssh-rsa", "adminPublicKey"},
	{"Textboxes-Are-Well-Formed", FORM, "\"validationMessage\": \"The id of an image version in a gallery.\"", "\"required\": true", "does not say what is wrong"},
	{"Textboxes-Should-Have-A-Length", FORM, "^[1-9][0-9]{0,2}$", "^[1-9][0-9]*$", "dataMachines"},
	{"Tooltips-Should-Be-Present", FORM, "\"toolTip\": \"Of the administrator. There is no login with a password.\",", "", "adminPublicKey"},
	{"Usernames-Should-Not-Have-A-Default", FORM, "\"label\": \"Administrator\",", "\"label\": \"Administrator\",\"defaultValue\":\"admin\",", "adminUsername"},
	{"Validations-Must-Have-Message", FORM, ", \"message\": \"One deployment makes at most 380 machines.\"", "", "validations[1]"},
};

static const char *const elsewhere[] = {"Package-Size", "Template-Within-Limits", NULL};
static const struct fault_table table = {&arm_package, faults, sizeof(faults) / sizeof(*faults), elsewhere};

static void arm_is_clean(void)
{
	shipped_is_clean(&arm_package);
}

static void arm_faults(void)
{
	faults_are_found(&table);
}

static void arm_rules(void)
{
	rules_have_faults(&table);
}

static void arm_sorted(void)
{
	findings_are_sorted(&table);
}

/* ---- what does not fit into a table ---- */

static void sizes_are_looked_at(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
	PACKAGE_CLEANUP struct package package = {0};
	struct package_check check;

	shipped_read(&arm_package, &package);
	package.files[package.count++] = (struct archive_file){"big.bin", NULL, 1000000001};
	package.size += 1000000001;
	check_make(&arm_package, &check, &scope, &package);
	CU_ASSERT(count_of(&check, "Package-Size") == 2);
	package.files[package.count - 1] = (struct archive_file){"big.json", NULL, (4 << 20) + 1};
	package.size = 5 << 20;
	check_make(&arm_package, &check, &scope, &package);
	CU_ASSERT(count_of(&check, "Package-Size") == 0 && count_of(&check, "Template-Within-Limits") == 1);
}

/* A template with so many of each. */
static void template_print(struct buffer *buffer, int resources, int parameters, int outputs)
{
	(void)buffer_text(buffer, "{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\",\"resources\":[");
	for (int i = 0; i < resources; i++)
		(void)buffer_print(buffer, "%s{\"type\":\"Microsoft.Authorization/roleAssignments\",\"apiVersion\":\"2022-04-01\",\"name\":\"r%d\",\"dependsOn\":[\"r%d\"]}",
				   i ? "," : "", i, i + 1);
	(void)buffer_text(buffer, "],\"parameters\":{");
	for (int i = 0; i < parameters; i++)
		(void)buffer_print(buffer, "%s\"p%d\":{\"type\":\"string\"}", i ? "," : "", i);
	(void)buffer_text(buffer, "},\"outputs\":{");
	for (int i = 0; i < outputs; i++)
		(void)buffer_print(buffer, "%s\"o%d\":{\"type\":\"string\",\"value\":\"[parameters('p%d')]\"}", i ? "," : "", i, i);
	(void)buffer_text(buffer, "}}");
}

static void limits_are_looked_at(void)
{
	static const struct {
		int resources, parameters, outputs;
		size_t findings, missing;
	} cases[] = {{800, 256, 64, 0, 1}, {801, 256, 64, 1, 0}, {2, 257, 64, 1, 1}, {2, 256, 65, 1, 1}, {3000, 300, 100, 3, 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		BUFFER_CLEANUP struct buffer text = buffer_init(8 << 20);
		struct archive_file file;
		struct package package = {.path = "p", .files = &file, .count = 1};
		struct package_check check;

		template_print(&text, cases[i].resources, cases[i].parameters, cases[i].outputs);
		file = (struct archive_file){MAIN, text.data, text.size};
		check_make(&arm_package, &check, &scope, &package);
		CU_ASSERT(count_of(&check, "Template-Within-Limits") == cases[i].findings);
		/* The last one depends on one that is not there; with too many of them nobody looks. */
		CU_ASSERT(count_of(&check, "DependsOn-Must-Exist") == cases[i].missing);
	}
}

/* Files that are JSON and nothing of what they should be: found by a fuzzer, or like what it found. */
static void strange_files_are_survived(void)
{
	static const char *const texts[] = {"{}", "[]", "{\"parameters\":[],\"outputs\":[1],\"resources\":{\"a\":{\"type\":\"b\"}}}",
					    "{\"parameters\":{\"outputs\":[\"[basics('b')]\"],\"basics\":[{\"name\":\"b\",\"type\":\"Microsoft.Common.PasswordBox\"}]}}",
					    "{\"parameters\":{\"steps\":[{\"name\":\"s\",\"elements\":[{\"name\":\"p\",\"type\":\"Microsoft.Common.PasswordBox\"}]}],"
					    "\"outluts\":{\"x\":\"[steps('s').p]\"}}}",
					    "{\"parameters\":[{\"type\":\"securestring\",\"defaultValue\":\"x\",\"minValue\":1}],\"resources\":[{\"type\":\"Microsoft.Resources/deployments\","
					    "\"properties\":{\"parameters\":[{\"value\":\"[parameters('x')]\"}],\"template\":{\"parameters\":[1]}}}]}"};

	/* One as the form, another as the template; and a second form, in another case. */
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t j = 0; j < sizeof(texts) / sizeof(*texts); j++) {
			SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
			PACKAGE_CLEANUP struct package shipped = {0};
			struct archive_file files[4];
			struct package package = {.path = "p", .files = files, .count = 4};
			struct package_check check;

			shipped_read(&arm_package, &shipped);
			files[0] = (struct archive_file){"CreateUiDefinition.json", shipped.files[0].data, shipped.files[0].size};
			files[1] = (struct archive_file){FORM, texts[i], strlen(texts[i])};
			files[2] = (struct archive_file){MAIN, texts[j], strlen(texts[j])};
			files[3] = (struct archive_file){"a.parameters.json", texts[j], strlen(texts[j])};
			check_make(&arm_package, &check, &scope, &package);
			CU_ASSERT(check.blocking > 0);
		}
}

/* Each variable is many of the one before: written out, the last would fill the world. */
static void variables_of_variables_end(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 20);
	struct archive_file file;
	struct package package = {.path = "p", .files = &file, .count = 1};
	struct package_check check;

	(void)buffer_text(&text, "{\"variables\":{\"v0\":\"x\"");
	for (int i = 1; i < 40; i++) {
		(void)buffer_print(&text, ",\"v%d\":\"[concat(", i);
		for (int j = 0; j < 64; j++)
			(void)buffer_print(&text, "%svariables('v%d')", j ? "," : "", i - 1);
		(void)buffer_text(&text, ")]\"");
	}
	(void)buffer_text(&text, "},\"resources\":[{\"type\":\"Microsoft.A/b\",\"name\":\"[variables('v39')]\",\"dependsOn\":[\"[resourceId('Microsoft.A/b', variables('v39'))]\"]}]}");
	file = (struct archive_file){MAIN, text.data, text.size};
	check_make(&arm_package, &check, &scope, &package);
	CU_ASSERT(check.blocking > 0);
}

/* Versions are judged by the day. */
static void days_are_looked_at(void)
{
	static const struct {
		int64_t day;
		size_t old, ahead;
	} cases[] = {{FAULTS_DAY, 0, 0}, {FAULTS_DAY + 10000, 0, 0}, {FAULTS_DAY - 800, 0, 1}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		PACKAGE_CLEANUP struct package package = {0};
		struct package_check check;
		struct error error = {0};

		shipped_read(&arm_package, &package);
		check = (struct package_check){.scope = &scope, .package = &package, .day = cases[i].day, .data_folder = TEST_SOURCE_DIR "/templates"};
		UNIT_OK(package_check_run(&arm_package, &check, &error), &error);
		CU_ASSERT(count_of(&check, "apiVersions-Should-Be-Recent") == cases[i].old);
		CU_ASSERT((count_of(&check, "apiVersions-Must-Not-Be-Ahead") > 0) == cases[i].ahead);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"the package that apollo brings is clean", arm_is_clean},
		{"each fault is found, by its rule and at its place", arm_faults},
		{"each rule has a fault", arm_rules},
		{"sizes", sizes_are_looked_at},
		{"limits of templates", limits_are_looked_at},
		{"variables of variables", variables_of_variables_end},
		{"files that are something else", strange_files_are_survived},
		{"the day", days_are_looked_at},
		{"everything at once, sorted", arm_sorted},
	};

	return UNIT_RUN("arm rules", tests);
}
