# SPDX-License-Identifier: Apache-2.0
# Installs the library with its headers, a CMake package (find_package(tenon),
# target tenon::tenon), tenon.pc for pkg-config and, unless the build is for a
# board, the command.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

if(NOT CMAKE_CROSSCOMPILING)
  install(TARGETS tenon_command)
  install(DIRECTORY sets DESTINATION ${CMAKE_INSTALL_DATADIR}/tenon)
  install(FILES docs/man/tenon.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
install(TARGETS tenon tenon_recording EXPORT tenon)
install(DIRECTORY include/tenon TYPE INCLUDE)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tenon)
install(EXPORT tenon NAMESPACE tenon:: FILE tenon-config.cmake
  DESTINATION ${package})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/tenon-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tenon-config-version.cmake
  DESTINATION ${package})

# The way from tenon.pc to the prefix, so that what is installed can be moved.
file(RELATIVE_PATH to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/tenon.pc.in tenon.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/tenon.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
