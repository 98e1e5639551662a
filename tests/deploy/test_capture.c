/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots from what az and gcloud print: each kind of object, the order of documents, and input that is wrong. */
#include "deploy/capture.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct made {
	struct buffer snapshot, notes;
	struct error error;
	int code;
};

/* A capture of the examples. */
static const char *capture_path(const char *name)
{
	static char path[1024];

	(void)snprintf(path, sizeof(path), "%s/docs/examples/plans/%s", TEST_SOURCE_DIR, name);
	return path;
}

static struct made make(enum cloud cloud, const char *text, size_t size, const char *name)
{
	struct made made = {.snapshot = buffer_init(1 << 24), .notes = buffer_init(CAPTURE_NOTES_MAX)};

	made.code = capture_make(cloud, "capture", text, size, name, &made.snapshot, &made.notes, &made.error);
	return made;
}

static void made_release(struct made *made)
{
	buffer_release(&made->snapshot);
	buffer_release(&made->notes);
}
#define MADE __attribute__((cleanup(made_release))) struct made

/* ---- each kind of object ---- */

#define GROUP "/subscriptions/s1/resourceGroups/net-rg/providers/Microsoft.Network"
#define HUB GROUP "/virtualNetworks/hub"
#define VNET(MORE) \
	"{\"type\":\"Microsoft.Network/virtualNetworks\",\"id\":\"" HUB "\",\"name\":\"hub\",\"location\":\"eastus2\"," \
	"\"addressSpace\":{\"addressPrefixes\":[\"10.2.0.0/16\",\"fd00:2::/48\"]}" MORE "}"
#define AZ_SUBNET(NAME, MORE) \
	"{\"type\":\"Microsoft.Network/virtualNetworks/subnets\",\"id\":\"" HUB "/subnets/" NAME "\",\"name\":\"" NAME "\"" MORE "}"
#define NODES AZ_SUBNET("nodes", ",\"addressPrefix\":\"10.2.0.0/24\"")
#define TABLED VNET(",\"subnets\":[" AZ_SUBNET("nodes", ",\"addressPrefix\":\"10.2.0.0/24\",\"routeTable\":{\"id\":\"" GROUP "/routeTables/t1\"}") "]")
#define TABLE(ROUTES, MORE) \
	"{\"type\":\"Microsoft.Network/routeTables\",\"id\":\"" GROUP "/routeTables/t1\",\"name\":\"t1\",\"routes\":[" ROUTES "]" MORE "}"
#define AZ_ROUTE(NAME, PREFIX, MORE) \
	"{\"type\":\"Microsoft.Network/routeTables/routes\",\"id\":\"" GROUP "/routeTables/t1/routes/" NAME "\",\"name\":\"" NAME "\"," \
	"\"addressPrefix\":\"" PREFIX "\"" MORE "}"
#define CARD(TYPE, LIST, ID, MORE) \
	"{\"type\":\"" TYPE "\",\"id\":\"" GROUP "/x/" ID "\",\"" LIST "\":[{\"id\":\"" GROUP "/x/" ID "/c/1\",\"subnet\":{\"id\":\"" HUB "/subnets/nodes\"}," MORE "}]}"
#define PEERING(MORE) \
	",\"virtualNetworkPeerings\":[{\"type\":\"Microsoft.Network/virtualNetworks/virtualNetworkPeerings\",\"id\":\"" HUB \
	"/virtualNetworkPeerings/to-spoke\",\"name\":\"to-spoke\",\"remoteVirtualNetwork\":{\"id\":\"" SPOKE "\"}" MORE "}]"
#define SPOKE GROUP "/virtualNetworks/spoke"
#define BACK(REMOTE, MORE) \
	"{\"type\":\"Microsoft.Network/virtualNetworks/virtualNetworkPeerings\",\"id\":\"" SPOKE \
	"/virtualNetworkPeerings/to-hub\",\"name\":\"to-hub\",\"remoteVirtualNetwork\":{\"id\":\"" REMOTE "\"}" MORE "}"

#define GUARDED AZ_SUBNET("nodes", ",\"addressPrefix\":\"10.2.0.0/24\",\"networkSecurityGroup\":{\"id\":\"" GROUP "/networkSecurityGroups/sg\"}")
#define NSG(NAME, RULES, DEFAULTS, MORE) \
	"{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"id\":\"" GROUP "/networkSecurityGroups/" NAME "\",\"name\":\"" NAME "\"," \
	"\"securityRules\":[" RULES "],\"defaultSecurityRules\":[" DEFAULTS "]" MORE "}"
#define AZ_RULE(NAME, WAY, ACCESS, PRIORITY, MORE) \
	"{\"name\":\"" NAME "\",\"direction\":\"" WAY "\",\"access\":\"" ACCESS "\",\"priority\":" #PRIORITY "," MORE "}"
#define ANYTHING "\"protocol\":\"*\",\"sourceAddressPrefix\":\"*\",\"destinationAddressPrefix\":\"*\",\"sourcePortRange\":\"*\",\"destinationPortRange\":\"*\""

#define FIREWALL(NAME, MORE) \
	"{\"kind\":\"compute#firewall\",\"name\":\"" NAME "\",\"selfLink\":\"" URL "p1/global/firewalls/" NAME "\"," ON_PROD MORE "}"
#define URL "https://www.googleapis.com/compute/v1/projects/"
#define PROD URL "p1/global/networks/prod"
#define VPC(MORE) "{\"kind\":\"compute#network\",\"name\":\"prod\",\"id\":\"77\",\"selfLink\":\"" PROD "\"" MORE "}"
#define SUBNET(NAME, RANGE, MORE) \
	"{\"kind\":\"compute#subnetwork\",\"name\":\"" NAME "\",\"selfLink\":\"" URL "p1/regions/r1/subnetworks/" NAME "\",\"network\":\"" PROD \
	"\",\"ipCidrRange\":\"" RANGE "\"" MORE "}"
#define IN_NODES "\"subnetwork\":\"" URL "p1/regions/r1/subnetworks/nodes\""
#define ON_PROD "\"network\":\"" PROD "\""
#define ROUTE(NAME, RANGE, MORE) \
	"{\"kind\":\"compute#route\",\"name\":\"" NAME "\",\"selfLink\":\"" URL "p1/global/routes/" NAME "\"," ON_PROD ",\"destRange\":\"" RANGE "\"" MORE "}"
#define PEER(NAME, NETWORK, MORE) "{\"name\":\"" NAME "\",\"network\":\"" URL NETWORK "\",\"state\":\"ACTIVE\",\"exchangeSubnetRoutes\":true" MORE "}"
#define GROUP_QUOTA(INFOS) "{\"metric\":\"compute.googleapis.com/static_routes_per_peering_group\",\"dimensionsInfos\":[" INFOS "]}"
#define QUOTA(INFOS) "{\"metric\":\"compute.googleapis.com/static_routes_per_vpc_network\",\"dimensionsInfos\":[" INFOS "]}"

struct kind_case {
	enum cloud cloud;
	const char *text;
	const char *holds; /* in the snapshot */
	const char *lacks; /* NULL */
	const char *note;  /* NULL */
};

