# SPDX-License-Identifier: Apache-2.0
# A storage cluster in the customer's network, with the addresses of a plan of apollo's.

provider "google" {
  project = var.project_id
  region  = var.region
}

locals {
  routed           = var.vip_mode == "routed"
  network_project  = var.network_project == "" ? var.project_id : var.network_project
  network          = "projects/${local.network_project}/global/networks/${var.network}"
  subnetwork       = "projects/${local.network_project}/regions/${var.region}/subnetworks/${var.subnet}"
  mark             = "apollo:${var.name}"
  machines         = { for machine in var.machines : machine.name => machine }
  own_addresses    = concat([var.management.address], var.machines[*].address)
  vips             = concat(var.management.vips, flatten(var.machines[*].vips))
  vip_range        = var.subnetwork_range_name == "" ? null : var.subnetwork_range_name
  subnet_addresses = concat(local.own_addresses, var.management.held, flatten(var.machines[*].held), var.reserved[*].address)

  labels = merge(
    var.labels,
    var.goog_cm_deployment_name == "" ? {} : { "deployment" = var.goog_cm_deployment_name },
    var.goog_partner_solution == "" ? {} : { "goog-partner-solution" = var.goog_partner_solution },
    { "apollo" = var.name, "apollo-plan" = tostring(var.plan_version) },
  )

  # The home of each address that is kept in the subnet: those of machines, and those for later.
  addresses = merge(
    { (var.management.name) = var.management.address },
    { for machine in var.machines : machine.name => machine.address },
    { for each in var.reserved : each.name => each.address },
  )

  # Whether a home block or address is of the ranges.
  routes_outside = [
    for route in var.routes : route.name if !anytrue([
      for range in var.vip_ranges :
      tonumber(split("/", route.destination)[1]) >= tonumber(split("/", range)[1]) &&
      cidrhost("${split("/", route.destination)[0]}/${split("/", range)[1]}", 0) == cidrhost(range, 0)
    ])
  ]

  # What a machine is told when it starts. Nothing is fetched: the image does the rest.
  facts = {
    apollo        = 1
    cloud         = "gcp"
    cluster       = var.name
    plan          = var.plan_version
    vipMode       = var.vip_mode
    vipRange      = var.subnetwork_range_name
    dnsSuffix     = var.dns_suffix
    mtu           = var.mtu
    project       = var.project_id
    network       = local.network
    routePriority = local.routed && length(var.routes) > 0 ? min(var.routes[*].priority...) : 0
    management    = var.management
    identity      = google_service_account.cluster.email
    secret        = var.secret
  }

  permissions = local.routed ? [
    "compute.instances.get",
    "compute.instances.list",
    ] : [
    "compute.instances.get",
    "compute.instances.list",
    "compute.instances.updateNetworkInterface",
    "compute.zoneOperations.get",
  ]

  network_permissions = local.routed ? [
    "compute.globalOperations.get",
    "compute.networks.get",
    "compute.networks.updatePolicy",
    "compute.routes.create",
    "compute.routes.delete",
    "compute.routes.get",
    "compute.routes.list",
    ] : [
    "compute.addresses.useInternal",
    "compute.subnetworks.use",
  ]
}

# ---- who the machines are, and what they may do ----

resource "google_service_account" "cluster" {
  account_id   = length(var.name) >= 6 ? var.name : "${var.name}-apollo"
  display_name = "apollo: machines of ${var.name}"
  description  = local.mark

  lifecycle {
    precondition {
      condition     = length(distinct(concat(local.subnet_addresses, local.vips))) == length(local.subnet_addresses) + length(local.vips)
      error_message = "An address is given twice."
    }
    precondition {
      condition     = alltrue([for zone in concat([var.management.zone], var.machines[*].zone) : zone != "" || var.zone != ""])
      error_message = "The plan names no zone: set zone."
    }
    precondition {
      condition     = alltrue([for zone in concat([var.management.zone, var.zone], var.machines[*].zone) : zone == "" || startswith(zone, "${var.region}-")])
      error_message = "A zone is not of the region."
    }
    precondition {
      condition     = alltrue([for machine in var.machines : machine.domain >= 1 && machine.domain <= var.availability_domains])
      error_message = "A machine is in an availability domain that there is not."
    }
    precondition {
      condition     = local.routed ? length(var.routes) > 0 : length(var.routes) == 0
      error_message = "Routes are for routed virtual addresses, which have at least one."
    }
    precondition {
      condition     = !local.routed || var.subnetwork_range_name == ""
      error_message = "A secondary range is for virtual addresses of a subnet: routed ones are outside every subnet (rule G04)."
    }
    precondition {
      condition     = length(local.routes_outside) == 0
      error_message = "A route leads to addresses that are not of vip_ranges: ${join(", ", local.routes_outside)}."
    }
    precondition {
      condition     = alltrue([for route in var.routes : contains(local.own_addresses, route.next_hop)])
      error_message = "A route leads to an address that no machine has (rule G09)."
    }
  }
}

