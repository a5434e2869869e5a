/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays inputs through a fuzz target: those of tests/fuzz/corpus/<parser>
 * for a program called fuzz_<parser>, or the files and folders given.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "statefuld/buf.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const char *path, struct buf *content)
{
	char piece[65536];
	FILE *file = fopen(path, "rb");
	size_t n;

	if (file == NULL) {
		perror(path);
		exit(2);
	}
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_put(content, piece, n);
	fclose(file);
}

/* A copy of exactly that size, so that a sanitizer sees one byte too far. */
static size_t replay_file(const char *path)
{
	scope_buf struct buf content = {0};

	read_all(path, &content);
	scope_free uint8_t *data = mem_dup(content.data, content.len);
	LLVMFuzzerTestOneInput(data, content.len);
	return 1;
}

static size_t replay(const char *path);

static size_t replay_folder(const char *path)
{
	struct dirent **entries;
	size_t done = 0;
	int n = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			scope_free char *sub =
				mem_printf("%s/%s", path, entries[i]->d_name);
			done += replay(sub);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return done;
}

static size_t replay(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		perror(path);
		exit(2);
	}
	return S_ISDIR(st.st_mode) ? replay_folder(path) : replay_file(path);
}

/* "…/fuzz_query" gives "$srcdir/tests/fuzz/corpus/query". */
static char *own_corpus(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *base = slash != NULL ? slash + 1 : program;
	const char *parser = strncmp(base, "fuzz_", 5) == 0 ? base + 5 : base;
	const char *srcdir = getenv("srcdir");

	return mem_printf("%s/tests/fuzz/corpus/%s",
			  srcdir != NULL ? srcdir : ".", parser);
}

int main(int argc, char **argv)
{
	size_t done = 0;

	for (int i = 1; i < argc; i++)
		done += replay(argv[i]);
	if (argc < 2) {
		scope_free char *corpus = own_corpus(argv[0]);
		done = replay(corpus);
	}
	printf("%zu inputs\n", done);
	return done > 0 ? 0 : 1;
}
