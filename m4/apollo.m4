dnl SPDX-License-Identifier: Apache-2.0
dnl APOLLO_PLUGIN_INIT([MINIMUM-VERSION])
dnl Finds the plugin contract through pkg-config and sets APOLLO_PLUGIN_CFLAGS, APOLLO_PLUGIN_LDFLAGS (for a libtool
dnl module) and apolloplugindir (where apollo looks for plugins).  Stops configure where apollo is not installed.
AC_DEFUN([APOLLO_PLUGIN_INIT], [
  PKG_CHECK_MODULES([APOLLO_PLUGIN], [apollo-plugin >= m4_default([$1], [0.1])])
  PKG_CHECK_VAR([apolloplugindir], [apollo-plugin], [plugindir])
  APOLLO_PLUGIN_LDFLAGS="-module -avoid-version -shared -export-symbols-regex '^apollo_plugin_descriptor\$\$'"
  AC_SUBST([APOLLO_PLUGIN_LDFLAGS])
  AC_SUBST([apolloplugindir])
])