static const struct kind_case kind_cases[] = {
	/* ---- Azure ---- */
	{CLOUD_AZURE, VNET(""), "\"space\": [ \"10.2.0.0/16\", \"fd00:2::/48\" ]", NULL, "az network list-usages -l eastus2 -o json"},
	{CLOUD_AZURE, VNET(""), "\"project\": \"s1\"", NULL, NULL},
	{CLOUD_AZURE, VNET(",\"subnets\":[" NODES "]"), "\"name\": \"nodes\", \"region\": \"eastus2\", \"range\": \"10.2.0.0/24\" }", NULL, NULL},
	{CLOUD_AZURE, NODES VNET(""), "\"name\": \"nodes\", \"region\": \"eastus2\"", NULL, NULL},
	{CLOUD_AZURE, NODES, "\"name\": \"nodes\", \"range\"", "\"space\"", "az network vnet show -g net-rg -n hub -o json"},
	{CLOUD_AZURE, NODES NODES VNET(",\"subnets\":[" NODES "]"), "{ \"name\": \"nodes\"", "\"nodes\", \"region\": \"eastus2\", \"range\": \"10.2.0.0/24\" },", NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("two", ",\"addressPrefixes\":[\"10.2.1.0/24\",\"fd00:2:0:1::/64\"]"),
	 "\"range\": \"10.2.1.0/24\", \"secondary\": [ { \"name\": \"prefix 2\", \"range\": \"fd00:2:0:1::/64\" } ]", NULL, NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("both", ",\"addressPrefix\":\"10.2.1.0/24\",\"addressPrefixes\":[\"10.2.1.0/24\"]"), "10.2.1.0/24", "secondary", NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("GatewaySubnet", ",\"addressPrefix\":\"10.2.9.0/27\""), "\"purpose\": \"gateway\"", NULL, "list-learned-routes -g net-rg"},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("AzureBastionSubnet", ",\"addressPrefix\":\"10.2.9.0/26\""), "\"purpose\": \"bastion\"", NULL, NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("AzureFirewallManagementSubnet", ",\"addressPrefix\":\"10.2.9.0/26\""), "\"purpose\": \"firewall\"", NULL, NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("RouteServerSubnet", ",\"addressPrefix\":\"10.2.9.0/27\""), "\"purpose\": \"route-server\"", NULL, NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("gw", ",\"addressPrefix\":\"10.2.9.0/27\",\"applicationGatewayIPConfigurations\":[{}]"), "\"purpose\": \"application-gateway\"", NULL, NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("db", ",\"addressPrefix\":\"10.2.9.0/27\",\"delegations\":[{\"serviceName\":\"Microsoft.Sql/managedInstances\"}]"),
	 "\"delegated_to\": \"Microsoft.Sql/managedInstances\"", NULL, NULL},
	/* as REST prints it, and with the case of another version */
	{CLOUD_AZURE, "{\"value\":[{\"type\":\"microsoft.network/virtualnetworks\",\"id\":\"" HUB "\",\"name\":\"hub\",\"properties\":{\"addressSpace\":{\"addressPrefixes\":[\"10.9.0.0/16\"]}}}]}",
	 "10.9.0.0/16", NULL, NULL},
	{CLOUD_AZURE, "\xef\xbb\xbf" VNET("") "\r\n\xef\xbb\xbf[" NODES "]", "\"nodes\"", NULL, NULL},
	{CLOUD_AZURE, VNET(PEERING(",\"peeringState\":\"Connected\",\"peeringSyncLevel\":\"FullyInSync\",\"remoteAddressSpace\":{\"addressPrefixes\":[\"10.7.0.0/16\"]},"
				   "\"remoteVirtualNetworkAddressSpace\":{\"addressPrefixes\":[\"10.8.0.0/16\",\"10.7.0.0/16\"]}")),
	 "\"name\": \"to-spoke\", \"network\": \"spoke\", \"in_sync\": true, \"ranges\": [ \"10.7.0.0/16\", \"10.8.0.0/16\" ]", NULL, NULL},
	{CLOUD_AZURE, VNET(PEERING(",\"peeringSyncLevel\":\"RemoteNotInSync\",\"peeringState\":\"Connected\"")), "\"in_sync\": false", NULL, NULL},
	{CLOUD_AZURE, VNET(PEERING(",\"peeringState\":\"Disconnected\"")), "\"in_sync\": false", NULL, NULL},
	{CLOUD_AZURE, VNET(PEERING("")), "to-spoke", "in_sync", NULL},
	/* what both sides let in; the peer's own is of its own network, or alone */
	{CLOUD_AZURE, VNET(PEERING(",\"allowVirtualNetworkAccess\":true,\"allowForwardedTraffic\":false")), "\"access\": true, \"forwarded\": false",
	 "peer_", "what the peer of to-spoke lets in; run: az network vnet peering list -g "},
	{CLOUD_AZURE, VNET(PEERING("")), "to-spoke", "access", NULL},
	{CLOUD_AZURE, BACK(HUB, ",\"allowVirtualNetworkAccess\":true,\"allowForwardedTraffic\":true") VNET(PEERING("")), "\"peer_access\": true, \"peer_forwarded\": true", "\"access\"", NULL},
	{CLOUD_AZURE, BACK(SPOKE "2", ",\"allowForwardedTraffic\":true") VNET(PEERING("")), "to-spoke", "peer_", "lets in"},
	/* the table of a subnet, and routes */
	{CLOUD_AZURE, TABLED, "\"route_table\": \"t1\"", "\"route_tables\"", "not known: the routes of route table t1; run: az network route-table list -o json"},
	{CLOUD_AZURE, TABLE(AZ_ROUTE("a", "0.0.0.0/0", ",\"nextHopType\":\"VirtualAppliance\",\"nextHopIpAddress\":\"10.2.0.4\""), "") TABLED,
	 "{ \"name\": \"a\", \"destination\": \"0.0.0.0/0\", \"next_hop\": \"10.2.0.4\", \"table\": \"t1\" }", NULL, NULL},
	{CLOUD_AZURE, TABLED TABLE(AZ_ROUTE("a", "10.9.0.0/16", ",\"nextHopType\":\"None\",\"nextHopIpAddress\":null"), ""), "\"next_hop\": \"None\"", "editable", NULL},
	{CLOUD_AZURE, TABLED TABLE(AZ_ROUTE("a", "10.9.0.1/16", ""), ""), "\"destination\": \"10.9.0.0/16\"", NULL, NULL},
	{CLOUD_AZURE, TABLED TABLE(AZ_ROUTE("a", "AzureCloud.eastus2", ""), ""), "{ \"name\": \"t1\", \"routes\": 1 }", "\"routes\": [", "left out: 1 routes to services"},
	{CLOUD_AZURE, TABLED TABLE(AZ_ROUTE("apollo.vast1.data-1", "10.60.0.0/30", ""), ""), "\"owner\": \"vast1\"", NULL, NULL},
	{CLOUD_AZURE, TABLED TABLE(AZ_ROUTE("apollo.", "10.60.0.0/30", ""), ""), "apollo.", "owner", NULL},
	{CLOUD_AZURE, TABLED TABLE(AZ_ROUTE("x", "10.60.0.0/30", ""), ",\"tags\":{\"apollo\":\"vast2\"}"), "\"10.60.0.0/30\"", "owner", NULL},
	{CLOUD_AZURE, VNET("") TABLE(AZ_ROUTE("a", "10.9.0.0/16", ""), ""), "hub", "10.9.0.0/16", NULL},
	{CLOUD_AZURE, TABLED TABLE("", "") "{\"type\":\"Microsoft.Authorization/locks\",\"level\":\"ReadOnly\",\"id\":\"" GROUP "/routeTables/t1/providers/Microsoft.Authorization/locks/l\"}",
	 "{ \"name\": \"t1\", \"routes\": 0, \"editable\": false }", NULL, NULL},
	{CLOUD_AZURE, "{\"type\":\"Microsoft.Authorization/locks\",\"level\":\"ReadOnly\",\"id\":\"/subscriptions/s1/resourceGroups/net-rg/providers/Microsoft.Authorization/locks/l\"}" TABLED TABLE("", ""),
	 "\"editable\": false", NULL, NULL},
	{CLOUD_AZURE, TABLED TABLE("", "") "{\"type\":\"Microsoft.Authorization/locks\",\"level\":\"CanNotDelete\",\"id\":\"" GROUP "/routeTables/t1/providers/Microsoft.Authorization/locks/l\"}",
	 "t1", "editable", NULL},
	{CLOUD_AZURE, TABLED TABLE("", "") "{\"type\":\"Microsoft.Authorization/locks\",\"level\":\"ReadOnly\",\"id\":\"" GROUP "/routeTables/t/providers/Microsoft.Authorization/locks/l\"}",
	 "t1", "editable", NULL},
	/* addresses in use */
	{CLOUD_AZURE, VNET("") NODES CARD("Microsoft.Network/networkInterfaces", "ipConfigurations", "a", "\"privateIPAddress\":\"10.2.0.9\""), "\"used\": [ \"10.2.0.9\" ]", NULL, NULL},
	{CLOUD_AZURE, CARD("Microsoft.Network/networkInterfaces", "ipConfigurations", "a", "\"privateIpAddress\":\"10.2.0.9\"") VNET("") NODES, "\"used\": [ \"10.2.0.9\" ]", NULL, NULL},
	{CLOUD_AZURE, VNET("") NODES CARD("Microsoft.Network/networkInterfaces", "ipConfigurations", "a", "\"privateIPAddress\":\"10.2.0.16\",\"privateIPAddressPrefixLength\":28"),
	 "\"used\": [ \"10.2.0.16/28\" ]", NULL, NULL},
	{CLOUD_AZURE, VNET("") NODES CARD("Microsoft.Network/loadBalancers", "frontendIPConfigurations", "a", "\"privateIPAddress\":\"10.2.0.9\""), "\"used\": [ \"10.2.0.9\" ]", NULL, NULL},
	{CLOUD_AZURE, VNET("") NODES CARD("Microsoft.Network/applicationGateways", "frontendIPConfigurations", "a", "\"privateIPAddress\":\"10.2.0.9\""), "10.2.0.9", NULL, NULL},
	{CLOUD_AZURE, VNET("") NODES CARD("Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces", "ipConfigurations", "a", "\"privateIPAddress\":\"10.2.0.9\""),
	 "10.2.0.9", NULL, NULL},
	{CLOUD_AZURE, VNET("") NODES CARD("Microsoft.Network/loadBalancers", "frontendIPConfigurations", "a", "\"publicIPAddress\":{}"), "nodes", "used", NULL},
	{CLOUD_AZURE, VNET("") AZ_SUBNET("nodes", ",\"addressPrefix\":\"10.2.0.0/24\",\"ipConfigurations\":[{\"id\":\"1\"},{\"id\":\"2\"}]")
	 CARD("Microsoft.Network/networkInterfaces", "ipConfigurations", "a", "\"privateIPAddress\":\"10.2.0.9\""),
	 "10.2.0.9", NULL, "not known: 1 of 2 addresses that are in use in the subnets; run: az network nic list"},
	/* on premises, limits */
	{CLOUD_AZURE, VNET("") "{\"type\":\"Microsoft.Network/localNetworkGateways\",\"name\":\"hq\",\"localNetworkAddressSpace\":{\"addressPrefixes\":[\"192.168.0.0/16\"]}}",
	 "\"on_premises\": [\n  { \"name\": \"hq\", \"range\": \"192.168.0.0/16\" }]", NULL, NULL},
	{CLOUD_AZURE, VNET("") "{\"value\":[{\"network\":\"192.168.0.0/16\",\"origin\":\"EBgp\",\"sourcePeer\":\"1.2.3.4\"},{\"network\":\"10.2.0.0/16\",\"origin\":\"Network\",\"sourcePeer\":\"1.2.3.4\"}]}",
	 "\"routes\": [\n  { \"name\": \"learned 192.168.0.0/16\", \"destination\": \"192.168.0.0/16\", \"next_hop\": \"VirtualNetworkGateway\", \"dynamic\": true }]", NULL, NULL},
	{CLOUD_AZURE, VNET("") "{\"value\":[{\"addressPrefix\":[\"192.168.0.0/16\"],\"nextHopType\":\"VirtualNetworkGateway\",\"source\":\"VirtualNetworkGateway\",\"nextHopIpAddress\":[]},"
	 "{\"addressPrefix\":[\"0.0.0.0/0\"],\"nextHopType\":\"Internet\",\"source\":\"Default\"}]}", "learned 192.168.0.0/16", "0.0.0.0/0", NULL},
	{CLOUD_AZURE, VNET("") "[{\"currentValue\":0,\"limit\":1000,\"name\":{\"value\":\"RoutesPerRouteTable\"}},{\"currentValue\":0,\"limit\":\"65536\",\"name\":{\"value\":\"IPConfigurationsPerVirtualNetwork\"}},"
	 "{\"currentValue\":0,\"limit\":7,\"name\":{\"value\":\"Other\"}}]",
	 "{ \"name\": \"IPConfigurationsPerVirtualNetwork\", \"limit\": 65536 },\n  { \"name\": \"RoutesPerRouteTable\", \"limit\": 1000 }]", "Other", NULL},
	{CLOUD_AZURE, VNET("") "[{\"currentValue\":0,\"limit\":9,\"id\":\"/subscriptions/s1/providers/Microsoft.Network/locations/westus/usages/x\",\"name\":{\"value\":\"RoutesPerRouteTable\"}}]",
	 "hub", "RoutesPerRouteTable", NULL},
	{CLOUD_AZURE, VNET("") "[{\"type\":\"Microsoft.Web/sites\",\"name\":\"x\"},{\"a\":1},3,\"Listed 0 items.\"]", "hub", NULL, "not used: 3 objects that do not say what they are"},
	{CLOUD_AZURE, VNET("") "[{\"type\":\"Microsoft.Web/sites\",\"name\":\"x\"}]", "hub", NULL, "not used: 1 of kind Microsoft.Web/sites"},
	{CLOUD_AZURE, VNET("") "[]", "hub", NULL, "1 documents are empty lists"},
	/* security groups: of a subnet that says so, or that the group says; of others nothing is kept */
	{CLOUD_AZURE, VNET("") "{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"id\":\"x\"}", "hub", "networkSecurityGroups", NULL},
	{CLOUD_AZURE, VNET("") GUARDED, "\"security_group\": \"sg\"", "firewall", "not known: the rules of security group sg; run: az network nsg list -o json"},
	{CLOUD_AZURE, NSG("sg", AZ_RULE("a", "Inbound", "Deny", 100, "\"protocol\":\"Tcp\",\"sourceAddressPrefix\":\"10.9.0.0/16\",\"sourceAddressPrefixes\":[],\"destinationAddressPrefix\":\"*\","
				 "\"sourcePortRange\":\"*\",\"destinationPortRange\":\"2049\",\"destinationPortRanges\":[]"), "", "") VNET("") GUARDED,
	 "\"firewall\": [\n  { \"name\": \"a\", \"group\": \"sg\", \"direction\": \"ingress\", \"priority\": 100, \"action\": \"deny\", \"traffic\": [ { \"protocol\": \"tcp\", \"ports\": [ \"2049\" ] } ], "
	 "\"sources\": [ \"10.9.0.0/16\" ] }]", "source_ports", NULL},
	{CLOUD_AZURE, NSG("sg", AZ_RULE("a", "Outbound", "Allow", 4096, "\"protocol\":\"*\",\"sourceAddressPrefixes\":[\"10.9.0.0/16\",\"10.8.0.4\",\"Storage.EastUS\"],\"destinationAddressPrefix\":\"VirtualNetwork\","
				 "\"sourcePortRanges\":[\"1024-65535\"],\"destinationPortRanges\":[\"80\",\"8000-8080\"]"), "", "") VNET("") GUARDED,
	 "\"direction\": \"egress\", \"priority\": 4096, \"action\": \"allow\", \"traffic\": [ { \"protocol\": \"all\", \"ports\": [ \"80\", \"8000-8080\" ] } ], \"source_ports\": true, "
	 "\"sources\": [ \"10.9.0.0/16\", \"10.8.0.4\" ], \"source_names\": [ \"Storage.EastUS\" ], \"destination_names\": [ \"VirtualNetwork\" ]", NULL, NULL},
	{CLOUD_AZURE, NSG("sg", "", AZ_RULE("DenyAllInBound", "Inbound", "Deny", 65500, "\"protocol\":\"*\",\"sourceAddressPrefix\":\"*\",\"destinationAddressPrefix\":\"*\",\"destinationPortRange\":\"*\""), "") VNET("") GUARDED,
	 "\"traffic\": [ { \"protocol\": \"all\" } ] }]", "sources", NULL},
	{CLOUD_AZURE, NSG("sg", AZ_RULE("a", "Inbound", "Allow", 7, "\"protocol\":\"Udp\",\"sourceApplicationSecurityGroups\":[{\"id\":\"" GROUP "/applicationSecurityGroups/web\"}],\"sourceAddressPrefixes\":[],"
				 "\"destinationAddressPrefix\":\"0.0.0.0/0\",\"destinationPortRange\":\"*\""), "", "") VNET("") GUARDED,
	 "\"traffic\": [ { \"protocol\": \"udp\" } ], \"source_names\": [ \"web\" ], \"destinations\": [ \"0.0.0.0/0\" ]", NULL, NULL},
	{CLOUD_AZURE, VNET("") NODES NSG("sg", AZ_RULE("a", "Inbound", "Deny", 100, ANYTHING), "", ",\"subnets\":[{\"id\":\"" HUB "/subnets/NODES\"}]"), "\"security_group\": \"sg\"", NULL, NULL},
	{CLOUD_AZURE, VNET("") NODES NSG("sg", AZ_RULE("a", "Inbound", "Deny", 100, ANYTHING), "", ",\"subnets\":[{\"id\":\"" SPOKE "/subnets/nodes\"}]"), "nodes", "firewall", NULL},
	{CLOUD_AZURE, VNET("") GUARDED NSG("sg", AZ_RULE("a", "Inbound", "Deny", 100, ANYTHING), "", "") NSG("sg", AZ_RULE("b", "Inbound", "Deny", 101, ANYTHING), "", ""), "\"name\": \"a\"", "\"name\": \"b\"", NULL},
	{CLOUD_AZURE, VNET("") GUARDED "{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"id\":\"" GROUP "/networkSecurityGroups/sg\",\"properties\":{\"securityRules\":[{\"name\":\"a\",\"properties\":{"
	 "\"direction\":\"Inbound\",\"access\":\"Deny\",\"priority\":100," ANYTHING "}}]}}", "\"name\": \"a\", \"group\": \"sg\"", NULL, NULL},
	/* ---- Google Cloud ---- */
	{CLOUD_GCP, VPC(",\"mtu\":8896,\"autoCreateSubnetworks\":true"), "\"name\": \"prod\",\n \"automatic\": true,\n \"mtu\": 8896,\n \"project\": \"p1\"", "host_project", NULL},
	{CLOUD_GCP, VPC(""), "prod", NULL, "gcloud compute routes list --project=p1 --format=json"},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#project\",\"name\":\"service1\"}", "\"project\": \"service1\",\n \"host_project\": \"p1\"", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#project\",\"name\":\"p1\"}", "\"project\": \"p1\"", "host_project", NULL},
	{CLOUD_GCP, SUBNET("nodes", "10.1.0.0/24", ",\"privateIpGoogleAccess\":true,\"purpose\":\"PRIVATE\"") VPC(""),
	 "{ \"name\": \"nodes\", \"region\": \"r1\", \"range\": \"10.1.0.0/24\", \"google_access\": true }", "purpose", NULL},
	{CLOUD_GCP, SUBNET("nodes", "10.1.0.0/24", ""), "\"nodes\"", "google_access", "gcloud compute networks describe prod --project=p1 --format=json"},
	{CLOUD_GCP, "[{\"ipCidrRange\":\"10.1.0.0/24\"," ON_PROD ",\"subnetwork\":\"" URL "p1/regions/r1/subnetworks/nodes\",\"secondaryIpRanges\":[{\"rangeName\":\"pods\",\"ipCidrRange\":\"10.96.0.0/14\"}]}]",
	 "\"secondary\": [ { \"name\": \"pods\", \"range\": \"10.96.0.0/14\" } ]", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("p", "10.1.0.0/24", ",\"purpose\":\"REGIONAL_MANAGED_PROXY\""), "\"purpose\": \"proxy\"", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("p", "10.1.0.0/24", ",\"purpose\":\"PRIVATE_SERVICE_CONNECT\""), "\"purpose\": \"service-connect\"", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("p", "10.1.0.0/24", ",\"purpose\":\"SOMETHING_NEW\""), "\"purpose\": \"SOMETHING_NEW\"", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("six", "10.1.0.0/24", ",\"internalIpv6Prefix\":\"fd20:1::/64\",\"ipv6CidrRange\":\"fd20:1::/64\""),
	 "\"secondary\": [ { \"name\": \"internalIpv6Prefix\", \"range\": \"fd20:1::/64\" } ]", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#subnetworkList\",\"items\":[" SUBNET("nodes", "10.1.0.0/24", "") "]}", "\"nodes\"", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#subnetwork\",\"selfLink\":\"" URL "p1/regions/r1/subnetworks/x\",\"network\":\"" URL "p1/global/networks/other\",\"ipCidrRange\":\"10.9.0.0/24\"}",
	 "prod", "10.9.0.0/24", NULL},
	/* addresses in use */
	{CLOUD_GCP, VPC("") SUBNET("nodes", "10.1.0.0/24", "") "{\"kind\":\"compute#instance\",\"labels\":{\"apollo\":\"vast1\"},\"networkInterfaces\":[{" ON_PROD "," IN_NODES ",\"networkIP\":\"10.1.0.9\","
	 "\"aliasIpRanges\":[{\"ipCidrRange\":\"10.1.0.16/32\"}]}]}{\"kind\":\"compute#address\",\"labels\":{\"apollo\":\"vast1\"}," IN_NODES ",\"address\":\"10.1.0.9\"}",
	 "\"owned\": [\n  { \"range\": \"10.1.0.16\", \"owner\": \"vast1\" },\n  { \"range\": \"10.1.0.9\", \"owner\": \"vast1\" }]", "used", NULL},
	{CLOUD_GCP, VPC("") SUBNET("nodes", "10.1.0.0/24", "") "{\"kind\":\"compute#instance\",\"networkInterfaces\":[{" ON_PROD "," IN_NODES ",\"networkIP\":\"10.1.0.9\","
	 "\"aliasIpRanges\":[{\"ipCidrRange\":\"10.1.0.16/28\"}]}]}", "\"used\": [ \"10.1.0.9\", \"10.1.0.16/28\" ]", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("nodes", "10.1.0.0/24", "") "{\"kind\":\"compute#instance\",\"networkInterfaces\":[{" ON_PROD ",\"subnetwork\":\"https://compute.googleapis.com/compute/beta/projects/p1/regions/r1/subnetworks/nodes\","
	 "\"networkIP\":\"10.1.0.9\",\"ipv6Address\":\"fd20:1:0:0:0:1::\",\"internalIpv6PrefixLength\":96}]}", "\"used\": [ \"10.1.0.9\", \"fd20:1::1:0:0/96\" ]", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("nodes", "10.1.0.0/24", "") "{\"kind\":\"compute#address\",\"name\":\"a\",\"address\":\"10.1.0.7\",\"addressType\":\"INTERNAL\"," IN_NODES "}", "\"used\": [ \"10.1.0.7\" ]", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#address\",\"name\":\"psa\",\"address\":\"10.40.0.0\",\"prefixLength\":20,\"purpose\":\"VPC_PEERING\"," ON_PROD "}",
	 "\"services\": [\n  { \"name\": \"psa\", \"range\": \"10.40.0.0/20\" }]", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#address\",\"name\":\"psc\",\"address\":\"10.41.0.5\",\"purpose\":\"PRIVATE_SERVICE_CONNECT\"," ON_PROD "}", "\"range\": \"10.41.0.5\"", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#address\",\"name\":\"pub\",\"address\":\"34.1.2.3\",\"addressType\":\"EXTERNAL\"}", "prod", "34.1.2.3", NULL},
	{CLOUD_GCP, VPC("") SUBNET("nodes", "10.1.0.0/24", "") "{\"kind\":\"compute#forwardingRule\",\"IPAddress\":\"10.1.0.8\",\"loadBalancingScheme\":\"INTERNAL_MANAGED\"," IN_NODES "}", "\"used\": [ \"10.1.0.8\" ]", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("nodes", "10.1.0.0/24", "") "{\"kind\":\"compute#forwardingRule\",\"IPAddress\":\"10.1.0.8\"," ON_PROD "}", "\"used\": [ \"10.1.0.8\" ]", "services", NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#forwardingRule\",\"name\":\"psc\",\"IPAddress\":\"10.5.0.8\"," ON_PROD "}", "\"services\": [\n  { \"name\": \"psc\", \"range\": \"10.5.0.8\" }]", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#forwardingRule\",\"name\":\"x\",\"IPAddress\":\"34.5.0.8\",\"loadBalancingScheme\":\"EXTERNAL_MANAGED\"," ON_PROD "}", "prod", "34.5.0.8", NULL},
	/* routes */
	{CLOUD_GCP, VPC("") ROUTE("r", "10.20.0.0/24", ",\"priority\":900,\"nextHopIp\":\"10.1.0.9\",\"tags\":[\"t\"]"),
	 "{ \"name\": \"r\", \"destination\": \"10.20.0.0/24\", \"next_hop\": \"10.1.0.9\", \"priority\": 900, \"tagged\": true }", NULL, NULL},
	{CLOUD_GCP, VPC("") ROUTE("r", "10.20.0.0/24", ",\"nextHopInstance\":\"" URL "p1/zones/z/instances/vm-1\",\"description\":\"apollo:vast1\""), "\"next_hop\": \"vm-1\", \"owner\": \"vast1\"", "tagged", NULL},
	{CLOUD_GCP, VPC("") ROUTE("local", "10.1.0.0/24", ",\"nextHopNetwork\":\"" PROD "\""), "prod", "local", NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#route\",\"name\":\"foreign\",\"network\":\"" URL "p1/global/networks/default\",\"destRange\":\"10.3.0.0/16\"}", "prod", "foreign", NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#routerStatusResponse\",\"result\":{" ON_PROD ",\"bestRoutes\":[{\"kind\":\"compute#route\",\"destRange\":\"192.168.0.0/16\",\"nextHopIp\":\"169.254.0.2\",\"priority\":100,\"routeType\":\"BGP\"}]}}",
	 "{ \"name\": \"learned 192.168.0.0/16\", \"destination\": \"192.168.0.0/16\", \"next_hop\": \"169.254.0.2\", \"priority\": 100, \"dynamic\": true }", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#router\",\"name\":\"r\",\"selfLink\":\"" URL "p1/regions/r1/routers/cr-1\"," ON_PROD "}", "prod", NULL,
	 "gcloud compute routers get-status cr-1 --region=r1 --project=p1 --format=json"},
	/* peers */
	{CLOUD_GCP, VPC(",\"peerings\":[" PEER("gpu", "p2/global/networks/gpu", ",\"exportCustomRoutes\":true,\"importCustomRoutes\":false") "]") ROUTE("peering-route-1", "10.50.0.0/16", ",\"nextHopPeering\":\"gpu\",\"priority\":0"),
	 "{ \"name\": \"gpu\", \"network\": \"gpu\", \"exports\": true, \"imports\": false, \"ranges\": [ \"10.50.0.0/16\" ] }", "peering-route-1",
	 "list-routes gpu --network=prod --project=p1 --region=REGION --direction=OUTGOING"},
	{CLOUD_GCP, VPC("") "[" PEER("gpu", "p2/global/networks/gpu", ",\"source_network\":\"" PROD "\"") "," PEER("other", "p2/global/networks/x", ",\"source_network\":\"" URL "p1/global/networks/y\"") "]",
	 "\"name\": \"gpu\"", "\"other\"", NULL},
	{CLOUD_GCP, VPC(",\"peerings\":[" PEER("gpu", "p2/global/networks/gpu", "") "]") ROUTE("imported", "10.51.0.0/16", ",\"nextHopPeering\":\"gpu\",\"priority\":500,\"routeType\":\"STATIC\""),
	 "{ \"name\": \"imported\", \"destination\": \"10.51.0.0/16\", \"next_hop\": \"gpu\", \"priority\": 500 }", "\"ranges\"", NULL},
	{CLOUD_GCP, VPC(",\"peerings\":[" PEER("gpu", "p2/global/networks/gpu", "") "]")
	 "[{\"destRange\":\"10.1.0.0/24\",\"imported\":true,\"status\":\"accepted by peer\",\"type\":\"SUBNET_PEERING_ROUTE\"},{\"destRange\":\"10.20.0.0/26\",\"imported\":true,\"status\":\"accepted by peer\",\"type\":\"STATIC_PEERING_ROUTE\"}]",
	 "\"peer_imports\": true", "10.20.0.0/26", NULL},
	{CLOUD_GCP, VPC(",\"peerings\":[" PEER("gpu", "p2/global/networks/gpu", "") "]") "[{\"destRange\":\"10.20.0.0/26\",\"imported\":false,\"status\":\"rejected by peer config\",\"type\":\"STATIC_PEERING_ROUTE\"}]",
	 "\"peer_imports\": false", NULL, NULL},
	{CLOUD_GCP, VPC(",\"peerings\":[" PEER("gpu", "p2/global/networks/gpu", "") "]")
	 "[{\"destRange\":\"10.50.0.0/16\",\"imported\":true,\"status\":\"accepted\",\"type\":\"SUBNET_PEERING_ROUTE\"},{\"destRange\":\"10.52.0.0/16\",\"imported\":true,\"status\":\"accepted\",\"type\":\"DYNAMIC_PEERING_ROUTE\",\"priority\":7}"
	 ",{\"destRange\":\"10.53.0.0/16\",\"imported\":false,\"status\":\"rejected by config\",\"type\":\"STATIC_PEERING_ROUTE\"}]",
	 "\"routes\": [\n  { \"name\": \"peering route 10.52.0.0/16\", \"destination\": \"10.52.0.0/16\", \"priority\": 7, \"dynamic\": true }]", "10.53.0.0/16", NULL},
	{CLOUD_GCP, VPC(",\"peerings\":[" PEER("one", "p2/global/networks/a", "") "," PEER("two", "p2/global/networks/b", "") "]")
	 "[{\"destRange\":\"10.50.0.0/16\",\"imported\":true,\"status\":\"accepted\",\"type\":\"SUBNET_PEERING_ROUTE\"}]", "\"reserved\": [\n  { \"name\": \"a peer's subnet\", \"range\": \"10.50.0.0/16\" }]", NULL,
	 "1 rows of list-routes do not say of which peering they are"},
	{CLOUD_GCP, "[{\"destRange\":\"10.50.0.0/16\",\"imported\":true,\"status\":\"accepted\",\"type\":\"SUBNET_PEERING_ROUTE\"}]"
	 VPC(",\"peerings\":[" PEER("one", "p2/global/networks/a", "") "," PEER("two", "p2/global/networks/b", "") "]") ROUTE("x", "10.50.0.0/16", ",\"nextHopPeering\":\"two\",\"priority\":0"),
	 "\"name\": \"two\", \"network\": \"b\", \"exports\": false, \"imports\": false, \"ranges\": [ \"10.50.0.0/16\" ]", "reserved", NULL},
	/* what is reserved, services, limits */
	{CLOUD_GCP, VPC("") "{\"name\":\"projects/p1/locations/global/internalRanges/site\",\"ipCidrRange\":\"10.30.0.0/16\"," ON_PROD ",\"usage\":\"FOR_VPC\"}",
	 "\"reserved\": [\n  { \"name\": \"site\", \"range\": \"10.30.0.0/16\" }]", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"name\":\"projects/p1/locations/global/internalRanges/vips\",\"ipCidrRange\":\"10.30.0.0/16\",\"network\":\"projects/123456/global/networks/prod\",\"labels\":{\"apollo\":\"vast1\"}}",
	 "\"owner\": \"vast1\"", NULL, NULL},
	{CLOUD_GCP, VPC("") SUBNET("nodes", "10.1.0.0/24", "") "{\"name\":\"projects/p1/locations/global/internalRanges/nodes\",\"ipCidrRange\":\"10.1.0.0/24\"," ON_PROD "}", "\"nodes\"", "reserved", NULL},
	{CLOUD_GCP, VPC("") "{\"name\":\"projects/p1/locations/r1/connectors/c1\",\"network\":\"prod\",\"ipCidrRange\":\"10.8.0.0/28\",\"state\":\"READY\"}", "{ \"name\": \"c1\", \"range\": \"10.8.0.0/28\" }", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"name\":\"k\",\"network\":\"prod\",\"networkConfig\":{\"network\":\"projects/p1/global/networks/prod\"},\"clusterIpv4Cidr\":\"10.100.0.0/14\",\"servicesIpv4Cidr\":\"34.118.224.0/20\","
	 "\"privateClusterConfig\":{\"masterIpv4CidrBlock\":\"172.16.0.0/28\"}}", "{ \"name\": \"cluster k, control plane\", \"range\": \"172.16.0.0/28\" }", NULL, NULL},
	{CLOUD_GCP, VPC("") QUOTA("{\"details\":{\"value\":\"300\"}}") ROUTE("r", "0.0.0.0/0", "") ROUTE("s", "10.1.0.0/24", ",\"nextHopNetwork\":\"" PROD "\""),
	 "{ \"name\": \"STATIC_ROUTES_PER_NETWORK\", \"limit\": 300, \"used\": 1 }", NULL, NULL},
	{CLOUD_GCP, VPC("") QUOTA("{\"dimensions\":{\"network_id\":\"88\"},\"details\":{\"value\":\"1\"}},{\"dimensions\":{\"network_id\":\"77\"},\"details\":{\"value\":\"500\"}},{\"details\":{\"value\":\"300\"}}"),
	 "\"limit\": 500", NULL, NULL},
	/* the peers' routes count for the group, as far as they are seen, and those of both lists once */
	{CLOUD_GCP, VPC(",\"peerings\":[" PEER("gpu", "p2/global/networks/gpu", "") "]") GROUP_QUOTA("{\"details\":{\"value\":\"400\"}}") ROUTE("r", "0.0.0.0/0", "")
	 ROUTE("i1", "10.51.0.0/16", ",\"nextHopPeering\":\"gpu\",\"priority\":500,\"routeType\":\"STATIC\"") ROUTE("i2", "10.52.0.0/16", ",\"nextHopPeering\":\"gpu\",\"priority\":500,\"routeType\":\"BGP\"")
	 "[{\"destRange\":\"10.51.0.0/16\",\"imported\":true,\"type\":\"STATIC_PEERING_ROUTE\"}]",
	 "{ \"name\": \"STATIC_ROUTES_PER_PEERING_GROUP\", \"limit\": 400, \"used\": 2 }", "PER_NETWORK", NULL},
	{CLOUD_GCP, VPC("") QUOTA("{\"details\":{\"value\":\"-1\"}}"), "\"limit\": 2147483647", NULL, NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#disk\",\"name\":\"d\"}", "prod", NULL, "not used: 1 of kind compute#disk"},
	/* firewall */
	{CLOUD_GCP, VPC(""), "prod", "firewall", "not known: the firewall rules; run: gcloud compute firewall-rules list --project=p1 --format=json"},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#firewall\",\"name\":\"f\"}", "prod", "compute#firewall", NULL},
	{CLOUD_GCP, VPC("") FIREWALL("f", ",\"direction\":\"INGRESS\",\"priority\":900,\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"111\",\"2049-2050\"]},{\"IPProtocol\":\"17\"}],\"sourceRanges\":[\"10.0.0.0/8\",\"10.9.9.9\"],"
				  "\"destinationRanges\":[\"10.20.0.0/26\"],\"targetServiceAccounts\":[\"vast1@p1.iam.gserviceaccount.com\"],\"description\":\"apollo:vast1: NFS\",\"disabled\":false"),
	 "\"firewall\": [\n  { \"name\": \"f\", \"direction\": \"ingress\", \"priority\": 900, \"action\": \"allow\", \"traffic\": [ { \"protocol\": \"tcp\", \"ports\": [ \"111\", \"2049-2050\" ] }, { \"protocol\": \"udp\" } ], "
	 "\"sources\": [ \"10.0.0.0/8\", \"10.9.9.9\" ], \"destinations\": [ \"10.20.0.0/26\" ], \"target_names\": [ \"vast1@p1.iam.gserviceaccount.com\" ], \"owner\": \"vast1\" }]", NULL, NULL},
	{CLOUD_GCP, VPC("") FIREWALL("f", ",\"direction\":\"EGRESS\",\"priority\":0,\"denied\":[{\"IPProtocol\":\"all\"}],\"destinationRanges\":[\"0.0.0.0/0\"],\"targetTags\":[\"web\"]"),
	 "\"direction\": \"egress\", \"priority\": 0, \"action\": \"deny\", \"traffic\": [ { \"protocol\": \"all\" } ], \"destinations\": [ \"0.0.0.0/0\" ], \"target_names\": [ \"web\" ] }", "owner", NULL},
	{CLOUD_GCP, VPC("") FIREWALL("f", ",\"allowed\":[{\"IPProtocol\":\"icmp\"}],\"sourceTags\":[\"a\"],\"sourceServiceAccounts\":[\"b\"]"),
	 "\"direction\": \"ingress\", \"priority\": 1000, \"action\": \"allow\", \"traffic\": [ { \"protocol\": \"icmp\" } ], \"source_names\": [ \"a\", \"b\" ] }", NULL, NULL},
	{CLOUD_GCP, VPC("") FIREWALL("f", ",\"disabled\":true,\"denied\":[{\"IPProtocol\":\"all\"}]"), "prod", "\"f\"", NULL},
	{CLOUD_GCP, VPC("") "{\"kind\":\"compute#firewall\",\"name\":\"f\",\"network\":\"" URL "p1/global/networks/other\",\"denied\":[{\"IPProtocol\":\"all\"}]}", "prod", "\"f\"", NULL},
	/* a name that a shell would see stays out of commands */
	{CLOUD_GCP, "{\"kind\":\"compute#network\",\"name\":\"a;b\",\"selfLink\":\"" URL "p1/global/networks/a;b\"}", "\"a;b\"", NULL, "--network=NETWORK --project=p1"},
};

static void test_kinds(void)
{
	for (size_t i = 0; i < sizeof(kind_cases) / sizeof(*kind_cases); i++) {
		const struct kind_case *one = &kind_cases[i];
		MADE made = make(one->cloud, one->text, strlen(one->text), NULL);
		NETWORK_CLEANUP struct network network = {0};

		UNIT_OK(made.code, &made.error);
		UNIT_HOLDS(buffer_string(&made.snapshot), one->holds);
		if (one->lacks && strstr(buffer_string(&made.snapshot), one->lacks)) {
			printf("\ncase %zu has %s: %s", i, one->lacks, buffer_string(&made.snapshot));
			CU_FAIL("it has what it must lack");
		}
		if (one->note)
			UNIT_HOLDS(buffer_string(&made.notes), one->note);
		UNIT_OK(network_parse(buffer_string(&made.snapshot), made.snapshot.size, "snapshot", &network, &made.error), &made.error);
		CU_ASSERT_EQUAL(network.cloud, one->cloud);
	}
}

/* ---- which network ---- */

#define OTHER "{\"kind\":\"compute#network\",\"name\":\"gpu\",\"selfLink\":\"" URL "p2/global/networks/gpu\",\"peerings\":[" PEER("back", "p1/global/networks/prod", ",\"importCustomRoutes\":true") "]}" \
	"{\"kind\":\"compute#subnetwork\",\"name\":\"g\",\"selfLink\":\"" URL "p2/regions/r1/subnetworks/g\",\"network\":\"" URL "p2/global/networks/gpu\",\"ipCidrRange\":\"10.50.0.0/16\"}"
#define TWO VPC(",\"peerings\":[" PEER("gpu", "p2/global/networks/gpu", ",\"exportCustomRoutes\":true") "]") OTHER SUBNET("nodes", "10.1.0.0/24", "")

static void test_choice(void)
{
	static const char twins[] = VPC("") "{\"kind\":\"compute#network\",\"name\":\"prod\",\"selfLink\":\"" URL "p2/global/networks/prod\"}";
	MADE none = make(CLOUD_GCP, TWO, strlen(TWO), NULL), prod = make(CLOUD_GCP, TWO, strlen(TWO), "prod");
	MADE gpu = make(CLOUD_GCP, TWO, strlen(TWO), "p2/gpu"), wrong = make(CLOUD_GCP, TWO, strlen(TWO), "p1/gpu");
	MADE twin = make(CLOUD_GCP, twins, strlen(twins), "prod"), one = make(CLOUD_GCP, twins, strlen(twins), "p2/prod");

	UNIT_REFUSED(none.code, ERROR_INPUT, &none.error, "2 networks are in it", "p1/prod, p2/gpu");
	UNIT_OK(prod.code, &prod.error);
	/* What the peer says of itself: its subnets, and that it imports. */
	UNIT_HOLDS(buffer_string(&prod.snapshot), "\"exports\": true, \"imports\": false, \"peer_imports\": true, \"ranges\": [ \"10.50.0.0/16\" ]");
	UNIT_HOLDS(buffer_string(&prod.snapshot), "\"nodes\"");
	CU_ASSERT_PTR_NULL(strstr(buffer_string(&prod.notes), "list-routes"));
	UNIT_OK(gpu.code, &gpu.error);
	UNIT_HOLDS(buffer_string(&gpu.snapshot), "\"name\": \"g\"");
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_string(&gpu.snapshot), "\"ranges\": [ \"10.1.0.0/24\" ]"));
	UNIT_REFUSED(wrong.code, ERROR_INPUT, &wrong.error, "no network is named p1/gpu", "p1/prod, p2/gpu");
	UNIT_REFUSED(twin.code, ERROR_INPUT, &twin.error, "2 networks are in it");
	UNIT_OK(one.code, &one.error);
	UNIT_HOLDS(buffer_string(&one.snapshot), "\"project\": \"p2\"");
}

