/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kubeconfig.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/kubeconfig_load.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static int resolve(const char *text, struct access *access, struct err *err)
{
	scope_kubeconfig struct kubeconfig *config = kubeconfig_new();
	int rc = kubeconfig_add(config, "/etc/kube/one", text, strlen(text),
				err);

	return rc ? rc : kubeconfig_resolve(config, access, err);
}

static const char full[] =
	"apiVersion: v1\n"
	"kind: Config\n"
	"preferences: {}\n"
	"current-context: two\n"
	"contexts:\n"
	"- name: one\n"
	"  context: {cluster: a, user: a}\n"
	"- name: two\n"
	"  context:\n"
	"    cluster: b\n"
	"    namespace: ignored\n"
	"    user: b\n"
	"clusters:\n"
	"- name: a\n"
	"  cluster: {server: 'https://a:1'}\n"
	"- name: b\n"
	"  cluster:\n"
	"    server: https://b.example:6443/prefix/\n"
	"    tls-server-name: kubernetes.default\n"
	"    proxy-url: socks5://proxy:1080\n"
	"    certificate-authority: pki/ca.crt\n"
	"    certificate-authority-data: SGVs\n"
	"      bG8=\n"
	"    extensions:\n"
	"    - name: client.authentication.k8s.io/exec\n"
	"      extension: {audience: x, n: 3, on: true, q: '3', l: [~, a]}\n"
	"users:\n"
	"- name: a\n"
	"- name: b\n"
	"  user:\n"
	"    client-certificate: /abs/c.pem\n"
	"    client-key: key.pem\n"
	"    tokenFile: tok/en\n"
	"    exec:\n"
	"      apiVersion: client.authentication.k8s.io/v1\n"
	"      command: bin/plugin\n"
	"      args: [get, '', 7]\n"
	"      env: [{name: A, value: b}]\n"
	"      interactiveMode: IfAvailable\n"
	"      provideClusterInfo: true\n"
	"      installHint: buy it\n";

static void every_field_is_read(void **state)
{
	scope_access struct access a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(resolve(full, &a, &err), 0);
	assert_string_equal(a.context, "two");
	assert_string_equal(a.server, "https://b.example:6443/prefix");
	assert_string_equal(a.tls_server_name, "kubernetes.default");
	assert_string_equal(a.proxy_url, "socks5://proxy:1080");
	assert_false(a.insecure);
	assert_string_equal(a.ca.file, "/etc/kube/pki/ca.crt");
	assert_string_equal(a.ca.data, "Hello");
	assert_int_equal(a.ca.len, 5);
	assert_string_equal(a.cert.file, "/abs/c.pem");
	assert_string_equal(a.key.file, "/etc/kube/key.pem");
	assert_string_equal(a.token_file, "/etc/kube/tok/en");
	assert_string_equal(a.exec.command, "/etc/kube/bin/plugin");
	assert_int_equal(a.exec.n_args, 3);
	assert_string_equal(a.exec.args[0], "get");
	assert_string_equal(a.exec.args[1], "");
	assert_string_equal(a.exec.args[2], "7");
	assert_int_equal(a.exec.n_env, 1);
	assert_string_equal(a.exec.env[0].name, "A");
	assert_string_equal(a.exec.env[0].value, "b");
	assert_string_equal(a.exec.install_hint, "buy it");
	assert_true(a.exec.wants_cluster);
	assert_string_equal(a.exec.cluster_config,
			    "{\"audience\":\"x\",\"n\":3,\"on\":true,"
			    "\"q\":\"3\",\"l\":[null,\"a\"]}");
}

