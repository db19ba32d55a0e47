# Run by CPack between installing and packing: takes the build folder's run path (a path of this machine) out of the programs, and
# their symbols. CPack itself strips targets only, and these are installed as files.
file(GLOB programs "${CPACK_TEMPORARY_DIRECTORY}/*/usr/lib/fovea/program/*" "${CPACK_TEMPORARY_DIRECTORY}/usr/lib/fovea/program/*")
if(NOT programs)
  message(FATAL_ERROR "No programs below ${CPACK_TEMPORARY_DIRECTORY}: where does CPack install to?")
endif()
foreach(program IN LISTS programs)
  file(RPATH_REMOVE FILE "${program}")
  execute_process(COMMAND "${CPACK_FOVEA_STRIP}" --strip-unneeded --remove-section=.comment --remove-section=.note "${program}"
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
