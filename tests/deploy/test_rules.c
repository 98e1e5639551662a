/* SPDX-License-Identifier: Apache-2.0 */
/* Every rule of the rule book that the planner applies: a case where it speaks, and one beside it where it is silent. */
#include "tests/deploy/world.h"

#include <stdio.h>
#include <string.h>

#define ROUTED "vip_mode = \"routed\"; "
#define IN_SUBNET "vip_mode = \"in-subnet\"; "
#define RANGE(TEXT) "ranges = \"" TEXT "\"; "
#define SUBNET(NAME, RANGE, MORE) "{\"name\":\"" NAME "\",\"range\":\"" RANGE "\"" MORE "}"
#define NODES "\"subnets\":[" SUBNET("nodes", "10.1.0.0/24", ",\"google_access\":true") "]"
#define TWO_SUBNETS "\"subnets\":[" SUBNET("nodes", "10.1.0.0/24", "") "," SUBNET("apps", "10.2.0.0/24", "") "]"
#define PEER(MORE) "\"peerings\":[{\"name\":\"spoke\",\"network\":\"v2\",\"ranges\":[\"10.50.0.0/16\"]" MORE "}]"

static const struct rule {
	const char *code;
	enum cloud cloud;
	const char *settings;
	const char *network; /* NULL: no snapshot */
	const char *object;  /* what it is about; NULL: it must not speak at all */
	enum severity severity;
	const char *message, *suggestion; /* parts of them; NULL: no matter */
} rules[] = {
	/* ---- common ---- */
	{"C02", CLOUD_GCP, "ranges = [ \"10.20.0.0/25\", \"10.20.0.64/26\" ];", "", "10.20.0.64/26", SEVERITY_REFUSED, "in common", "once"},
	{"C02", CLOUD_GCP, "ranges = [ \"10.20.0.0/25\", \"10.20.0.0/25\" ];", "", "10.20.0.0/25", SEVERITY_REFUSED, NULL, NULL},
	{"C02", CLOUD_GCP, "ranges = [ \"10.20.0.0/25\", \"10.20.0.128/25\" ];", "", NULL, 0, NULL, NULL}, /* they touch */
	{"C02", CLOUD_GCP, "machine_ranges = \"10.20.0.64/26\";", "", "10.20.0.64/26", SEVERITY_REFUSED, "and machines' have", "once"},
	{"C03", CLOUD_GCP, RANGE("127.0.0.0/24"), "", "loopback", SEVERITY_REFUSED, "loopback", NULL},
	{"C03", CLOUD_GCP, RANGE("169.254.10.0/24"), "", "link-local", SEVERITY_REFUSED, NULL, NULL},
	{"C03", CLOUD_GCP, RANGE("223.255.255.0-224.0.0.9"), "", "multicast", SEVERITY_REFUSED, NULL, NULL},
	{"C03", CLOUD_GCP, RANGE("255.255.255.128-255.255.255.255"), "", "broadcast", SEVERITY_REFUSED, NULL, NULL},
	{"C03", CLOUD_GCP, RANGE("0.0.0.0/0"), "", "this network", SEVERITY_REFUSED, NULL, NULL},
	{"C03", CLOUD_AZURE, RANGE("2001:db8::/64"), "", "documentation", SEVERITY_REFUSED, NULL, NULL},
	{"C03", CLOUD_AZURE, RANGE("::/0"), "", "multicast", SEVERITY_REFUSED, NULL, NULL},
	{"C03", CLOUD_GCP, "", "", NULL, 0, NULL, NULL},
	{"C05", CLOUD_GCP, RANGE("10.20.0.0/27"), "", "the ranges of the VIPs", SEVERITY_REFUSED, "need 43 addresses and 32 can be used", "11 addresses more, or a /26"},
	{"C05", CLOUD_GCP, RANGE("10.20.0.0/26") "grow_to = 13;", "", "the ranges of the VIPs", SEVERITY_WARNING, "fits until 12", "4 addresses more, or a /25"},
	{"C05", CLOUD_GCP, RANGE("10.20.0.0-10.20.0.42") "exact = true; machine_ranges = \"10.1.0.0/24\";", "", "machines' subnet", SEVERITY_REFUSED, "too many", NULL},
	{"C05", CLOUD_GCP, "exact = true;", "", "the ranges of the VIPs", SEVERITY_REFUSED, "213 too many", "leave exact out"},
	{"C05", CLOUD_GCP, "vips_per_node = 1;", "", "vips_per_node", SEVERITY_REFUSED, "2 is the least", "vips_per_node = 4"},
	{"C05", CLOUD_GCP, "vips_per_node = 3;", "", "vips_per_node", SEVERITY_WARNING, NULL, "vips_per_node = 4"},
	{"C05", CLOUD_AZURE, IN_SUBNET RANGE("10.1.0.0/25"), NODES ",\"owned\":[{\"range\":\"10.1.0.0/26\",\"owner\":\"test\"}]", NULL, 0, NULL, NULL},
	{"C05", CLOUD_AZURE, IN_SUBNET RANGE("10.1.0.0/25"), NODES ",\"owned\":[{\"range\":\"10.1.0.0/26\",\"owner\":\"other\"}]", "the ranges", SEVERITY_REFUSED, "64 can be used", NULL},
	{"C06", CLOUD_GCP, RANGE("172.16.255.0-172.17.0.255"), "", "container bridge", SEVERITY_REFUSED, "partly in", "172.16.255.0/24"},
	{"C06", CLOUD_GCP, "", "\"reserved\":[{\"name\":\"theirs\",\"range\":\"10.20.0.128/25\"}]", "theirs", SEVERITY_REFUSED, "around", "give 10.20.0.0/25 instead"},
	{"C06", CLOUD_GCP, "", "\"reserved\":[{\"name\":\"ours\",\"range\":\"10.20.0.0/24\",\"owner\":\"test\"}]", NULL, 0, NULL, NULL},
	{"C06", CLOUD_GCP, "", "\"reserved\":[{\"name\":\"theirs\",\"range\":\"10.20.0.0/24\",\"owner\":\"other\"}]", "theirs", SEVERITY_REFUSED, "equal to", NULL},
	{"C06", CLOUD_GCP, "on_premises = \"10.20.0.0/16\";", "", "on_premises", SEVERITY_WARNING, "must be advertised", NULL},
	{"C06", CLOUD_GCP, "on_premises = \"10.20.0.0/24\";", "", "on_premises", SEVERITY_REFUSED, "equal to", NULL},
	{"C06", CLOUD_GCP, "", "\"on_premises\":[{\"name\":\"office\",\"range\":\"10.20.0.64/26\"}]", "office", SEVERITY_REFUSED, "in use on premises", "10.20.0.0/26 and 10.20.0.128/25"},
	{"C06", CLOUD_GCP, "on_premises = \"10.21.0.0/16\";", "", NULL, 0, NULL, NULL},
	{"C07", CLOUD_GCP, "replication_vips = 9;", "", "replication_vips", SEVERITY_REFUSED, "9 replication addresses are at home on 8", "replication_vips = 8"},
	{"C07", CLOUD_GCP, "replication_vips = 8;", "", NULL, 0, NULL, NULL},
	{"C07", CLOUD_GCP, "nodes = 1; replication_vips = 3;", "", NULL, 0, NULL, NULL}, /* it cannot grow */
	{"C09", CLOUD_GCP, "skip_edges = true;" RANGE("10.0.0.0/7"), "", "10.0.0.0/7", SEVERITY_WARNING, "none is left out", "/8"},
	{"C09", CLOUD_GCP, "skip_edges = true;" RANGE("10.0.0.0/8"), "", NULL, 0, NULL, NULL},
	{"C10", CLOUD_GCP, RANGE("10.20.0.2-10.20.0.44"), "", "home blocks", SEVERITY_WARNING, "no aligned block", "multiple of 4"},
	{"C10", CLOUD_GCP, "vips_per_node = 5;", "", "home blocks", SEVERITY_NOTE, "blocks of 8 addresses for 5 VIPs", "vips_per_node = 8"},
	{"C10", CLOUD_GCP, "", "", NULL, 0, NULL, NULL},
	{"C11", CLOUD_GCP, "", "\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":105,\"used\":1}]", "routes", SEVERITY_REFUSED, "105 at the worst", NULL},
	{"C11", CLOUD_GCP, "", "\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":106,\"used\":1}]", "routes", SEVERITY_NOTE, "19 routes at rest", NULL},
	{"C12", CLOUD_GCP, "clients = \"10.20.0.0/28, 10.50.0.0/16\";", "", "10.20.0.0/28", SEVERITY_REFUSED, "beside themselves", NULL},
	{"C12", CLOUD_GCP, "clients = \"10.50.0.0/16\";", "", NULL, 0, NULL, NULL},
	{"C14", CLOUD_GCP, "", NULL, "network", SEVERITY_WARNING, "without a snapshot", "--network-from"},
	{"C14", CLOUD_GCP, "", "", NULL, 0, NULL, NULL},
	{"C15", CLOUD_GCP, RANGE("fd00:1::/64"), "", "fd00:1::/64", SEVERITY_REFUSED, "not supported here", "IPv4"},
	{"C15", CLOUD_AZURE, IN_SUBNET RANGE("fd00:1::/64"), "", "fd00:1::/64", SEVERITY_REFUSED, "not supported here", "routed"},
	{"C15", CLOUD_AZURE, RANGE("fd00:1::/64"), "", "fd00:1::/64", SEVERITY_WARNING, "does not carry it out", "IPv4"},
	{"C15", CLOUD_AZURE, "", "", NULL, 0, NULL, NULL},
	{"C15", CLOUD_AZURE, RANGE("fd00:1::/64") "machine_ranges = \"10.1.0.0/24\";", "", "10.1.0.0/24", SEVERITY_REFUSED, "a next hop is of the same family", "family"},
	{"C16", CLOUD_GCP, RANGE("11.0.0.0/24"), "", "11.0.0.0/24", SEVERITY_REFUSED, "not all private", "allow_public = true"},
	{"C16", CLOUD_GCP, RANGE("11.0.0.0/24") "allow_public = true;", "", "11.0.0.0/24", SEVERITY_WARNING, NULL, NULL},
	{"C16", CLOUD_GCP, RANGE("9.255.255.0-10.0.0.255"), "", "9.255.255.0", SEVERITY_REFUSED, NULL, NULL},
	{"C16", CLOUD_GCP, RANGE("100.64.0.0/24"), "", NULL, 0, NULL, NULL},
	{"C17", CLOUD_GCP, "vip_mode = \"bgp\";", "", "vip_mode", SEVERITY_REFUSED, "Network Connectivity Center", "routed"},
	{"C17", CLOUD_AZURE, "vip_mode = \"bgp\";", "", "vip_mode", SEVERITY_REFUSED, "Route Server", "routed"},
	{"C18", CLOUD_GCP, "mtu = 8896;", "\"mtu\":1460", "mtu", SEVERITY_REFUSED, "1460", "mtu = 1460"},
	{"C18", CLOUD_GCP, "mtu = 8896; on_premises = \"192.168.0.0/16\";", "\"mtu\":8896", "mtu", SEVERITY_WARNING, "inside the cloud's network only", NULL},
	{"C18", CLOUD_GCP, "mtu = 1460;", "\"mtu\":1460", NULL, 0, NULL, NULL},
	/* ---- Azure ---- */
	{"A01", CLOUD_AZURE, IN_SUBNET RANGE("10.20.0.0/30"), "", "10.20.0.0/30", SEVERITY_REFUSED, "so small", "at least a /29"},
	{"A02", CLOUD_AZURE, "allow_public = true; " RANGE("168.63.129.0/24"), "", "168.63.129.0/24", SEVERITY_REFUSED, "Azure's own", NULL},
	{"A02", CLOUD_GCP, "allow_public = true; " RANGE("168.63.129.0/24"), "", NULL, 0, NULL, NULL},
	{"A03", CLOUD_AZURE, IN_SUBNET, NODES, "10.20.0.0/24", SEVERITY_REFUSED, "in none of the snapshot's", NULL},
	{"A03", CLOUD_AZURE, IN_SUBNET RANGE("10.1.0.128-10.1.1.127"), NODES, "subnet nodes", SEVERITY_REFUSED, "partly in a subnet", NULL},
	{"A03", CLOUD_AZURE, IN_SUBNET RANGE("10.1.0.0/24"), "\"subnets\":[" SUBNET("gw", "10.1.0.0/24", ",\"purpose\":\"gateway\"") "]", "subnet gw", SEVERITY_REFUSED, "kept for gateway", NULL},
	{"A03", CLOUD_AZURE, IN_SUBNET RANGE("10.1.0.0/24"), NODES, NULL, 0, NULL, NULL},
	{"A03", CLOUD_AZURE, IN_SUBNET "ranges = [ \"10.1.0.0/25\", \"10.2.0.0/25\" ];", TWO_SUBNETS, "subnet apps", SEVERITY_REFUSED, "the machines are in subnet nodes", "a range of subnet nodes"},
	{"A03", CLOUD_AZURE, "machine_ranges = [ \"10.1.0.0/25\", \"10.2.0.0/25\" ];", TWO_SUBNETS, "subnet apps", SEVERITY_REFUSED, "its own subnet only", NULL},
	{"A03", CLOUD_AZURE, "machine_ranges = \"10.1.0.128-10.1.1.9\";", TWO_SUBNETS, "subnet nodes", SEVERITY_REFUSED, "partly in a subnet", "all in the subnet"},
	{"A05", CLOUD_AZURE, "machine_ranges = \"10.50.3.0/24\";", PEER(""), "peering spoke", SEVERITY_REFUSED, "a new one may not have", "another range"},
	{"G04", CLOUD_GCP, "machine_ranges = \"10.50.3.0/24\";", PEER(",\"exports\":true,\"peer_imports\":true"), "peering spoke", SEVERITY_REFUSED, "a new one may not have", NULL},
	{"G05", CLOUD_GCP, "machine_ranges = \"10.40.0.0/24\";", "\"services\":[{\"name\":\"psa\",\"range\":\"10.40.0.0/25\"}]", "psa", SEVERITY_REFUSED, "a new one may not have", "give 10.40.0.128/25 instead"},
	{"C06", CLOUD_GCP, "machine_ranges = \"10.40.0.0/24\";", "\"reserved\":[{\"name\":\"r\",\"range\":\"10.40.0.0/16\",\"owner\":\"test\"}]", NULL, 0, NULL, NULL},
	{"C06", CLOUD_GCP, "machine_ranges = \"10.40.0.0/24\";", "\"reserved\":[{\"name\":\"r\",\"range\":\"10.40.0.0/16\"}]", "reserved range r", SEVERITY_REFUSED, "a new one may not have", NULL},
	{"A04", CLOUD_AZURE, RANGE("10.0.5.0/24"), "\"space\":[\"10.0.0.0/16\"]", "address space of net", SEVERITY_REFUSED, "inside", NULL},
	{"A04", CLOUD_AZURE, RANGE("10.50.0.0/24"), PEER(""), "peering spoke", SEVERITY_REFUSED, "inside", NULL},
	{"A04", CLOUD_AZURE, RANGE("10.1.0.0/16"), NODES, "subnet nodes", SEVERITY_REFUSED, "around", NULL},
	{"A04", CLOUD_AZURE, "", "\"space\":[\"10.0.0.0/16\"]," NODES, NULL, 0, NULL, NULL},
	{"A05", CLOUD_AZURE, "", PEER(",\"in_sync\":false"), "spoke", SEVERITY_WARNING, "does not know", "synchronize"},
	{"A05", CLOUD_AZURE, IN_SUBNET RANGE("10.50.0.0/24"), PEER(""), "spoke", SEVERITY_REFUSED, "may not overlap", NULL},
	{"A05", CLOUD_AZURE, "", PEER(""), NULL, 0, NULL, NULL},
	{"A06", CLOUD_AZURE, "", "\"subnets\":[" SUBNET("apps", "10.2.0.0/24", ",\"route_table\":\"rt\"") "],\"route_tables\":[{\"name\":\"rt\",\"routes\":5}]", "subnet apps", SEVERITY_WARNING, "is edited: 19 routes", NULL},
	{"A06", CLOUD_AZURE, "", "\"subnets\":[" SUBNET("apps", "10.2.0.0/24", ",\"route_table\":\"rt\"") "],\"route_tables\":[{\"name\":\"rt\",\"routes\":382}]", "subnet apps", SEVERITY_REFUSED, "full", "free routes"},
	{"A06", CLOUD_AZURE, "", "\"subnets\":[" SUBNET("apps", "10.2.0.0/24", ",\"route_table\":\"rt\"") "],\"route_tables\":[{\"name\":\"rt\",\"editable\":false}]", "subnet apps", SEVERITY_REFUSED, "may not be edited", "owner"},
	{"A06", CLOUD_AZURE, "", "\"quotas\":[{\"name\":\"RoutesPerRouteTable\",\"limit\":600}],\"subnets\":[" SUBNET("apps", "10.2.0.0/24", ",\"route_table\":\"rt\"") "],\"route_tables\":[{\"name\":\"rt\",\"routes\":382}]", "subnet apps", SEVERITY_WARNING, "is edited", NULL},
	{"A06", CLOUD_AZURE, "", "\"quotas\":[{\"name\":\"RoutesPerRouteTable\",\"limit\":50}]", "routes", SEVERITY_REFUSED, "50 routes are allowed", "ask for a limit of"},
	{"A06", CLOUD_AZURE, "vips_per_node = 24;" RANGE("10.20.0.0/22"), "", "routes", SEVERITY_REFUSED, "do not fit", "ask for a limit of"},
	{"A06", CLOUD_AZURE, "", "\"subnets\":[" SUBNET("apps", "10.2.0.0/24", ",\"route_table\":\"rt\"") "],\"route_tables\":[{\"name\":\"rt\",\"routes\":382}],\"routes\":[{\"name\":\"apollo.test.x\",\"destination\":\"10.20.0.1\",\"owner\":\"test\",\"table\":\"rt\"}]", "subnet apps", SEVERITY_WARNING, "is edited", NULL},
	{"A06", CLOUD_AZURE, "", "", NULL, 0, NULL, NULL},
	{"A07", CLOUD_AZURE, "", NODES, "subnet nodes", SEVERITY_NOTE, "not inherited", NULL},
	{"A07", CLOUD_AZURE, "", PEER(""), "peering spoke", SEVERITY_WARNING, "need their own", "10.20.0.0/24"},
	{"A08", CLOUD_AZURE, "", "", "machines", SEVERITY_NOTE, "forward", NULL},
	{"A08", CLOUD_AZURE, "clients = \"10.50.7.0/24\";", PEER(",\"access\":true,\"peer_access\":true,\"forwarded\":true,\"peer_forwarded\":false"), "spoke", SEVERITY_REFUSED, "does not let forwarded traffic in", "in the peer's peering"},
	{"A08", CLOUD_AZURE, "", PEER(",\"peer_forwarded\":false"), "spoke", SEVERITY_WARNING, "does not let forwarded traffic in", "in the peer's peering"},
	{"A08", CLOUD_AZURE, "", PEER(""), "spoke", SEVERITY_NOTE, "is not known here", "allowForwardedTraffic"},
	{"A08", CLOUD_AZURE, "", PEER(",\"forwarded\":false,\"peer_forwarded\":true"), "spoke", SEVERITY_WARNING, "what v2 forwards", "on here"},
	{"A08", CLOUD_AZURE, "clients = \"10.50.7.0/24\";", PEER(",\"access\":false"), "spoke", SEVERITY_REFUSED, "do not reach", "on here"},
	{"A08", CLOUD_AZURE, "", PEER(",\"peer_access\":false"), "spoke", SEVERITY_WARNING, "do not reach", "in the peer's peering"},
	{"A08", CLOUD_AZURE, IN_SUBNET RANGE("10.1.0.0/24"), NODES "," PEER(",\"forwarded\":false,\"peer_forwarded\":false,\"access\":true"), NULL, 0, NULL, NULL},
	{"A09", CLOUD_AZURE, "", "", "routes", SEVERITY_NOTE, "dropped", NULL},
	{"A10", CLOUD_AZURE, "on_premises = \"192.168.0.0/16\";", "", "on premises", SEVERITY_WARNING, "not advertised", "advertise 10.20.0.0/24"},
	{"A10", CLOUD_AZURE, "", "\"routes\":[{\"name\":\"l\",\"destination\":\"192.168.0.0/16\",\"dynamic\":true}]", "on premises", SEVERITY_WARNING, "not advertised", NULL},
	{"A10", CLOUD_AZURE, "", "\"routes\":[{\"name\":\"l\",\"destination\":\"192.168.0.0/16\"}]", NULL, 0, NULL, NULL},
	{"A10", CLOUD_AZURE, "", "", NULL, 0, NULL, NULL},
	{"A11", CLOUD_AZURE, IN_SUBNET "vips_per_node = 64; replication_vips = 0;" RANGE("10.0.0.0/18"), "", NULL, 0, NULL, NULL},
	{"A11", CLOUD_AZURE, IN_SUBNET "nodes = 9000; vips_per_node = 8;" RANGE("10.0.0.0/8"), "", "the cluster", SEVERITY_REFUSED, "a network takes 65536", NULL},
	{"A11", CLOUD_AZURE, IN_SUBNET RANGE("10.0.0.0/18"), "\"quotas\":[{\"name\":\"IPConfigurationsPerVirtualNetwork\",\"limit\":50}]", "the cluster", SEVERITY_REFUSED, "a network takes 50", NULL},
	{"A11", CLOUD_AZURE, IN_SUBNET "vips_per_node = 128;" RANGE("10.0.0.0/18"), "", "vips_per_node", SEVERITY_WARNING, "takes 256", "fewer VIPs"},
	{"A11", CLOUD_AZURE, IN_SUBNET "vips_per_node = 256;" RANGE("10.0.0.0/18"), "", "vips_per_node", SEVERITY_REFUSED, "takes 256", "fewer VIPs"},
	{"A14", CLOUD_AZURE, "", "", "security groups", SEVERITY_WARNING, "outside it", "allow clients to 10.20.0.0/24"},
	{"A14", CLOUD_AZURE, IN_SUBNET "protocols = [ \"database\" ];", "", "database", SEVERITY_WARNING, "no port is known", "ports.cfg"},
	{"A14", CLOUD_AZURE, IN_SUBNET "protocols = [ \"nfs\", \"smb\", \"s3\", \"block\", \"kafka\" ];", NULL, NULL, 0, NULL, NULL},
	{"A16", CLOUD_AZURE, "", "", "permissions", SEVERITY_NOTE, "subnets/join/action", NULL},
	{"A16", CLOUD_AZURE, IN_SUBNET, "", NULL, 0, NULL, NULL},
	{"A16", CLOUD_AZURE, IN_SUBNET "nodes = 375; compute_nodes = 6;" RANGE("10.0.0.0/16"), "", "machines", SEVERITY_REFUSED, "381 machines: the managed application's template takes 380", "at most 374 data machines"},
	{"A16", CLOUD_AZURE, IN_SUBNET "nodes = 374; grow_to = 375; compute_nodes = 6;" RANGE("10.0.0.0/16"), "", "machines", SEVERITY_WARNING, "381 machines are the growth's target", "at most 374"},
	{"A16", CLOUD_AZURE, IN_SUBNET "nodes = 374; compute_nodes = 6;" RANGE("10.0.0.0/16"), "", NULL, 0, NULL, NULL},
	{"A16", CLOUD_GCP, IN_SUBNET "nodes = 500;" RANGE("10.0.0.0/16"), "", NULL, 0, NULL, NULL},
	/* ---- Google Cloud ---- */
	{"G01", CLOUD_GCP, IN_SUBNET RANGE("10.20.0.0/30"), "", "10.20.0.0/30", SEVERITY_REFUSED, "so small", "/29"},
	{"G02", CLOUD_GCP, "allow_public = true; " RANGE("199.36.153.0/24"), "", "Google's own", SEVERITY_REFUSED, "Google's own", NULL},
	{"G03", CLOUD_GCP, IN_SUBNET, NODES, "10.20.0.0/24", SEVERITY_REFUSED, "in none", NULL},
	{"G03", CLOUD_GCP, IN_SUBNET RANGE("10.9.0.0/24"), "\"subnets\":[" SUBNET("nodes", "10.1.0.0/24", ",\"google_access\":true,\"secondary\":[{\"name\":\"vips\",\"range\":\"10.9.0.0/24\"}]") "]", "secondary range vips", SEVERITY_NOTE, "asked for by its name", NULL},
	{"G03", CLOUD_GCP, IN_SUBNET "ranges = [ \"10.9.0.0/24\", \"10.1.0.0/25\" ]; ", "\"subnets\":[" SUBNET("nodes", "10.1.0.0/24", ",\"google_access\":true,\"secondary\":[{\"name\":\"vips\",\"range\":\"10.9.0.0/24\"}]") "]", "secondary range vips", SEVERITY_WARNING, "aliases of one", "one of them alone"},
	{"G03", CLOUD_GCP, IN_SUBNET RANGE("10.9.0.0/25") "machine_ranges = \"10.9.0.128/25\";", "\"subnets\":[" SUBNET("nodes", "10.1.0.0/24", ",\"google_access\":true,\"secondary\":[{\"name\":\"vips\",\"range\":\"10.9.0.0/24\"}]") "]", "secondary range vips", SEVERITY_REFUSED, "never of a secondary range", "own range"},
	{"G03", CLOUD_GCP, "machine_subnet = \"nodes\";", "\"subnets\":[" SUBNET("nodes", "10.1.0.0/24", ",\"google_access\":true,\"region\":\"elsewhere\"") "]", "machine_subnet", SEVERITY_REFUSED, "no such subnet in here", NULL},
	{"G03", CLOUD_GCP, "machine_subnet = \"nodes\";", "\"subnets\":[" SUBNET("nodes", "10.9.0.0/24", ",\"google_access\":true,\"region\":\"elsewhere\"") "," SUBNET("nodes", "10.1.0.0/24", ",\"google_access\":true,\"region\":\"here\"") "]", NULL, 0, NULL, NULL},
	{"G03", CLOUD_GCP, "machine_subnet = \"nowhere\";", NODES, "machine_subnet", SEVERITY_REFUSED, "no such subnet", NULL},
	{"G03", CLOUD_GCP, IN_SUBNET "vips_per_node = 64;" RANGE("10.0.0.0/18"), "", NULL, 0, NULL, NULL},
	{"G03", CLOUD_GCP, IN_SUBNET "vips_per_node = 100;" RANGE("10.0.0.0/18"), "", "vips_per_node", SEVERITY_WARNING, "takes 150", "fewer VIPs"},
	{"G03", CLOUD_GCP, IN_SUBNET "vips_per_node = 149;" RANGE("10.0.0.0/18"), "", "vips_per_node", SEVERITY_REFUSED, "takes 150", "fewer VIPs"},
	{"G04", CLOUD_GCP, RANGE("10.1.0.0/25"), NODES, "subnet nodes", SEVERITY_REFUSED, "inside", NULL},
	{"G04", CLOUD_GCP, RANGE("10.1.0.0/24"), NODES, "subnet nodes", SEVERITY_REFUSED, "equal to", NULL},
	{"G04", CLOUD_GCP, RANGE("10.1.0.0/16"), NODES, "subnet nodes", SEVERITY_WARNING, "left out", NULL},
	{"G04", CLOUD_GCP, RANGE("10.0.255.0-10.1.0.9"), NODES, "subnet nodes", SEVERITY_REFUSED, "partly in", "give 10.0.255.0/24 instead"},
	{"G04", CLOUD_GCP, RANGE("10.50.1.0/24"), PEER(""), "peering spoke", SEVERITY_REFUSED, "inside", NULL},
	{"G04", CLOUD_GCP, "", NODES, NULL, 0, NULL, NULL},
	{"G05", CLOUD_GCP, "", "\"services\":[{\"name\":\"psa\",\"range\":\"10.20.0.0/16\"}]", "psa", SEVERITY_REFUSED, "allocated to a service", NULL},
	{"G05", CLOUD_GCP, RANGE("10.130.0.0/24"), "\"automatic\":true", "10.128.0.0/9", SEVERITY_REFUSED, "auto-mode", NULL},
	{"G05", CLOUD_GCP, RANGE("10.130.0.0/24"), "", NULL, 0, NULL, NULL},
	{"G06", CLOUD_GCP, "", "\"routes\":[{\"name\":\"r\",\"destination\":\"10.20.0.64/26\"}]", "route r", SEVERITY_REFUSED, "somebody else's", NULL},
	{"G06", CLOUD_GCP, "", "\"routes\":[{\"name\":\"r\",\"destination\":\"10.20.0.0/24\"}]", "route r", SEVERITY_REFUSED, "equal to", NULL},
	{"G06", CLOUD_GCP, "", "\"routes\":[{\"name\":\"r\",\"destination\":\"10.20.0.0/24\",\"dynamic\":true}]", "route r", SEVERITY_WARNING, "priority decides", NULL},
	{"G06", CLOUD_GCP, "", "\"routes\":[{\"name\":\"r\",\"destination\":\"10.0.0.0/8\"}]", "route r", SEVERITY_NOTE, "broader", NULL},
	{"G06", CLOUD_GCP, "", "\"routes\":[{\"name\":\"r\",\"destination\":\"10.20.0.64/26\",\"owner\":\"test\"}]", NULL, 0, NULL, NULL},
	{"G06", CLOUD_GCP, "", "\"routes\":[{\"name\":\"r\",\"destination\":\"0.0.0.0/0\"}]", NULL, 0, NULL, NULL},
	{"G09", CLOUD_GCP, "", "\"project\":\"p\",\"host_project\":\"h\"", "h", SEVERITY_NOTE, "addresses, not machines", NULL},
	{"G10", CLOUD_GCP, "", "\"project\":\"p\",\"host_project\":\"h\"", "h", SEVERITY_WARNING, "host project", "project h"},
	{"G10", CLOUD_GCP, "", "\"project\":\"p\"", NULL, 0, NULL, NULL},
	{"G11", CLOUD_GCP, "", PEER(""), "spoke", SEVERITY_WARNING, "do not learn", "export custom routes here"},
	{"G11", CLOUD_GCP, "clients = \"10.50.7.0/24\";", PEER(",\"exports\":true"), "spoke", SEVERITY_REFUSED, "do not learn", "import custom routes there"},
	{"G11", CLOUD_GCP, "", PEER(",\"exports\":true,\"peer_imports\":true"), NULL, 0, NULL, NULL},
	{"G12", CLOUD_GCP, "on_premises = \"192.168.0.0/16\"; ranges = [ \"10.20.0.0/25\", \"10.20.0.128/25\" ];", "", "on premises", SEVERITY_WARNING, "not advertised", "10.20.0.0/24 on the Cloud Router"},
	{"G13", CLOUD_GCP, "", "", "routes", SEVERITY_WARNING, "not known", "STATIC_ROUTES_PER_NETWORK"},
	{"G13", CLOUD_GCP, "", "\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":100,\"used\":10}]", "routes", SEVERITY_REFUSED, "100 routes are allowed and 10 are there", "limit of 115"},
	{"G13", CLOUD_GCP, "", "\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":500},{\"name\":\"STATIC_ROUTES_PER_PEERING_GROUP\",\"limit\":400,\"used\":300}]", "routes", SEVERITY_REFUSED, "400 routes are allowed and 300 are there", "limit of 405"},
	{"G13", CLOUD_GCP, "", "\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":110,\"used\":9},{\"name\":\"STATIC_ROUTES_PER_PEERING_GROUP\",\"limit\":400,\"used\":9}]", "routes", SEVERITY_REFUSED, "110 routes are allowed and 9 are there", "limit of 114"},
	{"G13", CLOUD_GCP, "", "\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_PEERING_GROUP\",\"limit\":400}]", "routes", SEVERITY_WARNING, "not known", "STATIC_ROUTES_PER_NETWORK"},
	{"G13", CLOUD_GCP, "", "\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":500},{\"name\":\"STATIC_ROUTES_PER_PEERING_GROUP\",\"limit\":400}]", NULL, 0, NULL, NULL},
	{"G13", CLOUD_GCP, "", "\"routes\":[{\"name\":\"o\",\"destination\":\"10.20.0.1\",\"owner\":\"test\"}],\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":106,\"used\":2}]", NULL, 0, NULL, NULL}, /* one is its own */
	{"G13", CLOUD_GCP, "", "\"routes\":[{\"name\":\"o\",\"destination\":\"10.60.0.1\",\"owner\":\"other\"}],\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":106,\"used\":2}]", "routes", SEVERITY_REFUSED, "2 are there", NULL},
	{"G14", CLOUD_GCP, "", "", "routes", SEVERITY_NOTE, "not yet everywhere", NULL},
	{"G15", CLOUD_GCP, "", "", "firewall", SEVERITY_NOTE, "destination", NULL},
	{"G15", CLOUD_GCP, "protocols = [ \"nfs\", \"database\" ];", "", "database", SEVERITY_WARNING, "no port is known", "ports.cfg"},
	{"G17", CLOUD_GCP, "", "", "shape", SEVERITY_WARNING, "not moved alive", NULL},
	{"G19", CLOUD_GCP, "machine_subnet = \"nodes\";", "\"subnets\":[" SUBNET("nodes", "10.1.0.0/24", "") "]", "nodes", SEVERITY_REFUSED, "no Google API", "Private Google Access"},
	{"G19", CLOUD_GCP, "machine_subnet = \"nodes\";", NODES, NULL, 0, NULL, NULL},
	/* ---- placement ---- */
	{"P01", CLOUD_GCP, "", "", "domain-1", SEVERITY_NOTE, "at most 1 of 8", NULL},
	{"P01", CLOUD_GCP, "zones = [ \"a\", \"b\" ];", "", "a", SEVERITY_REFUSED, "2 domains are not enough", "one zone, or three"},
	{"P01", CLOUD_AZURE, "nodes = 16; zones = [ \"1\", \"2\", \"3\" ];", "", "1", SEVERITY_NOTE, "at most 6 of 16", NULL},
	{"P02", CLOUD_GCP, "nodes = 7;", "", "nodes", SEVERITY_REFUSED, "at least 8", "nodes = 8, or 1"},
	{"P02", CLOUD_GCP, "nodes = 1;", "", "nodes", SEVERITY_WARNING, "single instance", NULL},
	{"P02", CLOUD_GCP, "nodes = 1; grow_to = 8;", "", "grow_to", SEVERITY_REFUSED, "cannot grow", NULL},
	{"P03", CLOUD_GCP, "shape = \"n1-standard-1\";", "", "shape", SEVERITY_REFUSED, "not a data machine", "shapes.cfg"},
	{"P03", CLOUD_GCP, "shape = \"Standard_L32aos_v4\";", "", "shape", SEVERITY_REFUSED, NULL, NULL},
	{"P03", CLOUD_GCP, "", "", NULL, 0, NULL, NULL},
};

