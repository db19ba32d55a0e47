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

# Our rooms beside the reference's packages on generated input, asked through a small program of the room's.
if(TARGET tokenizer_dump)
  oracle_test(oracle.differential.tokenizer LABELS oracle-python TIMEOUT 900
    COMMAND "${FOVEA_PYTHON}" tokenizer_differential.py --program "$<TARGET_FILE:tokenizer_dump>")
endif()
if(TARGET template_render)
  oracle_test(oracle.differential.template LABELS oracle-python TIMEOUT 900
    COMMAND "${FOVEA_PYTHON}" template_differential.py "$<TARGET_FILE:template_render>")
endif()
