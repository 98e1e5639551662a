# SPDX-License-Identifier: Apache-2.0
dist_pkgdata_DATA += \
	templates/apollo.cfg \
	templates/azure-versions.cfg \
	templates/competitors.cfg \
	templates/goals.cfg \
	templates/limits.cfg \
	templates/marketplaces.cfg \
	templates/offers.cfg \
	templates/permissions.cfg \
	templates/ports.cfg \
	templates/pricing.cfg \
	templates/private-offers.cfg \
	templates/rehearsal.cfg \
	templates/sandbox.json \
	templates/shapes.cfg \
	templates/subscriptions.cfg
dist_pkgdata_SCRIPTS = templates/sample-usage.sh
