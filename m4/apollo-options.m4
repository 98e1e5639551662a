dnl SPDX-License-Identifier: Apache-2.0
dnl The configure switches of apollo, and the flags that every object is compiled with.
AC_DEFUN([APOLLO_OPTIONS], [
AC_ARG_ENABLE([developer],
  [AS_HELP_STRING([--enable-developer], [warnings are errors])], [], [enable_developer=no])
AC_ARG_ENABLE([sanitizers],
  [AS_HELP_STRING([--enable-sanitizers], [build everything with AddressSanitizer and UndefinedBehaviorSanitizer])],
  [], [enable_sanitizers=no])
AC_ARG_ENABLE([coverage],
  [AS_HELP_STRING([--enable-coverage], [count executed lines with gcov])], [], [enable_coverage=no])
AC_ARG_ENABLE([fuzzers],
  [AS_HELP_STRING([--enable-fuzzers], [build the libFuzzer targets; needs CC=clang])], [], [enable_fuzzers=no])
AC_ARG_WITH([postgresql],
  [AS_HELP_STRING([--without-postgresql], [reserved: the ledger is on SQLite only in this version])],
  [AS_IF([test "x$withval" != xno],
    [AC_MSG_ERROR([--with-postgresql: this version keeps its ledger in SQLite only; leave the switch out])])])

APOLLO_CFLAGS="-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -fvisibility=hidden"
AS_IF([test "x$enable_developer" = xyes], [APOLLO_CFLAGS="$APOLLO_CFLAGS -Werror"])
APOLLO_LDFLAGS=
dnl With a sanitizer gcc sees less of a value's range, and these two warnings are wrong more often than right.
AS_IF([test "x$enable_sanitizers" = xyes], [
  APOLLO_CFLAGS="$APOLLO_CFLAGS -Wno-format-truncation -Wno-maybe-uninitialized"
  APOLLO_CFLAGS="$APOLLO_CFLAGS -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
  APOLLO_LDFLAGS="-fsanitize=address,undefined"],
  [test "x$enable_fuzzers" = xyes], [
  APOLLO_CFLAGS="$APOLLO_CFLAGS -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
  APOLLO_LDFLAGS="-fsanitize=address,undefined"])
AS_IF([test "x$enable_coverage" = xyes], [
  APOLLO_CFLAGS="$APOLLO_CFLAGS --coverage -O0"
  APOLLO_LDFLAGS="$APOLLO_LDFLAGS --coverage"])
dnl With sanitizers a module has undefined symbols that the program brings, so -z defs is left out there.
PLUGIN_LDFLAGS="-module -avoid-version -shared"
AS_IF([test "x$enable_sanitizers$enable_fuzzers" = xnono], [PLUGIN_LDFLAGS="$PLUGIN_LDFLAGS -Wl,-z,defs"])
AC_SUBST([APOLLO_CFLAGS])
AC_SUBST([APOLLO_LDFLAGS])
AC_SUBST([PLUGIN_LDFLAGS])
AC_SUBST([SANITIZED], [$enable_sanitizers])
AM_CONDITIONAL([SANITIZERS], [test "x$enable_sanitizers" = xyes])
AM_CONDITIONAL([FUZZERS], [test "x$enable_fuzzers" = xyes])
])
