# SPDX-License-Identifier: Apache-2.0
# Most of these are in the terraform.tfvars.json that apollo plan writes; the others no plan knows.

# ---- Google's ----

variable "project_id" {
  description = "The project that the machines are made in."
  type        = string
}

variable "goog_cm_deployment_name" {
  description = "The marketplace's name of the deployment; a label of all that is made. Names begin with the cluster's own name."
  type        = string
  default     = ""
}

# ---- the plan's ----

variable "name" {
  description = "Begins the names of all that is made: small letters, digits and dashes, at most 30. It is apollo's mark."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$", var.name))
    error_message = "Small letters, digits and dashes, a letter first, no dash last, at most 30."
  }
}

variable "plan_version" {
  description = "The version of the plan's map."
  type        = number

  validation {
    condition     = var.plan_version == 1
    error_message = "This module carries out maps of version 1."
  }
}

variable "network_digest" {
  description = "SHA-256 of the snapshot of the network that the plan was made for."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([0-9a-f]{64})?$", var.network_digest))
    error_message = "64 hexadecimal digits, or nothing."
  }
}

variable "region" {
  description = "The region of the machines and of their subnet."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region, such as us-central1."
  }
}

variable "zone" {
  description = "The zone of machines for which the plan names none."
  type        = string
  default     = ""
}

variable "network_project" {
  description = "The project of the network, where it is shared from another one; empty: the same."
  type        = string
  default     = ""
}

variable "network" {
  description = "The customer's network."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", var.network))
    error_message = "The network's name alone, without its project."
  }
}

variable "subnet" {
  description = "The subnet that machines take their addresses from."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", var.subnet))
    error_message = "The subnet's name alone, without its region."
  }
}

variable "mtu" {
  description = "Bytes of a packet: the network's, which machines take from it; told to the cluster. 0: not known."
  type        = number
  default     = 0

  validation {
    condition     = var.mtu == 0 || (var.mtu >= 1300 && var.mtu <= 8896)
    error_message = "1300 to 8896, as of Google's networks, or 0."
  }
}

variable "machine_type" {
  description = "The type of data machines: one with local disks, of the z3 family."
  type        = string

  validation {
    condition     = can(regex("^z3-", var.machine_type))
    error_message = "A type of the z3 family, such as z3-highmem-88-highlssd."
  }
}

variable "availability_domains" {
  description = "Availability domains of a zone that machines are spread over. It cannot be changed later."
  type        = number
  default     = 8

  validation {
    condition     = var.availability_domains >= 1 && var.availability_domains <= 8
    error_message = "1 to 8."
  }
}

variable "management" {
  description = "The management machine: name, address, zone, addresses held for it, and its virtual addresses."
  type = object({
    name    = string
    address = string
    zone    = string
    held    = list(string)
    vips    = list(string)
  })

  validation {
    condition     = alltrue([for address in concat([var.management.address], var.management.held, var.management.vips) : can(cidrnetmask("${address}/32"))])
    error_message = "Addresses are IPv4 addresses."
  }
}

variable "machines" {
  description = "Data and compute-only machines: number (of its kind), name, kind (data, compute), address, zone, availability domain, addresses held for it, home block and virtual addresses."
  type = list(object({
    number  = number
    name    = string
    kind    = string
    address = string
    zone    = string
    domain  = number
    held    = list(string)
    home    = string
    vips    = list(string)
  }))

  validation {
    condition     = alltrue([for machine in var.machines : contains(["data", "compute"], machine.kind)])
    error_message = "A machine is of the kind data or compute."
  }

  validation {
    condition     = length([for machine in var.machines : 1 if machine.kind == "data"]) == 1 || length([for machine in var.machines : 1 if machine.kind == "data"]) >= 8
    error_message = "A cluster has at least 8 data machines; a single instance has 1."
  }

  validation {
    condition     = length(var.machines) == length(distinct(var.machines[*].name))
    error_message = "Two machines have the same name."
  }

  validation {
    condition     = alltrue([for address in flatten([for machine in var.machines : concat([machine.address], machine.held, machine.vips)]) : can(cidrnetmask("${address}/32"))])
    error_message = "Addresses are IPv4 addresses."
  }
}