static void json_is_yaml_too(void **state)
{
	scope_access struct access a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(
		resolve("{\n\t\"current-context\": \"c\",\n\t\"contexts\": "
			"[{\"name\":\"c\",\"context\":{\"cluster\":\"k\","
			"\"user\":\"u\"}}],\n\"clusters\":[{\"name\":\"k\","
			"\"cluster\":{\"server\":\"http:\\/\\/h:80\"}}],"
			"\"users\":[{\"name\":\"u\",\"user\":{\"username\":"
			"\"me\",\"password\":\"p\\u00e4ss\"}}]}",
			&a, &err),
		0);
	assert_string_equal(a.server, "http://h:80");
	assert_string_equal(a.username, "me");
	assert_string_equal(a.password, "p\xc3\xa4ss");
}

#define HEAD                                                                   \
	"current-context: c\n"                                                 \
	"contexts: [{name: c, context: {cluster: k, user: u}}]\n"
#define CLUSTER "clusters: [{name: k, cluster: {server: 'https://h'}}]\n"
#define EXEC	HEAD CLUSTER "users:\n- name: u\n  user:\n    exec:\n"

static const struct {
	const char *text;
	int code;
	const char *says; /* parts of the message, '|' between */
} bad[] = {
	{"a: b: c\n", ST_EPARSE, "/etc/kube/one|line 1|bad YAML"},
	{"x:\n\t- a\n", ST_EPARSE, "line 2|bad YAML"},
	{"- a\n", ST_EPARSE, "line 1|mapping"},
	{"\xff\xfe\x80", ST_EPARSE, "bad YAML"},
	{"", ST_EINVAL, "no clusters and no contexts"},
	{"kind: Pod\n", ST_EINVAL, "line 1|kind|Config"},
	{CLUSTER "contexts: [{name: x}]\n", ST_EINVAL,
	 "current-context|kubectl config use-context|x"},
	{"current-context: gone\n" CLUSTER, ST_EINVAL,
	 "line 1|current-context|gone"},
	{HEAD, ST_EINVAL, "line 2|contexts[c].context.cluster|k"},
	{HEAD CLUSTER, ST_EINVAL, "contexts[c].context.user|u"},
	{HEAD "clusters: [{name: k}]\nusers: [{name: u}]\n", ST_EINVAL,
	 "line 3|clusters[k].cluster.server|missing"},
	{HEAD "clusters: [{name: k, cluster: {server: 'ftp://x'}}]\n"
	      "users: [{name: u}]\n",
	 ST_EINVAL, "https://"},
	{HEAD "clusters:\n- name: k\n  cluster:\n"
	      "    certificate-authority-data: '*secret*'\n",
	 ST_EPARSE,
	 "line 6|clusters[0].cluster.certificate-authority-data|base64"},
	{HEAD "clusters: [{name: k, cluster: {server: a, "
	      "insecure-skip-tls-verify: maybe}}]\n",
	 ST_EPARSE, "insecure-skip-tls-verify|true or false"},
	{HEAD "clusters: [{name: k, cluster: {server: a, "
	      "insecure-skip-tls-verify: true, certificate-authority: x}}]\n"
	      "users: [{name: u}]\n",
	 ST_EINVAL, "remove one"},
	{HEAD CLUSTER "users: [{name: u, user: {token: [secret]}}]\n",
	 ST_EPARSE, "users[0].user.token|must be a string"},
	{HEAD CLUSTER "users: [{name: u, user: {token: a, token: b}}]\n",
	 ST_EPARSE, "users[0].user.token|twice"},
	{HEAD CLUSTER CLUSTER, ST_EPARSE, "line 4|clusters|twice"},
	{HEAD CLUSTER "users: [{name: u}, {name: u}]\n", ST_EINVAL,
	 "users[1].name|twice"},
	{HEAD CLUSTER "users: [{user: {}}]\n", ST_EINVAL,
	 "users[0].name|missing"},
	{HEAD CLUSTER "users: [{name: u, user: {auth-provider: "
		      "{name: gcp}}}]\n",
	 ST_EINVAL, "users[u].user.auth-provider|gcp|exec plugin"},
	{HEAD CLUSTER "users: [{name: u, user: {client-key: x}}]\n", ST_EINVAL,
	 "client-certificate|missing"},
	{HEAD CLUSTER "users: [{name: u, user: {as: root}}]\n", ST_EINVAL,
	 "users[0].user.as|impersonation"},
	{HEAD CLUSTER "users: [{name: u, user: {token: a, username: b}}]\n",
	 ST_EINVAL, "remove one"},
	{HEAD CLUSTER "users: [{name: u, user: {token: \"a\\0b\"}}]\n",
	 ST_EPARSE, "NUL"},
	{EXEC "      command: x\n", ST_EINVAL,
	 "line 8|users[0].user.exec.apiVersion|v1beta1"},
	{EXEC "      command: x\n"
	      "      apiVersion: client.authentication.k8s.io/v1alpha1\n",
	 ST_EINVAL, "users[0].user.exec.apiVersion"},
	{EXEC "      apiVersion: client.authentication.k8s.io/v1\n", ST_EINVAL,
	 "exec.command|missing"},
	{EXEC "      command: x\n"
	      "      apiVersion: client.authentication.k8s.io/v1\n",
	 ST_EINVAL, "exec.interactiveMode|missing"},
	{EXEC "      command: x\n      interactiveMode: Always\n"
	      "      apiVersion: client.authentication.k8s.io/v1\n",
	 ST_EINVAL, "exec.interactiveMode|terminal"},
	{EXEC "      command: x\n      env: [{name: A=B}]\n"
	      "      apiVersion: client.authentication.k8s.io/v1beta1\n",
	 ST_EINVAL, "exec.env[0]|name"},
};

