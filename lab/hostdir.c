/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/hostdir.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

#define OPEN_FOLDERS 16

struct hostdir {
	char *root; /* absolute */
	bool is_private;
};

static int make_folder(const char *path, mode_t mode, struct err *err)
{
	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return 0;
	return err_set(err, -errno, "cannot make %s: %s", path,
		       strerror(errno));
}

static int make_private(char **ret_root, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	scope_free char *path =
		mem_printf("%s/statefuld-lab-XXXXXX",
			   tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);

	if (mkdtemp(path) == NULL)
		return err_set(err, -errno, "cannot make %s: %s", path,
			       strerror(errno));
	*ret_root = mem_strdup(path);
	return 0;
}

static int make_below(const char *data_dir, char **ret_root, struct err *err)
{
	scope_free char *path = mem_printf("%s/volumes", data_dir);
	char real[PATH_MAX];
	int rc = make_folder(data_dir, 0700, err);

	if (rc == 0)
		rc = make_folder(path, 0755, err);
	if (rc < 0)
		return rc;
	if (realpath(path, real) == NULL)
		return err_set(err, -errno, "cannot find %s: %s", path,
			       strerror(errno));
	*ret_root = mem_strdup(real);
	return 0;
}

int hostdir_new(const char *data_dir, struct hostdir **ret_dir, struct err *err)
{
	char *root = NULL;
	int rc = data_dir == NULL ? make_private(&root, err)
				  : make_below(data_dir, &root, err);

	if (rc < 0)
		return rc;
	*ret_dir = mem_zalloc(sizeof(**ret_dir));
	(*ret_dir)->root = root;
	(*ret_dir)->is_private = data_dir == NULL;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

static int remove_tree(const char *path, struct err *err)
{
	if (nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0 ||
	    errno == ENOENT)
		return 0;
	return err_set(err, -errno, "cannot remove %s: %s", path,
		       strerror(errno));
}

void hostdir_free(struct hostdir *dir)
{
	struct err err;

	if (dir == NULL)
		return;
	if (dir->is_private && remove_tree(dir->root, &err) < 0)
		log_warn("volumes left behind", "reason=%s",
			 log_q(err_msg(&err)));
	free(dir->root);
	free(dir);
}

char *hostdir_path(const struct hostdir *dir, const char *name)
{
	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return NULL;
	return mem_printf("%s/%s", dir->root, name);
}

int hostdir_make(const struct hostdir *dir, const char *name, struct err *err)
{
	scope_free char *path = hostdir_path(dir, name);

	if (path == NULL)
		return err_set(err, ST_EINVAL, "no name for a folder: %s",
			       name);
	return make_folder(path, 0755, err);
}

int hostdir_remove(const struct hostdir *dir, const char *name, struct err *err)
{
	scope_free char *path = hostdir_path(dir, name);

	if (path == NULL)
		return err_set(err, ST_EINVAL, "no name for a folder: %s",
			       name);
	return remove_tree(path, err);
}
