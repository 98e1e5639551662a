# SPDX-License-Identifier: Apache-2.0
# Infrastructure Manager runs Terraform 1.5.7, and keeps the state itself: there is no backend.
terraform {
  required_version = ">= 1.5.7, < 2.0.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0.0, < 7.0.0"
    }
  }

  provider_meta "google" {
    module_name = "blueprints/terraform/canonical-mp/v0.0.1"
  }
}
