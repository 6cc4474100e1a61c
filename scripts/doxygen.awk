# SPDX-License-Identifier: Apache-2.0
# Makes plain comments Doxygen's: those before a declaration, and those behind
# one on its line. The first comment after the include guard is the file's.
NR == 1 { print; next }
/^#define TENON_.*_H$/ { print; file = 1; next }
/^[ \t]*\/\*/ {
    sub(/\/\*/, file ? "/** @file\n" : "/**")
    file = 0
    print
    next
}
/[;,{] *\/\* / || /[^ \t\\].*[^\\]\/\* .*\*\/ *$/ { sub(/\/\*/, "/**<") }
{ print }
