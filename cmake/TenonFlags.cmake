# SPDX-License-Identifier: Apache-2.0
# Flags of the whole house. Targets: tenon_flags for everything of ours,
# tenon_core_flags for what runs on a brick (determinism, no padding).
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library(tenon_flags INTERFACE)
target_compile_options(tenon_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wundef -Wvla -Wmissing-prototypes
  -Wstrict-prototypes -Werror)
if(TENON_SANITIZE)
  target_compile_options(tenon_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(tenon_flags INTERFACE -fsanitize=address,undefined)
endif()
if(TENON_ANALYZE)
  target_compile_options(tenon_flags INTERFACE -fanalyzer)
endif()

# The same bits everywhere: no fused multiply-add, no errno from sqrt, enums
# of one size; padding would put unknown bytes into a brick's digest.
add_library(tenon_core_flags INTERFACE)
target_compile_options(tenon_core_flags INTERFACE
  -ffp-contract=off -fno-math-errno -fno-short-enums -Wpedantic -Wpadded
  -Wdouble-promotion -Wfloat-conversion -fstack-usage)
target_link_libraries(tenon_core_flags INTERFACE tenon_flags)
target_compile_definitions(tenon_core_flags INTERFACE
  $<$<OR:$<CONFIG:Debug>,$<BOOL:${TENON_SANITIZE}>>:TN_ASSERTS>)

# One room of the brick: tenon_room(NAME source...). Sees include/ and base/.
function(tenon_room name)
  add_library(tenon_${name} OBJECT ${ARGN})
  target_include_directories(tenon_${name} PRIVATE
    ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(tenon_${name} PRIVATE tenon_core_flags)
endfunction()
