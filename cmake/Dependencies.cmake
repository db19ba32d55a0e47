# Libraries of Debian's that the rooms link, as imported targets.
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# Only the OpenCV modules named here are needed; find_package(OpenCV) would ask for the whole of it.
set(FOVEA_OPENCV_INCLUDE /usr/include/opencv4)
foreach(module core imgproc imgcodecs videoio)
  find_library(FOVEA_OPENCV_${module} opencv_${module} REQUIRED)
  add_library(opencv::${module} UNKNOWN IMPORTED)
  set_target_properties(opencv::${module} PROPERTIES IMPORTED_LOCATION "${FOVEA_OPENCV_${module}}"
    INTERFACE_INCLUDE_DIRECTORIES "${FOVEA_OPENCV_INCLUDE}")
endforeach()
