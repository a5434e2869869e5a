/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kubeconfig_exec.h"

#include <stdlib.h>
#include <string.h>

#include "controller/kubeconfig.h"
#include "controller/kubeconfig_parse.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

static int take_arg(struct parse *parse, const struct yaml_node_s *node,
		    void *arg)
{
	struct access_exec *exec = arg;
	const char *text;
	int rc = parse_scalar(parse, node, &text);

	if (rc != 0)
		return rc;
	mem_grow(exec->args, exec->n_args);
	exec->args[exec->n_args++] = mem_strdup(text ? text : "");
	return 0;
}

static int env_member(struct parse *parse, const char *key,
		      const struct yaml_node_s *value, void *arg)
{
	struct access_env *env = arg;

	if (strcmp(key, "name") == 0)
		return parse_str(parse, value, &env->name);
	if (strcmp(key, "value") == 0)
		return parse_str(parse, value, &env->value);
	return 0;
}

static int take_env(struct parse *parse, const struct yaml_node_s *node,
		    void *arg)
{
	struct access_exec *exec = arg;
	struct access_env *env;
	int rc;

	mem_grow(exec->env, exec->n_env);
	env = &exec->env[exec->n_env++];
	*env = (struct access_env){0};
	rc = parse_each_member(parse, node, env_member, env);
	if (rc != 0)
		return rc;
	if (!env->name || env->name[0] == '\0' || strchr(env->name, '='))
		return parse_refuse(parse, node, ST_EINVAL,
				    "needs a name without '='");
	if (!env->value)
		env->value = mem_strdup("");
	return 0;
}

struct exec_parse {
	struct access_exec *exec;
	char *mode; /* interactiveMode */
};

static int exec_member(struct parse *parse, const char *key,
		       const struct yaml_node_s *value, void *arg)
{
	struct exec_parse *ex = arg;

	if (strcmp(key, "command") == 0)
		return parse_text(parse, value, &ex->exec->command);
	if (strcmp(key, "apiVersion") == 0)
		return parse_text(parse, value, &ex->exec->api_version);
	if (strcmp(key, "installHint") == 0)
		return parse_text(parse, value, &ex->exec->install_hint);
	if (strcmp(key, "interactiveMode") == 0)
		return parse_text(parse, value, &ex->mode);
	if (strcmp(key, "provideClusterInfo") == 0)
		return parse_bool(parse, value, &ex->exec->wants_cluster);
	if (strcmp(key, "args") == 0)
		return parse_each_element(parse, value, take_arg, ex->exec);
	if (strcmp(key, "env") == 0)
		return parse_each_element(parse, value, take_env, ex->exec);
	return 0;
}

static int check_exec(struct parse *parse, const struct yaml_node_s *node,
		      const struct access_exec *exec, const char *mode)
{
	const char *version = exec->api_version;
	bool is_v1 = version &&
		     strcmp(version, "client.authentication.k8s.io/v1") == 0;

	if (!exec->command)
		return parse_refuse_field(
			parse, node, "command",
			"is missing; name the plugin's program");
	if (!is_v1 &&
	    (!version ||
	     strcmp(version, "client.authentication.k8s.io/v1beta1") != 0))
		return parse_refuse_field(
			parse, node, "apiVersion",
			"must be client.authentication.k8s.io/v1 "
			"or .../v1beta1");
	if (is_v1 && !mode)
		return parse_refuse_field(
			parse, node, "interactiveMode",
			"is missing; v1 wants Never, IfAvailable "
			"or Always");
	if (mode && strcmp(mode, "Always") == 0)
		return parse_refuse_field(
			parse, node, "interactiveMode",
			"Always is not possible here, as there is "
			"no terminal; use IfAvailable or Never");
	if (mode && strcmp(mode, "Never") != 0 &&
	    strcmp(mode, "IfAvailable") != 0)
		return parse_refuse_field(
			parse, node, "interactiveMode",
			"must be Never, IfAvailable or Always");
	return 0;
}

/* A command with a slash counts from the file, others are sought in PATH. */
static void locate_command(struct parse *parse, struct access_exec *exec)
{
	char *old = exec->command;

	if (old[0] == '/' || !strchr(old, '/'))
		return;
	exec->command = mem_printf("%s%s", parse->dir, old);
	free(old);
}

int kubeconfig_exec_take(struct parse *parse, const struct yaml_node_s *node,
			 struct access_exec *exec)
{
	struct exec_parse ex = {.exec = exec};
	int rc;

	if (parse_is_null(node))
		return 0;
	rc = parse_each_member(parse, node, exec_member, &ex);
	if (rc == 0)
		rc = check_exec(parse, node, exec, ex.mode);
	if (rc == 0)
		locate_command(parse, exec);
	free(ex.mode);
	return rc;
}