/* ---- input that is wrong ---- */

static void test_wrong(void)
{
	static const struct { enum cloud cloud; const char *text, *why; } cases[] = {
		{CLOUD_AZURE, "", "nothing is in it"},
		{CLOUD_AZURE, " \n", "nothing is in it"},
		{CLOUD_AZURE, "ERROR: Please run 'az login'", "document 1 is not JSON: neither an object nor an array at byte 0"},
		{CLOUD_AZURE, VNET("") "\nERROR: no", "document 2 is not JSON"},
		{CLOUD_AZURE, "\xff\xfe{\"", "it is UTF-16"},
		{CLOUD_AZURE, "[]", "no network of azure's is in it"},
		{CLOUD_GCP, "{}", "gcloud compute networks describe"},
		{CLOUD_GCP, VNET(""), "no network of gcp's is in it"},
		{CLOUD_AZURE, "[{}", "document 1, which begins at byte 0, ends in the middle, at byte 3"},
		{CLOUD_AZURE, "{} [", "document 2, which begins at byte 3, ends in the middle, at byte 4"},
		{CLOUD_AZURE, "{}{\"a\":", "document 2: not JSON"},
		{CLOUD_AZURE, "{}{\"a\":}", "at byte 7"},
		{CLOUD_AZURE, "[1 2]", "neither a comma nor a bracket at byte 3"},
		{CLOUD_AZURE, "[1,]", "document 1: not JSON"},
		{CLOUD_AZURE, "[,1]", "document 1: not JSON"},
		{CLOUD_AZURE, "]", "neither an object nor an array at byte 0"},
		{CLOUD_AZURE, "{\"a\\u0000\":1}", "NUL"},
		{CLOUD_AZURE, "{\"a\":\"\xff\"}", "UTF-8"},
		{CLOUD_AZURE, "[{\"type\":\"Microsoft.Network/virtualNetworks\"}]", "document 1, the object at byte 1: a virtual network without an id"},
		{CLOUD_AZURE, VNET("") GUARDED NSG("sg", AZ_RULE("a", "In", "Deny", 1, ANYTHING), "", ""), "direction of a security rule is neither Inbound nor Outbound"},
		{CLOUD_AZURE, VNET("") GUARDED NSG("sg", AZ_RULE("a", "Inbound", "No", 1, ANYTHING), "", ""), "access of a security rule is neither Allow nor Deny"},
		{CLOUD_AZURE, VNET("") GUARDED NSG("sg", AZ_RULE("a", "Inbound", "Deny", -1, ANYTHING), "", ""), "priority of a security rule is missing, or not from 0 to 65535"},
		{CLOUD_AZURE, VNET("") GUARDED NSG("sg", AZ_RULE("a", "Inbound", "Deny", 1, "\"sourceAddressPrefix\":\"*\""), "", ""), "a security rule has neither destinationAddressPrefix nor destinationAddressPrefixes"},
		{CLOUD_AZURE, VNET("") GUARDED NSG("sg", AZ_RULE("a", "Inbound", "Deny", 1, ANYTHING ",\"destinationPortRanges\":[\"nfs\"]"), "", ""), "its ports are none: nfs"},
		{CLOUD_AZURE, VNET("") GUARDED NSG("sg", AZ_RULE("a", "Inbound", "Deny", 1, "\"protocol\":\"a protocol without end\",\"sourceAddressPrefix\":\"*\""), "", ""), "its protocol is none"},
		{CLOUD_GCP, VPC("") FIREWALL("f", ""), "a firewall rule neither allows nor denies anything"},
		{CLOUD_GCP, VPC("") FIREWALL("f", ",\"priority\":65536,\"denied\":[{\"IPProtocol\":\"all\"}]"), "priority of a firewall rule is not from 0 to 65535"},
		{CLOUD_GCP, VPC("") FIREWALL("f", ",\"denied\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"9-8\"]}]"), "its ports are none: 9-8"},
		{CLOUD_GCP, VPC("") FIREWALL("f", ",\"denied\":[{\"IPProtocol\":\"tcp\"}],\"sourceRanges\":[\"web\"]"), "sourceRanges[0] is not a prefix: web"},
		{CLOUD_AZURE, VNET("") AZ_SUBNET("x", ""), "subnet x has no addressPrefix"},
		{CLOUD_AZURE, VNET("") AZ_SUBNET("x", ",\"addressPrefix\":\"10.2.0.0/33\""), "addressPrefix is neither a prefix nor an address: 10.2.0.0/33"},
		{CLOUD_AZURE, VNET("") AZ_SUBNET("x", ",\"addressPrefix\":\"10.2.0/24\""), "addressPrefix is neither a prefix nor an address: 10.2.0/24"},
		{CLOUD_AZURE, VNET("") AZ_SUBNET("x", ",\"addressPrefix\":\"10.2.0.0/24\\u001b[2J\""), "addressPrefix is neither a prefix nor an address"},
		{CLOUD_AZURE, VNET("") AZ_SUBNET("x", ",\"addressPrefixes\":[7]"), "addressPrefixes[0] is not a prefix"},
		{CLOUD_AZURE, VNET("") AZ_SUBNET("x\\n", ",\"addressPrefix\":\"10.2.0.0/24\""), "name is not a line of text"},
		{CLOUD_AZURE, VNET("") NODES CARD("Microsoft.Network/networkInterfaces", "ipConfigurations", "a", "\"privateIPAddress\":\"10.2\""), "document 3, the object at byte"},
		{CLOUD_GCP, "{\"kind\":\"compute#network\",\"name\":\"x\"}", "a network without selfLink or name"},
		{CLOUD_GCP, "{\"kind\":\"compute#network\",\"name\":\"x\\u001b\",\"selfLink\":\"" PROD "\"}", "name of the network is not a line of text"},
		{CLOUD_GCP, VPC("") "{\"kind\":\"compute#subnetwork\",\"name\":\"x\"}", "a subnet without selfLink or network"},
		{CLOUD_GCP, VPC("") SUBNET("x", "10.1.0.0-10.1.0.9", ""), "ipCidrRange is neither a prefix nor an address"},
		{CLOUD_GCP, VPC("") "{\"kind\":\"compute#route\",\"name\":\"r\"," ON_PROD "}", "destRange is missing, or not a text"},
		{CLOUD_GCP, VPC(",\"mtu\":70000"), "mtu"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		MADE made = make(cases[i].cloud, cases[i].text, strlen(cases[i].text), NULL);

		UNIT_REFUSED(made.code, ERROR_INPUT, &made.error, cases[i].why);
	}
}

static void test_deep(void)
{
	char text[2048] = VPC("") "{\"a\":";
	size_t size = strlen(text);

	memset(text + size, '[', 500);
	{
		MADE made = make(CLOUD_GCP, text, size + 500, NULL);

		UNIT_REFUSED(made.code, ERROR_INPUT, &made.error, "document 2");
	}
	memset(text + size + 500, ']', 500);
	text[size + 1000] = '}';
	{
		MADE made = make(CLOUD_GCP, text, size + 1001, NULL);

		UNIT_REFUSED(made.code, ERROR_INPUT, &made.error, "document 2", "nesting too deep");
	}
}

/* What would take for ever is refused: rows that fit nothing are looked for among all peers. */
static void test_searches(void)
{
	struct buffer text = buffer_init(1 << 24);

	(void)buffer_text(&text, VPC(",\"peerings\":[" PEER("one", "p2/global/networks/a", "") "," PEER("two", "p2/global/networks/b", "") "]") "[");
	for (int i = 0; i < 20001; i++)
		(void)buffer_print(&text, "%s{\"destRange\":\"10.%d.%d.0/24\",\"imported\":true,\"type\":\"SUBNET_PEERING_ROUTE\"}", i ? "," : "", i / 256, i % 256);
	(void)buffer_text(&text, "]");
	{
		MADE made = make(CLOUD_GCP, buffer_string(&text), text.size, NULL);

		UNIT_REFUSED(made.code, ERROR_INPUT, &made.error, "document 2", "do not say which subnet or peer");
	}
	buffer_release(&text);
}

/* ---- whole captures ---- */

static const struct { enum cloud cloud; const char *name; } captures[] = {
	{CLOUD_AZURE, "cluster-16-az.json"},
	{CLOUD_GCP, "cluster-8-gcloud.json"},
};

enum { PIECES_MAX = 64 };

/* The documents of a capture: each begins at the beginning of a line, and nothing else does. */
static size_t pieces_find(const char *text, const char **pieces, size_t *sizes)
{
	size_t count = 0;

	for (const char *at = text; *at; at = strchr(at, '\n') + 1)
		if (*at == '{' || *at == '[')
			pieces[count++] = at;
	for (size_t i = 0; i < count; i++)
		sizes[i] = (i + 1 < count ? (size_t)(pieces[i + 1] - pieces[i]) : strlen(pieces[i]));
	return count;
}

/* The same documents in other orders give the same bytes. */
static void test_order(void)
{
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)atol(getenv("APOLLO_SEED")) : 20261125;

	printf("(APOLLO_SEED=%u) ", seed);
	for (size_t c = 0; c < sizeof(captures) / sizeof(*captures); c++) {
		const char *text = unit_read(capture_path(captures[c].name));
		const char *pieces[PIECES_MAX];
		size_t sizes[PIECES_MAX], count = pieces_find(text, pieces, sizes);
		MADE first = make(captures[c].cloud, text, strlen(text), NULL);

		UNIT_OK(first.code, &first.error);
		CU_ASSERT_FATAL(count > 5);
		for (int turn = 0; turn < 50; turn++) {
			struct buffer mixed = buffer_init(1 << 20);

			for (size_t i = count; i-- > 1;) {
				size_t j = (seed = seed * 1103515245u + 12345u, (seed >> 8) % (i + 1)), size = sizes[i];
				const char *piece = pieces[i];

				pieces[i] = pieces[j], sizes[i] = sizes[j];
				pieces[j] = piece, sizes[j] = size;
			}
			for (size_t i = 0; i < count; i++)
				(void)buffer_append(&mixed, pieces[i], sizes[i]);
			{
				MADE other = make(captures[c].cloud, buffer_string(&mixed), mixed.size, NULL);

				UNIT_OK(other.code, &other.error);
				CU_ASSERT_STRING_EQUAL(buffer_string(&other.snapshot), buffer_string(&first.snapshot));
			}
			buffer_release(&mixed);
		}
	}
}

