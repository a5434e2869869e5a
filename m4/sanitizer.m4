# SPDX-License-Identifier: Apache-2.0
# ST_SANITIZER: --with-sanitizer=LIST and --with-fuzzer set SAN_CFLAGS, and
# --enable-werror adds -Werror to WARN_CFLAGS.
AC_DEFUN([ST_SANITIZER], [
  SAN_CFLAGS=
  AC_ARG_WITH([sanitizer],
    [AS_HELP_STRING([--with-sanitizer=LIST], [build with -fsanitize=LIST, for instance address,undefined])],
    [], [with_sanitizer=no])
  AS_IF([test "x$with_sanitizer" != xno],
    [SAN_CFLAGS="-fsanitize=$with_sanitizer -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AC_SUBST([SAN_CFLAGS])
  WARN_CFLAGS="-Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wwrite-strings -Wundef -Wformat=2"
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])
