# SPDX-License-Identifier: Apache-2.0
# ST_PYTHON sets
#   PYTHON      a Python 3.9 or later, for tests/lint; empty if there is none
#   E2E_PYTHON  one that also has pytest and dnspython, for tests/e2e
# There may be several on a machine, and the first on PATH may lack modules.
AC_DEFUN([ST_PYTHON], [
  AC_ARG_VAR([PYTHON], [the Python to use (3.9 or later)])
  ST_FIND_PYTHON([PYTHON], [sys], [Python 3.9 or later])
  ST_FIND_PYTHON([E2E_PYTHON], [sys, pytest, dns.resolver],
    [a Python with pytest and dnspython])
  AS_IF([test -z "$PYTHON"], [AC_MSG_ERROR([Python 3.9 or later is needed])])
  AS_IF([test -z "$E2E_PYTHON"],
    [AC_MSG_NOTICE([no Python has pytest and dnspython: no make check-e2e])])
])

# ST_FIND_PYTHON(VARIABLE, MODULES, WORDS)
AC_DEFUN([ST_FIND_PYTHON], [
  AC_MSG_CHECKING([for $3])
  st_found=
  for st_python in "$PYTHON" python3 /usr/bin/python3 /usr/local/bin/python3; do
    test -n "$st_python" || continue
    AS_IF(["$st_python" -c 'import $2; assert sys.version_info >= (3, 9)' \
        >/dev/null 2>&AS_MESSAGE_LOG_FD],
      [st_found=$st_python; break])
  done
  $1=$st_found
  AC_SUBST([$1])
  AC_MSG_RESULT([${st_found:-no}])
])
