# What needs transformers at hand: that our scripts agree with it, and our rooms with its packages on generated input.
set(own qwen-tied qwen-untied qwen-forms glm-flash glm-41v glm-46v)
list(TRANSFORM own PREPEND "checkpoint-" OUTPUT_VARIABLE needed)
list(TRANSFORM own PREPEND "${checkpoints}/" OUTPUT_VARIABLE folders)
oracle_test(oracle.layout NEEDS ${needed} LABELS oracle-python TIMEOUT 300 COMMAND "${FOVEA_PYTHON}" check_layout.py ${folders})
foreach(name ${own})
  string(REGEX MATCH "^[a-z]+" family ${name})
  oracle_test(oracle.reproduced.${name} NEEDS checkpoint-${name} LABELS oracle-python TIMEOUT 600
    COMMAND "${FOVEA_PYTHON}" run_golden.py --program "${FOVEA_PYTHON} transformers_as_program.py" --complete
      --checkpoint "${checkpoints}/${name}" --cases "${data}/cases/${family}.json" --golden "${data}/golden/${name}.json"
      --images "${data}/pictures")
endforeach()

# Integers and adapters as their packages have them; skipped where FOVEA_PYTHON has none of these packages.
oracle_test(oracle.packing LABELS "oracle-python;reference" TIMEOUT 300 COMMAND "${FOVEA_PYTHON}" check_quantized_packing.py)
set_tests_properties(oracle.packing PROPERTIES SKIP_RETURN_CODE 77)
foreach(pair plain=qwen-tied stabilized=glm-41v)
  string(REPLACE "=" ";" pair ${pair})
  list(POP_FRONT pair kind source)
  set(name "adapter-${kind}")
  oracle_test(oracle.merging.${kind} NEEDS checkpoint-${source} published-${name} LABELS "oracle-python;reference" TIMEOUT 300
    COMMAND "${FOVEA_PYTHON}" check_adapter_merging.py "${checkpoints}/${source}" "${checkpoints}/${name}" "${checkpoints}/${name}-merged")
  set_tests_properties(oracle.merging.${kind} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

# Our rooms beside the reference's packages on generated input, asked through a small program of the room's.
if(TARGET tokenizer_dump)
  oracle_test(oracle.differential.tokenizer LABELS oracle-python TIMEOUT 900
    COMMAND "${FOVEA_PYTHON}" tokenizer_differential.py --program "$<TARGET_FILE:tokenizer_dump>")
endif()
if(TARGET template_render)
  oracle_test(oracle.differential.template LABELS oracle-python TIMEOUT 900
    COMMAND "${FOVEA_PYTHON}" template_differential.py "$<TARGET_FILE:template_render>")
endif()
