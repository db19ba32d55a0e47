# Checkpoints as other programs publish them: integers of compressed-tensors, GPTQ and AWQ, and LoRA adapters. Made from our
# own by scripts, and beside them what they mean as plain numbers, on which the program has to give the same answers.
foreach(pair
    qwen-tied=ct-w4a16 glm-46v=ct-w4a16-asym qwen-tied=ct-w8a16 qwen-tied=ct-w8a8 glm-41v=ct-w4a16-wide glm-46v=gptq-sym
    qwen-tied=gptq-asym glm-46v=gptq-asym-v2 qwen-tied=gptq-order glm-46v=gptq-8 qwen-tied=awq)
  string(REPLACE "=" ";" pair ${pair})
  list(POP_FRONT pair source kind)
  set(name "${source}-${kind}")
  oracle_test(oracle.published.${name} SETUP published-${name} NEEDS checkpoint-${source} LABELS fast TIMEOUT 120
    COMMAND ${FOVEA_SYSTEM_PYTHON} make_quantized.py ${kind} "${checkpoints}/${source}" "${checkpoints}/${name}"
      --plain "${checkpoints}/${name}-plain")
endforeach()
foreach(pair qwen-tied=plain glm-41v=stabilized)
  string(REPLACE "=" ";" pair ${pair})
  list(POP_FRONT pair source kind)
  set(name "adapter-${kind}")
  oracle_test(oracle.published.${name} SETUP published-${name} NEEDS checkpoint-${source} LABELS fast TIMEOUT 120
    COMMAND ${FOVEA_SYSTEM_PYTHON} make_adapter.py ${kind} "${checkpoints}/${source}" "${checkpoints}/${name}"
      --merged "${checkpoints}/${name}-merged")
endforeach()
