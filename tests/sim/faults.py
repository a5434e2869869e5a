#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that the simulation bites: plants faults into copies of the
controller's sources, one at a time, and lets the simulation look for each.
`make sim-faults` starts it, with what it takes to compile in the environment.
"""

import argparse
import concurrent.futures
import os
import re
import shlex
import subprocess
import sys

# Name, file, the text that is there exactly once, and what becomes of it.
FAULTS = [
    ("an ordered set does not wait for minReadySeconds", "plan_pods",
     "(!pod_is_running_ready(pod) || plan_is_unavailable(d, pod)))",
     "!pod_is_running_ready(pod))"),
    ("an ordered set goes on behind a pod it makes", "plan_pods",
     "create(d, slot->ordinal, batch);\n\t\treturn true;",
     "create(d, slot->ordinal, batch);\n\t\treturn false;"),
    ("a pod that has ended is deleted again and again", "plan_pods",
     "if (pod_has_ended(pod)) {\n\t\tif (!pod->obj.deleting)",
     "if (pod_has_ended(pod)) {\n\t\tif (true)"),
    ("a broken pod is scaled away out of turn", "plan_pods",
     "pod != first &&\n\t\t    plan_is_unavailable(d, pod))",
     "false)"),
    ("an ordered set scales all pods away at once", "plan_pods",
     "plan_add_delete(d, pod, batch);\n\t\tif (d->set->monotonic)",
     "plan_add_delete(d, pod, batch);\n\t\tif (false)"),
    ("pods are scaled away before their claims know", "plan_pods",
     "own_condemned(&d);", "(void)own_condemned;"),
    ("the partition ends one pod too late", "plan_pods",
     "ordinal >= set->start + line", "ordinal > set->start + line"),
    ("an update ignores the partition", "plan_update",
     "int64_t low = (int64_t)set->start + set->partition;",
     "int64_t low = (int64_t)set->start;"),
    ("an update does not wait for the pod above", "plan_update",
     "if (is_leaving(slot->pod) || plan_is_unavailable(d, slot->pod))",
     "if (false)"),
    ("an update takes down one pod too many", "plan_update",
     "d->set->max_unavailable - count_unavailable(d);",
     "d->set->max_unavailable - count_unavailable(d) + 1;"),
    ("pods that are leaving are adopted", "plan",
     "obj->owner->kind == NULL && match && !obj->deleting",
     "obj->owner->kind == NULL && match"),
    ("a set that is leaving claims pods", "plan",
     "\tif (set->deleting)\n\t\treturn;\n\tfor (size_t i = 0; i < "
     "world->n_pods",
     "\tfor (size_t i = 0; i < world->n_pods"),
    ("a revision in use is trimmed", "plan",
     "if (pod_is_at(pods->claimed[i], name))", "if (false)"),
    ("history is one revision too short", "plan",
     "i + (uint64_t)limit < spare", "i + (uint64_t)limit < spare + 1 && i < "
     "spare"),
    ("a rollback makes the revision anew", "plan",
     "while (n > 0 && !holds(list[n - 1], data))\n\t\tn--;\n\treturn n;",
     "return n > 0 && holds(list[n - 1], data) ? n : 0;"),
    ("orphans are adopted without a look at the set", "act",
     "\tif (act->live_done)\n\t\treturn false;", "\treturn false;"),
    ("own writes are not waited for", "act",
     "if (version != NULL && config->on_write != NULL)", "if (false)"),
    ("a pod is deleted before its records are", "act_pod",
     "if (config->tools->withdraw != NULL)", "if (false)"),
    ("a pod is deleted before caches have run out", "plan_pods",
     "if (waited_ms >= wanted_ms)", "if (waited_ms > 0)"),
    ("a DELETE hits whoever has the name", "act",
     "body = json_print(options);", "body = NULL;"),
    ("a pod is made though its claim was not", "act_pod",
     "object = NULL;\n\tscope_free char *path = run_pod_path(run, NULL);\n"
     "\tscope_free char *body = NULL;\n\n\tif (run->n_errors > 0) {",
     "object = NULL;\n\tscope_free char *path = run_pod_path(run, NULL);\n"
     "\tscope_free char *body = NULL;\n\n\tif (false) {"),
    ("a stranger's revision is taken for ours", "act_revision",
     "if (revision_holds(answer->body, run->step->data))", "if (true)"),
    ("what comes during a pass is forgotten", "queue",
     "\t\titem->again = true;\n", ""),
    ("a pass that failed is not tried again", "queue",
     "\tqueue_add_at(queue, key, now_ms + own);\n", ""),
    ("what a list lacks stays in the cache", "store",
     "if (obj && obj->mark != table->mark &&", "if (obj && false &&"),
    ("nobody hears of what is gone", "store",
     "\ttell(store, kind, was, NULL);\n", "\t(void)was;\n"),
    ("pods that are leaving are counted as current", "status",
     "if (!created || pod->obj.deleting)", "if (!created)"),
    ("a status is written in every pass", "status",
     "return status->observed_generation > old->observed_generation ||",
     "return true ||"),
    ("a claim that goes with an earlier pod is used", "retention",
     "{\n\tif (!set->scaled_deletes)\n\t\treturn false;",
     "{\n\treturn false;"),
    ("who leads again does not wait for earlier writes", "reconcile",
     "memcpy(work->written, r->written, sizeof(work->written));",
     "memset(work->written, 0, sizeof(work->written));"),
    ("a retained claim goes when the policy changes", "lost",
     "return set->scaled_deletes || setspec_has(set, lost->ordinal);",
     "return true;"),
    ("a claim is deleted by what the caches say", "act_claim",
     "run_send(run, KUBE_GET, path, NULL, on_delete_pod);",
     "scope_free char *now = run_claim_path(run, run->step->name);\n"
     "run_delete(run, now, run->version, on_deleted);"),
    ("a claim of any owner is deleted", "retention",
     "for (uint32_t i = 0; i < claim->n_owners; i++)\n\t\tif (whom("
     "&claim->owners[i], set, \"\") != OWNER_SET ||\n\t\t    !has_uid("
     "&claim->owners[i], set->uid))\n\t\t\treturn false;\n\treturn",
     "return true ||"),
    ("a claim is made smaller", "claims",
     "quantity_bytes(is, strlen(is)) >= bytes)",
     "quantity_bytes(is, strlen(is)) == bytes)"),
    ("new claims are made as small as ever", "claims",
     "if (vct_name != NULL)\n\t\tclaims_raise(set, vct_name, claim);", ""),
    ("claims in range go with their pods", "retention",
     "if (pod->condemned && set->scaled_deletes)",
     "if (set->scaled_deletes)"),
]


def words(name):
    return shlex.split(os.environ[name])


def plant(source, build, number, fault):
    """Compiles and links one fault; gives the program."""
    _, module, old, new = fault
    path = os.path.join(source, "controller", module + ".c")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    # Layout is no part of a fault.
    old = re.sub(r"\\?\s+", r"\\s+", re.escape(old.strip()))
    text, n = re.subn(old, lambda _: new.strip(), text)
    if n != 1:
        raise SystemExit(
            f"faults.py: {fault[0]}: its text is there {n} times in {path};"
            " plant it anew"
        )
    base = os.path.join(build, f"fault-{number:02}")
    with open(base + ".c", "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run(
        words("SIM_COMPILE") + ["-w", "-c", base + ".c", "-o", base + ".o"],
        check=True,
    )
    subprocess.run(
        words("SIM_LINK") + [base + ".o"] + words("SIM_LIBS") + ["-o", base],
        check=True,
    )
    return base


def look_for(program, seeds):
    """The seed and the rule that found it, or None."""
    result = subprocess.run(
        [program, "--plain", str(seeds)],
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    match = re.search(r"^FAIL: seed (\d+): ([^:]+):", result.stdout, re.M)
    return match and (int(match.group(1)), match.group(2))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    os.makedirs(args.build, exist_ok=True)

    def one(item):
        number, fault = item
        program = plant(args.source, args.build, number, fault)
        return fault, look_for(program, args.seeds)

    missed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for fault, found in pool.map(one, enumerate(FAULTS, 1)):
            missed += found is None
            print(
                f"PASS: {fault[0]}: seed {found[0]}, {found[1]}"
                if found
                else f"FAIL: {fault[0]}: not found in {args.seeds} seeds",
                flush=True,
            )
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