resource "google_project_iam_custom_role" "cluster" {
  role_id     = "apollo.${replace(var.name, "-", "_")}.machines"
  title       = "apollo ${var.name}: machines"
  description = "What the cluster may do in its own project: see its machines; where virtual addresses are of the subnet, move them."
  permissions = local.permissions
}

resource "google_project_iam_member" "cluster" {
  project = var.project_id
  role    = google_project_iam_custom_role.cluster.id
  member  = "serviceAccount:${google_service_account.cluster.email}"
}

resource "google_project_iam_custom_role" "network" {
  count = var.network_changes ? 1 : 0

  project     = local.network_project
  role_id     = "apollo.${replace(var.name, "-", "_")}.network"
  title       = "apollo ${var.name}: virtual addresses"
  description = "What the cluster may do in the network's project: move its virtual addresses."
  permissions = local.network_permissions
}

resource "google_project_iam_member" "network" {
  count = var.network_changes ? 1 : 0

  project = local.network_project
  role    = google_project_iam_custom_role.network[0].id
  member  = "serviceAccount:${google_service_account.cluster.email}"
}

resource "google_secret_manager_secret_iam_member" "cluster" {
  count = var.secret == "" ? 0 : 1

  secret_id = "projects/${var.project_id}/secrets/${var.secret}"
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.cluster.email}"
}

# ---- addresses ----

resource "google_compute_address" "machine" {
  for_each = local.addresses

  name         = each.key
  description  = local.mark
  region       = var.region
  subnetwork   = local.subnetwork
  address_type = "INTERNAL"
  purpose      = "GCE_ENDPOINT"
  address      = each.value
  labels       = local.labels
}

# ---- machines ----

# Of each zone its own: domains of different zones are apart already.
resource "google_compute_resource_policy" "spread" {
  for_each = toset(var.spread_placement ? [for machine in var.machines : machine.zone == "" ? var.zone : machine.zone] : [])

  name        = "${var.name}-spread-${each.key}"
  description = local.mark
  region      = var.region

  group_placement_policy {
    availability_domain_count = var.availability_domains
  }
}

