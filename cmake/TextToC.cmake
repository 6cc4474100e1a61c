# SPDX-License-Identifier: Apache-2.0
# cmake -DFROM=file -DTO=file.c -DNAME=symbol -P TextToC.cmake: a text as the
# constants NAME and NAME_len of a C file.
file(READ ${FROM} hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR length "${digits} / 2")
string(REGEX REPLACE "(..)" "0x\\1, " bytes "${hex}")
string(REGEX REPLACE "((0x.., ){12})" "\\1\n    " bytes "${bytes}")
get_filename_component(name ${FROM} NAME)
file(WRITE ${TO} "/* SPDX-License-Identifier: Apache-2.0 */
/* Made from ${name}; do not edit. */
#include \"common.h\"

const unsigned char ${NAME}[] = {
    ${bytes}0};
const size_t ${NAME}_len = ${length};
")
