#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The crash campaigns in their short form; `make check-crash` has the whole.
case ${SANITIZED:-no} in yes) exit 77 ;; esac # a preloaded library must come after the sanitizer's
campaigns=${srcdir:-.}/tests/crash
CAMPAIGN_STEP=${CAMPAIGN_STEP:-41} "$campaigns/campaign.sh" &&
	CAMPAIGN_LOSE=1 CAMPAIGN_STEP=${CAMPAIGN_STEP:-97} "$campaigns/campaign.sh" &&
	CAMPAIGN_KILLS=${CAMPAIGN_KILLS:-40} "$campaigns/random.sh"