resource "google_compute_instance" "management" {
  name                = var.management.name
  description         = local.mark
  zone                = var.management.zone == "" ? var.zone : var.management.zone
  machine_type        = var.management_machine_type
  can_ip_forward      = local.routed
  deletion_protection = var.deletion_protection
  labels              = local.labels

  boot_disk {
    initialize_params {
      image  = var.image
      size   = var.boot_disk_gib
      type   = var.boot_disk_type
      labels = local.labels
    }
  }

  network_interface {
    subnetwork = local.subnetwork
    network_ip = google_compute_address.machine[var.management.name].address
    nic_type   = "GVNIC"

    dynamic "alias_ip_range" {
      for_each = concat(
        [for address in var.management.held : { address = address, range = null }],
        [for address in local.routed ? [] : var.management.vips : { address = address, range = local.vip_range }],
      )
      content {
        ip_cidr_range         = "${alias_ip_range.value.address}/32"
        subnetwork_range_name = alias_ip_range.value.range
      }
    }
  }

  metadata = {
    "block-project-ssh-keys" = "TRUE"
    "enable-oslogin"         = "TRUE"
    "serial-port-enable"     = "FALSE"
    "user-data"              = "#cloud-config\nwrite_files:\n- path: /etc/apollo/node.json\n  owner: root:root\n  permissions: '0600'\n  encoding: b64\n  content: ${base64encode(jsonencode(merge(local.facts, { machine = var.management })))}\n"
  }

  service_account {
    email  = google_service_account.cluster.email
    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
  }

  shielded_instance_config {
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  # Virtual addresses move while the cluster runs: where they are then is the cluster's to say.
  lifecycle {
    ignore_changes = [network_interface[0].alias_ip_range]
  }
}

resource "google_compute_instance" "machine" {
  for_each = local.machines

  name                = each.value.name
  description         = local.mark
  zone                = each.value.zone == "" ? var.zone : each.value.zone
  machine_type        = each.value.kind == "data" || var.compute_machine_type == "" ? var.machine_type : var.compute_machine_type
  can_ip_forward      = local.routed
  deletion_protection = var.deletion_protection
  labels              = local.labels
  resource_policies   = var.spread_placement ? [google_compute_resource_policy.spread[each.value.zone == "" ? var.zone : each.value.zone].id] : []

  # A machine that is stopped loses what is on its local disks.
  allow_stopping_for_update = false

  boot_disk {
    initialize_params {
      image  = var.image
      size   = var.boot_disk_gib
      type   = var.boot_disk_type
      labels = local.labels
    }
  }

  network_interface {
    subnetwork = local.subnetwork
    network_ip = google_compute_address.machine[each.key].address
    nic_type   = var.nic_type

    dynamic "alias_ip_range" {
      for_each = concat(
        [for address in each.value.held : { address = address, range = null }],
        [for address in local.routed ? [] : each.value.vips : { address = address, range = local.vip_range }],
      )
      content {
        ip_cidr_range         = "${alias_ip_range.value.address}/32"
        subnetwork_range_name = alias_ip_range.value.range
      }
    }
  }

  dynamic "network_performance_config" {
    for_each = var.tier_1 ? ["TIER_1"] : []
    content {
      total_egress_bandwidth_tier = network_performance_config.value
    }
  }

  # What maintenance of the host does is the machine type's: large ones of z3 end, and that cannot be overridden.
  scheduling {
    automatic_restart   = true
    availability_domain = var.spread_placement ? each.value.domain : null

    local_ssd_recovery_timeout {
      seconds = var.local_ssd_recovery_hours * 3600
    }
  }

  metadata = {
    "block-project-ssh-keys" = "TRUE"
    "enable-oslogin"         = "TRUE"
    "serial-port-enable"     = "FALSE"
    "user-data"              = "#cloud-config\nwrite_files:\n- path: /etc/apollo/node.json\n  owner: root:root\n  permissions: '0600'\n  encoding: b64\n  content: ${base64encode(jsonencode(merge(local.facts, { machine = each.value })))}\n"
  }

  service_account {
    email  = google_service_account.cluster.email
    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
  }

  shielded_instance_config {
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  # Local disks come with the machine type. Virtual addresses move while the cluster runs.
  lifecycle {
    ignore_changes = [network_interface[0].alias_ip_range, scratch_disk]
  }
}

# ---- the network: routed virtual addresses, who may reach whom, and what on-premises networks learn ----

# At home. While an address is elsewhere, a route of another generation goes before; that one the cluster makes and deletes itself.
resource "google_compute_route" "vip" {
  for_each = { for route in var.routes : route.name => route if var.network_changes }

  project     = local.network_project
  name        = each.key
  description = local.mark
  network     = local.network
  dest_range  = each.value.destination
  next_hop_ip = each.value.next_hop
  priority    = each.value.priority

  # A route that is left over keeps its network from being deleted: it goes before its machine.
  depends_on = [google_compute_instance.machine, google_compute_instance.management]
}

resource "google_network_connectivity_internal_range" "vip" {
  for_each = toset(local.routed && var.network_changes && var.reserve_ranges ? var.vip_ranges : [])

  project       = local.network_project
  name          = "${var.name}-${replace(replace(each.key, ".", "-"), "/", "-")}"
  description   = local.mark
  network       = local.network
  ip_cidr_range = each.key
  usage         = var.reservation_usage
  peering       = "FOR_SELF"
  overlaps      = ["OVERLAP_ROUTE_RANGE"]
  labels        = local.labels
}

# A name is of what a rule is for, not of the addresses in it: a cluster that grows changes its rules, and makes no others.
resource "google_compute_firewall" "cluster" {
  for_each = {
    for rule in var.firewall_rules :
    "${var.name}-${rule.group}-${substr(sha256(jsonencode([rule.direction, rule.protocol, rule.ports, rule.reason])), 0, 8)}" => rule if var.network_changes
  }

  project                 = local.network_project
  name                    = each.key
  description             = "${local.mark}: ${each.value.reason}"
  network                 = local.network
  direction               = upper(each.value.direction)
  priority                = 900
  source_ranges           = each.value.direction == "ingress" ? each.value.sources : null
  destination_ranges      = each.value.destinations
  target_service_accounts = [google_service_account.cluster.email]

  allow {
    protocol = each.value.protocol
    ports    = each.value.ports
  }
}

resource "google_compute_router" "vip" {
  count = local.routed && var.network_changes && var.router != null ? 1 : 0

  project     = local.network_project
  name        = var.router.name
  description = local.mark
  network     = local.network
  region      = var.region

  bgp {
    asn               = var.router.asn
    advertise_mode    = "CUSTOM"
    advertised_groups = ["ALL_SUBNETS"]

    dynamic "advertised_ip_ranges" {
      for_each = var.vip_ranges
      content {
        range       = advertised_ip_ranges.value
        description = local.mark
      }
    }
  }
}
