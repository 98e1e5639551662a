# SPDX-License-Identifier: Apache-2.0
dist_man_MANS += \
	docs/man/apollo.1 \
	docs/man/apollo-config.1 \
	docs/man/apollo-kpi.1 \
	docs/man/apollo-ledger.1 \
	docs/man/apollo-meter.1 \
	docs/man/apollo-offer.1 \
	docs/man/apollo-offer-export.1 \
	docs/man/apollo-package.1 \
	docs/man/apollo-plan.1 \
	docs/man/apollo-plan.5 \
	docs/man/apollo-plugin-check.1 \
	docs/man/apollo-plugins.1 \
	docs/man/apollo-price.1 \
	docs/man/apollo-price.5 \
	docs/man/apollo-price-backtest.1 \
	docs/man/apollo-price-compare.1 \
	docs/man/apollo-price-parity.1 \
	docs/man/apollo-price-report.1 \
	docs/man/apollo-price-tune.1 \
	docs/man/apollo-sandbox.1 \
	docs/man/apollo-size.1 \
	docs/man/apollo-plugin.3 \
	docs/man/apollo-prometheus.7 \
	docs/man/apollo.cfg.5

EXTRA_DIST += \
	docs/examples/hello-market/Makefile.am \
	docs/examples/hello-market/apollo.cfg \
	docs/examples/hello-market/configure.ac \
	docs/examples/hello-market/hello.c \
	docs/examples/kpi/contoso-8.cfg \
	docs/examples/kpi/elbencho.csv \
	docs/examples/kpi/fio-mixed.json \
	docs/examples/kpi/fio-random-read.json \
	docs/examples/kpi/fio-random-write.json \
	docs/examples/plans/cluster-16.cfg \
	docs/examples/plans/cluster-16-az.json \
	docs/examples/plans/cluster-16-network.json \
	docs/examples/plans/cluster-8.cfg \
	docs/examples/plans/cluster-8-gcloud.json \
	docs/examples/plans/cluster-8-network.json \
	docs/examples/plans/cluster-8-too-small.cfg \
	docs/examples/plans/evaluation.cfg \
	docs/examples/plans/gpu-cell-azure.cfg \
	docs/examples/plans/gpu-cell-network.json \
	docs/examples/plans/gpu-cell.cfg \
	docs/examples/plans/gpu-site.cfg \
	docs/examples/plans/gpu-sites.md \
	docs/examples/pricing/README.md \
	docs/examples/pricing/burst-azure.cfg \
	docs/examples/pricing/burst-gcp.cfg \
	docs/examples/pricing/northwind.csv \
	docs/examples/pricing/offers.cfg \
	docs/examples/pricing/petabyte-gcp.cfg \
	docs/examples/pricing/petabyte.cfg

# The example is built against what was installed, and checked.
dist_check_SCRIPTS += tests/system/installed.sh
installcheck-local:
	srcdir=$(abs_srcdir) bindir=$(DESTDIR)$(bindir) includedir=$(DESTDIR)$(includedir) pkglibdir=$(DESTDIR)$(pkglibdir) \
	pkgconfigdir=$(DESTDIR)$(pkgconfigdir) aclocaldir=$(DESTDIR)$(aclocaldir) DESTDIR=$(DESTDIR) \
	$(srcdir)/tests/system/installed.sh
