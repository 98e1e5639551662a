/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox as a program of its own, for scripts that need one before `apollo` is built. */
#include "sandbox/sandbox.h"

int main(int argc, char **argv)
{
	return sandbox_main(argc, argv);
}
