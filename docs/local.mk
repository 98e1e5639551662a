# SPDX-License-Identifier: Apache-2.0
dist_man_MANS += docs/man/apollo.1 docs/man/apollo.cfg.5
