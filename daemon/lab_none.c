/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "daemon/lab_side.h"
#include "statefuld/err.h"

/* The program without a lab. */

int lab_side_start(struct loop *loop st_unused,
		   const struct options *options st_unused,
		   struct lab **ret_lab st_unused, struct err *err)
{
	return err_set(err, ST_EINVAL,
		       "this program was built without the lab: configure it "
		       "without --disable-lab");
}

void lab_side_greet(const struct lab *lab st_unused,
		    const struct options *options st_unused,
		    const struct dnsd *dnsd st_unused)
{
}

const char *lab_side_kubeconfig(const struct lab *lab st_unused)
{
	return NULL;
}

void lab_side_free(struct lab *lab st_unused)
{
}
