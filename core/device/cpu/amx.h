#pragma once

namespace fovea::cpu {

/// AMX's products of tiles that may be run here.
struct AmxProducts {
  bool int8 = false;
  bool bf16 = false;
};

/// What the processor has and the system grants this process: tiles hold 8 KB a thread, which Linux saves
/// only for who has asked (since 5.16). Asks once, at the first call; a refusal is like a processor without
/// AMX. Any thread.
AmxProducts amx_products();

}  // namespace fovea::cpu
