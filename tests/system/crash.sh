#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The crash campaign, at every boundary.
case ${SANITIZED:-no} in yes) exit 77 ;; esac # a preloaded library must come after the sanitizer's
CAMPAIGN_STEP=${CAMPAIGN_STEP:-1}
export CAMPAIGN_STEP
exec "${srcdir:-.}/tests/crash/campaign.sh"
