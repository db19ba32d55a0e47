# cpack -G DEB: a Debian package without libtorch. packaging/deb.sh builds it, packaging/check-deb.sh tries it in a fresh system.
install_data(deb EXCLUDE_FROM_ALL)
# As files, not as targets: no run path is put in. The starter says where libtorch is. Two folders deep, where CPack sees no need of
# ldconfig, and so no script that runs as root.
install(PROGRAMS "$<TARGET_FILE:fovea>" DESTINATION lib/fovea/program COMPONENT deb EXCLUDE_FROM_ALL)
if(FOVEA_GUI)
  install(FILES "$<TARGET_FILE:fovea_window_module>" DESTINATION lib/fovea/program COMPONENT deb EXCLUDE_FROM_ALL)
endif()
install(PROGRAMS packaging/deb/fovea DESTINATION bin COMPONENT deb EXCLUDE_FROM_ALL)
install(DIRECTORY packaging/setup DESTINATION share/fovea COMPONENT deb EXCLUDE_FROM_ALL
  PATTERN build.sh EXCLUDE PATTERN packages.sh EXCLUDE PATTERN python.sh EXCLUDE PATTERN fetch_test.py EXCLUDE PATTERN __pycache__ EXCLUDE)
install(FILES packaging/deb/copyright NOTICE THIRD_PARTY.md DESTINATION share/doc/fovea COMPONENT deb EXCLUDE_FROM_ALL)

# Debian wants these two compressed, without a time in them.
foreach(text IN ITEMS changelog fovea.1)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/packaging/deb/${text}")
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/deb")
  execute_process(COMMAND gzip -9nc "${PROJECT_SOURCE_DIR}/packaging/deb/${text}" OUTPUT_FILE "${CMAKE_BINARY_DIR}/deb/${text}.gz"
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
install(FILES "${CMAKE_BINARY_DIR}/deb/changelog.gz" DESTINATION share/doc/fovea COMPONENT deb EXCLUDE_FROM_ALL)
install(FILES "${CMAKE_BINARY_DIR}/deb/fovea.1.gz" DESTINATION share/man/man1 COMPONENT deb EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME fovea)
set(CPACK_PACKAGE_VENDOR "The Fovea authors")
set(CPACK_PACKAGE_CONTACT "The Fovea authors <fovea@example.org>")
if(DEFINED ENV{DEBEMAIL})
  set(CPACK_PACKAGE_CONTACT "The Fovea authors <$ENV{DEBEMAIL}>")
endif()
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "questions about pictures, answered on your own machine")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Fovea answers questions about pictures, pages and clips with a vision language
model that runs on this machine, in a window, in a terminal and as a server.
A small model is in this package.
.
libtorch, on which it computes, is not: the first start of each user offers to
fetch it, checked, into that user's cache folder.")
set(CPACK_COMPONENTS_ALL deb)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/PackagePrograms.cmake")
set(CPACK_FOVEA_STRIP "${CMAKE_STRIP}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# What is linked is found by dpkg-shlibdeps, which has to find libtorch too, though no package holds it.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${FOVEA_TORCH_ROOT}/torch/lib" "${FOVEA_TORCH_ROOT}/nvidia/cu13/lib")
# The download: a Python with pip in an environment of its own. The window's database is a module that Qt loads.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "python3, python3-venv, ca-certificates")
if(FOVEA_GUI)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libqt6sql6-sqlite")
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "zenity | kdialog, qt6-wayland, libsecret-1-0")
endif()
include(CPack)