/* The end missing at any byte: an error, or the documents that were whole. */
static void test_truncated(void)
{
	for (size_t c = 0; c < sizeof(captures) / sizeof(*captures); c++) {
		const char *text = unit_read(capture_path(captures[c].name));
		const char *pieces[PIECES_MAX];
		size_t sizes[PIECES_MAX], count = pieces_find(text, pieces, sizes), wrong = 0;

		for (size_t size = 0; size < strlen(text); size += 13) {
			char *copy = malloc(size + 1); /* of its own size: reading past the end is seen */
			bool whole = size + 1 == strlen(text); /* without its last newline */

			CU_ASSERT_FATAL(copy != NULL);
			memcpy(copy, text, size);
			copy[size] = '\0';
			for (size_t i = 1; i < count; i++)
				whole = whole || (size_t)(pieces[i] - text) == size || (size_t)(pieces[i] - text) == size + 1;
			{
				MADE made = make(captures[c].cloud, copy, size, NULL);

				wrong += (made.code == 0) != whole || (made.code < 0 && !strstr(made.error.message, size ? "document " : "nothing"));
			}
			free(copy);
		}
		CU_ASSERT_EQUAL(wrong, 0);
	}
}

/* What rules look at comes through. */
static void test_read_back(void)
{
	const char *text = unit_read(capture_path("cluster-8-gcloud.json"));
	MADE made = make(CLOUD_GCP, text, strlen(text), NULL);
	NETWORK_CLEANUP struct network network = {0};
	const struct subnet *storage;

	UNIT_OK(made.code, &made.error);
	UNIT_OK(network_parse(buffer_string(&made.snapshot), made.snapshot.size, "snapshot", &network, &made.error), &made.error);
	CU_ASSERT_STRING_EQUAL(network.name, "prod");
	CU_ASSERT_EQUAL(network.mtu, 8896);
	storage = network_subnet(&network, "storage", "us-central1");
	CU_ASSERT_FATAL(storage != NULL);
	CU_ASSERT(storage->google_access && storage->used_count == 1);
	CU_ASSERT_PTR_NULL(network_subnet(&network, "storage", "europe-west4"));
	CU_ASSERT(network.peering_count == 1 && network.peerings[0].exports && network.peerings[0].peer_imports);
	CU_ASSERT_EQUAL(network_quota(&network, "STATIC_ROUTES_PER_NETWORK")->used, 2);
	CU_ASSERT_STRING_EQUAL(buffer_string(&made.notes), "");
}

static const struct unit_test tests[] = {
	{"each kind of object is read", test_kinds},
	{"one of several networks", test_choice},
	{"wrong input is named by document and byte", test_wrong},
	{"what is too deep is refused", test_deep},
	{"what would take for ever is refused", test_searches},
	{"the order of documents does not matter", test_order},
	{"a capture without its end is refused", test_truncated},
	{"a whole capture comes back", test_read_back},
};

int main(void)
{
	return UNIT_RUN("capture", tests);
}
