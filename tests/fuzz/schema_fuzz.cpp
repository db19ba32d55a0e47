// JSON schemas: whatever the text, it is refused with a reason or makes a grammar in which a walk at random
// never comes to a dead end, and is a JSON text wherever it says that it is whole.
//
// Input: four bytes that seed the walk, then the schema.

#include "core/output/structured/json_automaton.h"
#include "core/output/structured/json_schema.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  std::uint32_t seed = 0;
  for (std::size_t i = 0; i < 4; ++i) seed = seed << 8U | data[i];
  std::minstd_rand random(seed);
  const auto schema = fovea::JsonSchema::compile({reinterpret_cast<const char*>(data) + 4, size - 4});
  if (!schema) {
    if (schema.error().message.empty()) std::abort();
    return 0;
  }
  fovea::JsonAutomaton automaton(schema->grammar());
  auto state = automaton.start();
  std::string text;
  for (int step = 0; step < 200 && !automaton.exhausted(state); ++step) {
    std::vector<std::uint8_t> bytes;
    for (int byte = 0; byte < 256; ++byte) {
      if (automaton.next(state, static_cast<std::uint8_t>(byte)) != fovea::JsonAutomaton::kDead)
        bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    if (bytes.empty()) std::abort();
    const std::uint8_t byte = bytes[random() % bytes.size()];
    text += static_cast<char>(byte);
    state = automaton.next(state, byte);
    if (automaton.complete(state) && !nlohmann::json::accept(text)) std::abort();
  }
  if (automaton.exhausted(state) && !automaton.complete(state)) std::abort();
  return 0;
}