variable "reserved" {
  description = "Addresses of the subnet that are kept for machines that replace others, and for the one that checks before the cluster is made: name and address."
  type = list(object({
    name    = string
    address = string
  }))
  default = []

  validation {
    condition     = alltrue([for each in var.reserved : can(cidrnetmask("${each.address}/32"))])
    error_message = "Addresses are IPv4 addresses."
  }
}

variable "vip_mode" {
  description = "How a virtual address comes to the machine that serves it: routed, or in-subnet."
  type        = string

  validation {
    condition     = contains(["routed", "in-subnet"], var.vip_mode)
    error_message = "routed or in-subnet; bgp is not carried out yet."
  }
}

variable "subnetwork_range_name" {
  description = "In a subnet: the secondary range that virtual addresses are of; empty: they are of the subnet's own range."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([a-z]([-a-z0-9]{0,61}[a-z0-9])?)?$", var.subnetwork_range_name))
    error_message = "The secondary range's name alone, or nothing."
  }
}

variable "vip_ranges" {
  description = "Prefixes of the virtual addresses."
  type        = list(string)

  validation {
    condition     = length(var.vip_ranges) > 0 && alltrue([for range in var.vip_ranges : can(cidrnetmask(range))])
    error_message = "IPv4 prefixes, such as 10.20.0.0/26; at least one."
  }

  validation {
    condition     = alltrue([for range in var.vip_ranges : try(cidrhost(range, 0) == split("/", range)[0], false)])
    error_message = "A prefix has bits behind its length: write its first address (rule C01)."
  }

  validation {
    condition     = !anytrue([for range in var.vip_ranges : can(regex("^(0|127|22[4-9]|23[0-9]|24[0-9]|25[0-5])\\.|^169\\.254\\.", range))])
    error_message = "No cluster can have these addresses (rules C03, G02)."
  }
}

