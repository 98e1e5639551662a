# SPDX-License-Identifier: Apache-2.0
# What apollo reads back.

output "apollo" {
  description = "The cluster, its plan, and the network that it is in."
  value = {
    cluster         = var.name
    plan            = var.plan_version
    network         = local.network
    subnetwork      = local.subnetwork
    network_digest  = var.network_digest
    vip_mode        = var.vip_mode
    vip_ranges      = var.vip_ranges
    network_changes = var.network_changes
  }
}

output "management" {
  description = "The management machine: name, address, zone, id."
  value = {
    name    = google_compute_instance.management.name
    address = var.management.address
    zone    = google_compute_instance.management.zone
    id      = google_compute_instance.management.id
  }
}

output "machines" {
  description = "The other machines: name, address, zone, id."
  value = [
    for machine in var.machines : {
      name    = machine.name
      address = machine.address
      zone    = google_compute_instance.machine[machine.name].zone
      id      = google_compute_instance.machine[machine.name].id
    }
  ]
}

output "routes" {
  description = "Routed: the names of the routes at rest. Those of other generations, which the cluster makes, are not in the state."
  value       = [for route in google_compute_route.vip : route.name]
}

output "service_account" {
  description = "Who the machines are."
  value       = google_service_account.cluster.email
}
