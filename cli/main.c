/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"

int main(void)
{
	log_line(APOLLO_ERROR, "no command given");
	return 2;
}