variable "routes" {
  description = "Routed: name, destination, next_hop and priority of each home block and of each virtual address of the cluster's own."
  type = list(object({
    name        = string
    destination = string
    next_hop    = string
    priority    = number
  }))
  default = []

  validation {
    condition     = alltrue([for route in var.routes : can(cidrnetmask(route.destination)) && can(cidrnetmask("${route.next_hop}/32"))])
    error_message = "Destinations are IPv4 prefixes, next hops IPv4 addresses."
  }

  validation {
    condition     = alltrue([for route in var.routes : can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", route.name))])
    error_message = "A route's name is small letters, digits and dashes, at most 63 (rule G07)."
  }

  validation {
    condition     = alltrue([for route in var.routes : route.priority >= 10 && route.priority <= 65535])
    error_message = "Priorities are 10 to 65535: a route of another generation goes 10 before (rule G08)."
  }

  validation {
    condition     = length(var.routes) == length(distinct(var.routes[*].destination))
    error_message = "Two routes at rest have the same destination (rule G08)."
  }
}

variable "firewall_rules" {
  description = "Who may reach whom: group, direction (ingress, egress), sources, destinations, protocol, ports, reason."
  type = list(object({
    group        = string
    direction    = string
    sources      = list(string)
    destinations = list(string)
    protocol     = string
    ports        = list(string)
    reason       = string
  }))
  default = []

  validation {
    condition     = alltrue([for rule in var.firewall_rules : contains(["ingress", "egress"], rule.direction) && length(rule.sources) > 0 && length(rule.destinations) > 0])
    error_message = "A rule has a direction, and is never without sources or destinations."
  }

  validation {
    condition     = !anytrue([for rule in var.firewall_rules : contains(rule.sources, "0.0.0.0/0")])
    error_message = "No rule is for everybody."
  }
}

variable "dns_suffix" {
  description = "The cluster's name zone; empty: none."
  type        = string
  default     = ""
}

# ---- what no plan knows ----

variable "image" {
  description = "The image of all machines."
  type        = string
  default     = "projects/example-publisher/global/images/storage-cluster"

  validation {
    condition     = can(regex("^(https://www.googleapis.com/compute/v1/)?projects/[^/]+/global/images/[^/]+(/[^/]+)?$", var.image))
    error_message = "projects/PROJECT/global/images/IMAGE."
  }
}

variable "compute_machine_type" {
  description = "The type of machines that hold no data; empty: that of data machines."
  type        = string
  default     = ""
}

variable "management_machine_type" {
  description = "The type of the machine that runs the management."
  type        = string
  default     = "n2-standard-16"
}

variable "boot_disk_gib" {
  description = "The size of system disks."
  type        = number
  default     = 100

  validation {
    condition     = var.boot_disk_gib >= 10 && var.boot_disk_gib <= 65536
    error_message = "10 to 65536."
  }
}

variable "boot_disk_type" {
  description = "The type of system disks: pd-ssd, pd-balanced or hyperdisk-balanced, as the machine type takes it."
  type        = string
  default     = "pd-balanced"
}

variable "nic_type" {
  description = "The kind of network card: GVNIC, or IDPF for bare metal."
  type        = string
  default     = "GVNIC"

  validation {
    condition     = contains(["GVNIC", "IDPF"], var.nic_type)
    error_message = "GVNIC or IDPF."
  }
}

variable "tier_1" {
  description = "The paid tier of network performance, where the machine type has it."
  type        = bool
  default     = false
}

variable "spread_placement" {
  description = "Spread machines over availability domains. Without it, no proof holds of what one fault takes. Not every machine type takes it: the making of machines fails then."
  type        = bool
  default     = true
}

variable "local_ssd_recovery_hours" {
  description = "How long a host that failed is waited for, so that its local disks come back."
  type        = number
  default     = 1

  validation {
    condition     = var.local_ssd_recovery_hours >= 0 && var.local_ssd_recovery_hours <= 168 && floor(var.local_ssd_recovery_hours) == var.local_ssd_recovery_hours
    error_message = "0 to 168, whole hours."
  }
}

variable "deletion_protection" {
  description = "Machines cannot be deleted, and with them their local disks. Set it to false and apply it before the deployment is deleted."
  type        = bool
  default     = true
}

variable "network_changes" {
  description = "Make what is in the network's project: routes, firewall rules, reservations and the role on them. false: the network's people do."
  type        = bool
  default     = true
}

variable "reserve_ranges" {
  description = "Routed: reserve the ranges, so that nobody else takes them."
  type        = bool
  default     = true
}

variable "reservation_usage" {
  description = "How the reservation is marked: EXTERNAL_TO_VPC or FOR_VPC."
  type        = string
  default     = "EXTERNAL_TO_VPC"

  validation {
    condition     = contains(["EXTERNAL_TO_VPC", "FOR_VPC"], var.reservation_usage)
    error_message = "EXTERNAL_TO_VPC or FOR_VPC."
  }
}

variable "router" {
  description = "Routed, with clients on premises: a Cloud Router of this name and number that announces the ranges and all subnets. null: somebody else announces them."
  type = object({
    name = string
    asn  = number
  })
  default = null
}

variable "secret" {
  description = "The name of a secret of Secret Manager's in the machines' project, which the machines read when they start. The secret itself is never an input. Empty: none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[-_a-zA-Z0-9]{0,255}$", var.secret))
    error_message = "The name alone, without project and version."
  }
}

variable "labels" {
  description = "Labels of all that is made, beside apollo's own."
  type        = map(string)
  default     = {}
}

variable "goog_partner_solution" {
  description = "The value of the label goog-partner-solution, where the marketplace does not add it itself."
  type        = string
  default     = ""
}
