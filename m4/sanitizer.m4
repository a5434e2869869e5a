# SPDX-License-Identifier: Apache-2.0
# ST_SANITIZER sets
#   SAN_CFLAGS   for compiling and linking everything: --with-sanitizer=LIST,
#                --with-fuzzer (clang's libFuzzer), --enable-coverage
#   WARN_CFLAGS  the warnings, as errors with --enable-werror
AC_DEFUN([ST_SANITIZER], [
  SAN_CFLAGS=
  AC_ARG_WITH([sanitizer],
    [AS_HELP_STRING([--with-sanitizer=LIST],
      [build with -fsanitize=LIST, for instance address,undefined])],
    [], [with_sanitizer=no])
  AC_ARG_WITH([fuzzer],
    [AS_HELP_STRING([--with-fuzzer],
      [build the fuzz targets for libFuzzer (needs CC=clang)])],
    [], [with_fuzzer=no])
  AC_ARG_ENABLE([coverage],
    [AS_HELP_STRING([--enable-coverage],
      [record which lines the tests run; see `make coverage'])],
    [], [enable_coverage=no])
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
    [], [enable_werror=no])

  AS_IF([test "x$with_sanitizer" = xyes],
    [AC_MSG_ERROR([--with-sanitizer needs a list, for instance address,undefined])])
  AS_IF([test "x$with_sanitizer" != xno],
    [SAN_CFLAGS="-fsanitize=$with_sanitizer -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AS_IF([test "x$with_fuzzer" != xno],
    [ST_CHECK_LINK([-fsanitize=fuzzer-no-link], [],
      [AC_MSG_ERROR([--with-fuzzer needs a compiler with libFuzzer: CC=clang])])
    SAN_CFLAGS="$SAN_CFLAGS -fsanitize=fuzzer-no-link"
    NO_FUZZER_CFLAGS=-fno-sanitize=fuzzer-no-link])
  AC_SUBST([NO_FUZZER_CFLAGS])
  AS_IF([test "x$enable_coverage" != xno],
    [SAN_CFLAGS="$SAN_CFLAGS --coverage"])
  AS_IF([test -n "$SAN_CFLAGS"],
    [ST_CHECK_LINK([$SAN_CFLAGS], [],
      [AC_MSG_ERROR([the compiler cannot link with $SAN_CFLAGS])])])
  AC_SUBST([FUZZ_ENGINE], [-fsanitize=fuzzer])
  AM_CONDITIONAL([WITH_FUZZER], [test "x$with_fuzzer" != xno])
  AM_CONDITIONAL([WITH_COVERAGE], [test "x$enable_coverage" != xno])
  AC_SUBST([SAN_CFLAGS])

  WARN_CFLAGS="-Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wwrite-strings -Wundef -Wformat=2"
  AS_IF([test "x$enable_werror" != xno], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

# ST_CHECK_LINK(FLAGS, [IF-OK], [IF-NOT])
AC_DEFUN([ST_CHECK_LINK], [
  st_saved_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS $1"
  AC_MSG_CHECKING([whether $CC links with $1])
  AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
    [AC_MSG_RESULT([yes]); CFLAGS=$st_saved_CFLAGS; $2],
    [AC_MSG_RESULT([no]); CFLAGS=$st_saved_CFLAGS; $3])
])
