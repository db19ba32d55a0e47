# Warnings, sanitizers, ccache and linker for every target of ours. `fovea_options` is linked by each of them.
add_library(fovea_options INTERFACE)
target_include_directories(fovea_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(fovea_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees overlapping copies in std::string's operator+ that are not there (its bug 105651).
  target_compile_options(fovea_options INTERFACE -Wno-restrict)
endif()
target_compile_definitions(fovea_options INTERFACE FOVEA_VERSION="${PROJECT_VERSION}")

if(FOVEA_SANITIZE)
  target_compile_options(fovea_options INTERFACE -fsanitize=${FOVEA_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(fovea_options INTERFACE -fsanitize=${FOVEA_SANITIZE})
endif()

find_program(FOVEA_CCACHE ccache)
if(FOVEA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${FOVEA_CCACHE}")
endif()

find_program(FOVEA_MOLD mold)
if(FOVEA_MOLD AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_link_options(-fuse-ld=mold)
endif()

# fovea_compile_together(TARGET FILES): with FOVEA_UNITY as many files of a target at a time.
function(fovea_compile_together target files)
  if(FOVEA_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${files})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
  endif()
endfunction()

# For what only sets others going: tests (what they test is optimised as its room says) and the command line's verbs. A
# third faster to compile.
function(fovea_quick_to_compile target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# fovea_room(NAME SOURCES... [LINK targets...]): one room of the tree as a static library. What it does not link it
# cannot use.
function(fovea_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC ${ROOM_LINK} PRIVATE fovea_options)
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  fovea_compile_together(${name} 8)
endfunction()
