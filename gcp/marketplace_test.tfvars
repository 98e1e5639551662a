# SPDX-License-Identifier: Apache-2.0
# What the marketplace plans with, in an empty project: a single instance with routed virtual addresses.
name         = "vast1"
plan_version = 1
region       = "us-central1"
network      = "prod"
subnet       = "storage"
machine_type = "z3-highmem-88-highlssd"
vip_mode     = "routed"
vip_ranges   = ["10.20.0.0/28"]

management = {
  name    = "vast1-mgmt"
  address = "10.1.0.6"
  zone    = "us-central1-a"
  held    = ["10.1.0.7"]
  vips    = ["10.20.0.0"]
}

machines = [
  {
    number  = 1
    name    = "vast1-data-1"
    kind    = "data"
    address = "10.1.0.8"
    zone    = "us-central1-a"
    domain  = 1
    held    = ["10.1.0.9"]
    home    = "10.20.0.12/30"
    vips    = ["10.20.0.12", "10.20.0.13", "10.20.0.14", "10.20.0.15"]
  },
]

routes = [
  {
    name        = "vast1-0a140000-32-0"
    destination = "10.20.0.0/32"
    next_hop    = "10.1.0.6"
    priority    = 900
  },
  {
    name        = "vast1-0a14000c-30-0"
    destination = "10.20.0.12/30"
    next_hop    = "10.1.0.8"
    priority    = 900
  },
]
