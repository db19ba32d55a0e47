# cmake --install BUILD --prefix PREFIX [--component fovea]: the program, where it looks for its parts itself: the window's module
# in lib/fovea, models and samples in share/fovea. libtorch is not ours to install: the program finds it where it was built against.
#
# Component `deb` is the same for a Debian package (Package.cmake): there bin/fovea is a starter that brings libtorch into the user's
# cache folder, and the program stands beside its module.
include(GNUInstallDirs)
install(TARGETS fovea RUNTIME DESTINATION bin COMPONENT fovea)
set_target_properties(fovea PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(FILES LICENSE NOTICE THIRD_PARTY.md DESTINATION share/doc/fovea COMPONENT fovea)
if(FOVEA_GUI)
  install(TARGETS fovea_window_module LIBRARY DESTINATION lib/fovea COMPONENT fovea)
  # The window recolours its icons; a desktop shows this one as it is.
  set(icon "${PROJECT_SOURCE_DIR}/resources/icons/fovea.svg")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${icon}")
  file(READ "${icon}" icon_text)
  string(REPLACE currentColor "#0B756F" icon_text "${icon_text}")
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/desktop/fovea.svg" CONTENT "${icon_text}" @ONLY)
endif()

# install_data(COMPONENT [EXCLUDE_FROM_ALL]): what a component holds beside programs.
function(install_data component)
  # What a model was made from stays in the source tree.
  install(DIRECTORY resources/models resources/samples resources/server resources/web resources/cost resources/bench
    DESTINATION share/fovea COMPONENT ${component} ${ARGN}
    PATTERN training EXCLUDE PATTERN evaluation EXCLUDE PATTERN sources EXCLUDE)
  if(FOVEA_GUI)
    install(FILES packaging/desktop/fovea.desktop DESTINATION share/applications COMPONENT ${component} ${ARGN})
    install(FILES packaging/desktop/fovea.metainfo.xml DESTINATION share/metainfo COMPONENT ${component} ${ARGN})
    install(FILES "${CMAKE_BINARY_DIR}/desktop/fovea.svg" DESTINATION share/icons/hicolor/scalable/apps
      COMPONENT ${component} ${ARGN})
  endif()
endfunction()
install_data(fovea)
