# The reference folder's own checkpoints, cases, goldens and pictures, by its own checkpoint script.
if(NOT EXISTS "${FOVEA_REFERENCE}/oracle/make_checkpoint.py")
  message(FATAL_ERROR "FOVEA_REFERENCE names ${FOVEA_REFERENCE}, which holds no oracle/make_checkpoint.py.")
endif()
file(GLOB goldens RELATIVE "${FOVEA_REFERENCE}/oracle/golden" CONFIGURE_DEPENDS "${FOVEA_REFERENCE}/oracle/golden/*-tiny*.json")
foreach(golden ${goldens})
  string(REPLACE ".json" "" name ${golden})
  set(family glm)
  if(name MATCHES "^qwen3vl")
    set(family qwen3vl)
  endif()
  oracle_test(oracle.reference_checkpoint.${name} SETUP reference-${name} LABELS reference TIMEOUT 120
    COMMAND ${FOVEA_SYSTEM_PYTHON} "${FOVEA_REFERENCE}/oracle/make_checkpoint.py" ${name} "${checkpoints}/${name}")
  oracle_test(oracle.reference.${name} NEEDS reference-${name} LABELS reference TIMEOUT 900
    COMMAND ${FOVEA_SYSTEM_PYTHON} run_golden.py --program "${program}" --checkpoint "${checkpoints}/${name}"
      --cases "${FOVEA_REFERENCE}/oracle/cases/${family}.json" --golden "${FOVEA_REFERENCE}/oracle/golden/${golden}"
      --images "${FOVEA_REFERENCE}/images")
endforeach()
