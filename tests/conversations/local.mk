# SPDX-License-Identifier: Apache-2.0
# Conversations with the marketplaces, one file each; run.sh says what their words mean.
conversations = \
	tests/conversations/azure-duplicate-differs.case \
	tests/conversations/azure-gateway-gives-up.case \
	tests/conversations/azure-html.case \
	tests/conversations/azure-refuses.case \
	tests/conversations/azure-reply-lost.case \
	tests/conversations/azure-takes.case \
	tests/conversations/azure-throttles.case \
	tests/conversations/azure-token-refused.case \
	tests/conversations/google-not-permitted.case \
	tests/conversations/google-reply-cut.case \
	tests/conversations/google-reply-lost.case \
	tests/conversations/google-whole-units.case
TESTS += $(conversations)
CASE_LOG_COMPILER = sh $(srcdir)/tests/conversations/run.sh
EXTRA_DIST += tests/conversations/run.sh $(conversations)