static void assert_says(const char *message, const char *says)
{
	scope_free char *copy = mem_strdup(says);
	char *rest = copy, *part;

	while ((part = strsep(&rest, "|")))
		if (!strstr(message, part))
			fail_msg("'%s' does not say '%s'", message, part);
	assert_null(strstr(message, "secret"));
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < st_array_len(bad); i++) {
		scope_access struct access a = {0};
		struct err err = {0};
		int rc = resolve(bad[i].text, &a, &err);

		if (rc != bad[i].code)
			fail_msg("case %zu: %d %s", i, rc, err.msg);
		assert_says(err.msg, bad[i].says);
	}
}

static void the_first_file_wins_each_value(void **state)
{
	static const char one[] = "current-context: c\n"
				  "users: [{name: u, user: {tokenFile: t1}}]\n";
	static const char two[] =
		"current-context: other\n"
		"contexts: [{name: c, context: {cluster: k, user: u}}]\n"
		"clusters: [{name: k, cluster: {server: h, "
		"certificate-authority: ca}}]\n"
		"users: [{name: u, user: {tokenFile: t2, username: x}}]\n";
	scope_kubeconfig struct kubeconfig *config = kubeconfig_new();
	scope_access struct access a = {0};

	(void)state;
	assert_int_equal(
		kubeconfig_add(config, "/a/one", one, strlen(one), NULL), 0);
	assert_int_equal(kubeconfig_add(config, "two", two, strlen(two), NULL),
			 0);
	assert_int_equal(kubeconfig_resolve(config, &a, NULL), 0);
	assert_string_equal(a.token_file, "/a/t1");
	assert_null(a.username);
	assert_string_equal(a.ca.file, "ca");
	assert_string_equal(a.server, "https://h");
}

static void aliases_are_followed_but_do_not_multiply(void **state)
{
	scope_access struct access a = {0};
	struct buf bomb;
	struct err err = {0};

	(void)state;
	assert_int_equal(
		resolve(HEAD "clusters: [{name: k, cluster: &k {server: h}}, "
			     "{name: l, cluster: *k}]\n"
			     "users: [{name: u}]\n",
			&a, &err),
		0);

	buf_init(&bomb, 0);
	buf_puts(&bomb, "x: &a '");
	for (int i = 0; i < 10000; i++)
		buf_puts(&bomb, "0123456789");
	buf_puts(&bomb, "'\nusers:\n- name: u\n  user:\n    exec:\n"
			"      args: [*a");
	for (int i = 0; i < 1000; i++)
		buf_puts(&bomb, ", *a");
	buf_puts(&bomb, "]\n");
	scope_access struct access b = {0};
	assert_int_equal(resolve(bomb.data, &b, &err), ST_ELIMIT);
	assert_says(err.msg, "exec.args|aliases");
	buf_fini(&bomb);
}