static bool rule_speaks(const struct rule *rule, const struct planned *planned)
{
	for (size_t i = 0; i < planned->plan.findings.count; i++) {
		const struct finding *finding = &planned->plan.findings.items[i];

		if (strcmp(finding->code, rule->code) == 0 && finding->severity == rule->severity &&
		    (strstr(finding->object, rule->object) || strstr(finding->other, rule->object)) &&
		    (!rule->message || strstr(finding->message, rule->message)) &&
		    (!rule->suggestion || strstr(finding->suggestion, rule->suggestion)))
			return true;
	}
	return false;
}

static void each_rule_speaks(void)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct rule *rule = &rules[i];
		PLANNED_CLEANUP struct planned planned;

		planned_make(&planned, rule->cloud, rule->settings, rule->network);
		if (rule->object ? rule_speaks(rule, &planned) : !planned_finding(&planned, rule->code, NULL))
			continue;
		(void)printf("\n    %s for: %s | %s\n", rule->code, rule->settings, rule->network ? rule->network : "no snapshot");
		for (size_t j = 0; j < planned.plan.findings.count; j++) {
			const struct finding *finding = &planned.plan.findings.items[j];

			(void)printf("      %s %s: %s | %s | %s | %s\n", finding->code, severity_name(finding->severity), finding->object, finding->other,
				     finding->message, finding->suggestion);
		}
		CU_FAIL("a rule does not say what it should");
	}
}

