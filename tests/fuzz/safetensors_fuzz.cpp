// Any bytes as a safetensors file: either an error with a message, or tensors that tile the data section
// exactly. The same bytes are read as config.json too.

#include "core/model/config.h"
#include "core/model/safetensors.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

/// The promise under test; a broken one ends the process, which is what the fuzzer looks for.
void require(bool kept) {
  if (!kept) std::abort();
}

void check_tensors(std::string_view header, std::uint64_t file_bytes) {
  const auto tensors = fovea::parse_safetensors_header(header, file_bytes, "fuzz.safetensors");
  if (!tensors) return require(!tensors.error().message.empty());
  std::uint64_t expected = header.size() + 8;
  for (const fovea::StoredTensor& tensor : *tensors) {
    require(tensor.begin == expected);
    require(tensor.elements() >= 0);
    expected += tensor.bytes;
  }
  require(expected == file_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const auto length = fovea::parse_safetensors_header_length(file.substr(0, 8), size, "fuzz.safetensors");
  if (length) check_tensors(file.substr(8, *length), size);
  // The same as a header alone, so that the fuzzer need not guess a length, with as much data as it could ask
  // for.
  check_tensors(file, file.size() + 8 + 64);
  const auto config = fovea::parse_model_config(file);
  if (config) require(config->vision.hidden_size % config->vision.num_heads == 0);
  return 0;
}