/* ---- files ---- */

static char dir[] = "/tmp/st_kubeconfig_XXXXXX";

static char *put(const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static void the_flag_needs_its_file(void **state)
{
	struct kubeconfig_places places = {.flag = "/nonexistent/config"};
	scope_access struct access a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(kubeconfig_load(&places, &a, &err), -ENOENT);
	assert_says(err.msg, "--kubeconfig|/nonexistent/config|No such file");
}

static void some_of_the_list_may_be_missing_but_not_all(void **state)
{
	scope_free char *path = put("list", HEAD CLUSTER "users: [{name: u}]");
	scope_free char *list = mem_printf("/nonexistent/a::%s", path);
	struct kubeconfig_places places = {.list = list};
	scope_access struct access a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(kubeconfig_load(&places, &a, &err), 0);
	assert_string_equal(a.server, "https://h");
	places.list = "/nonexistent/a:/nonexistent/b";
	assert_int_equal(kubeconfig_load(&places, &a, &err), -ENOENT);
	assert_says(err.msg, "KUBECONFIG|/nonexistent/a");
	unlink(path);
}

static void a_pod_uses_its_service_account(void **state)
{
	scope_free char *token = put("token", "abc\n");
	struct kubeconfig_places places = {
		.home = "/nonexistent",
		.service_host = "fd00::1",
		.service_port = "443",
		.account_dir = dir,
	};
	scope_access struct access a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(kubeconfig_load(&places, &a, &err), 0);
	assert_string_equal(a.server, "https://[fd00::1]:443");
	assert_string_equal(a.token_file, token);
	unlink(token);
	assert_int_equal(kubeconfig_load(&places, &a, &err), -ENOENT);
	assert_says(err.msg, "in-cluster|token|--kubeconfig");
}

static void without_anything_the_home_file_is_sought(void **state)
{
	struct kubeconfig_places places = {.home = "/nonexistent"};
	scope_access struct access a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(kubeconfig_load(&places, &a, &err), -ENOENT);
	assert_says(err.msg,
		    "/nonexistent/.kube/config|--kubeconfig FILE|KUBECONFIG");
}

static void certificates_are_read_and_looked_at(void **state)
{
	scope_free char *ca = put("ca", "-----BEGIN CERTIFICATE-----\n");
	scope_free char *cert = put("cert", "secret der\n");
	scope_free char *path = put(
		"config", HEAD "clusters: [{name: k, cluster: {server: h, "
			       "certificate-authority: ca}}]\n"
			       "users: [{name: u, user: {client-certificate: "
			       "cert, client-key: nokey}}]\n");
	struct kubeconfig_places places = {.flag = path};
	scope_access struct access a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(kubeconfig_load(&places, &a, &err), ST_EPARSE);
	assert_says(err.msg, "context c|client-certificate|cert|PEM");
	unlink(cert);
	assert_int_equal(kubeconfig_load(&places, &a, &err), -ENOENT);
	assert_says(err.msg, "context c|client-certificate|No such file");
	unlink(ca);
	unlink(path);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(json_is_yaml_too),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(the_first_file_wins_each_value),
		cmocka_unit_test(aliases_are_followed_but_do_not_multiply),
		cmocka_unit_test(the_flag_needs_its_file),
		cmocka_unit_test(some_of_the_list_may_be_missing_but_not_all),
		cmocka_unit_test(a_pod_uses_its_service_account),
		cmocka_unit_test(without_anything_the_home_file_is_sought),
		cmocka_unit_test(certificates_are_read_and_looked_at),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