/* A machines' subnet that is the routed range itself, a part of it, around it or beside it: nothing is given twice. */
static void addresses_have_one_owner(void)
{
#define MACHINES "machine_subnet = \"nodes\"; nodes = 3; "
	static const struct {
		const char *settings;
		bool mapped;
	} cases[] = {{MACHINES RANGE("10.1.0.0/24"), false}, {MACHINES RANGE("10.1.0.0/25"), false},
		     {MACHINES RANGE("10.1.0.0/23"), true}, {MACHINES RANGE("10.1.1.0/24"), true}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		PLANNED_CLEANUP struct planned planned;

		planned_make(&planned, CLOUD_GCP, cases[i].settings, NODES);
		CU_ASSERT_EQUAL(planned.plan.seat_count > 0, cases[i].mapped);
		CU_ASSERT(cases[i].mapped || planned.plan.verdict == VERDICT_NOT);
		for (size_t j = 1; j < planned.plan.seat_count; j++)
			CU_ASSERT(planned.plan.seats[j - 1].address < planned.plan.seats[j].address);
	}
}

/* Refused findings come first, and the verdict follows from them. */
static void findings_are_sorted(void)
{
	PLANNED_CLEANUP struct planned planned;

	planned_make(&planned, CLOUD_GCP, RANGE("10.1.0.0/27") "nodes = 7; on_premises = \"192.168.0.0/16\";", NODES);
	CU_ASSERT_EQUAL(planned.plan.verdict, VERDICT_NOT);
	for (size_t i = 1; i < planned.plan.findings.count; i++) {
		const struct finding *before = &planned.plan.findings.items[i - 1], *finding = before + 1;

		CU_ASSERT(before->severity < finding->severity ||
			  (before->severity == finding->severity && strcmp(before->code, finding->code) <= 0));
	}
}

static const struct unit_test tests[] = {
	{"each rule speaks where it should, and is silent beside it", each_rule_speaks},
	{"addresses have one owner", addresses_have_one_owner},
	{"findings are sorted", findings_are_sorted},
};

int main(void)
{
	return UNIT_RUN("rules of a plan", tests);
}
