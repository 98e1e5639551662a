/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plugins/subject.h"

#include <CUnit/Basic.h>

int main(void)
{
	CU_SuiteInfo suites[] = {
		{"azure", NULL, NULL, NULL, NULL, azure_tests},
		{"gcp", gcp_begin, gcp_end, NULL, NULL, gcp_tests},
		{"prometheus", NULL, NULL, NULL, NULL, prometheus_tests},
		CU_SUITE_INFO_NULL,
	};
	unsigned int failed = 1;

	if (CU_initialize_registry() == CUE_SUCCESS && CU_register_suites(suites) == CUE_SUCCESS) {
		CU_basic_set_mode(CU_BRM_VERBOSE);
		(void)CU_basic_run_tests();
		failed = CU_get_number_of_failures() + (CU_get_number_of_asserts() == 0);
	}
	CU_cleanup_registry();
	return failed != 0;
}
