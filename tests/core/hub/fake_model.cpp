#include "tests/core/hub/fake_model.h"

#include <cstdlib>
#include <fstream>

namespace fovea::testing_support {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "fovea-hub-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

void write_file(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string safetensors(const std::string& header, std::size_t data_bytes) {
  std::string file;
  for (std::uint64_t length = header.size(), i = 0; i < 8; ++i, length >>= 8)
    file += static_cast<char>(length & 0xFF);
  return file + header + std::string(data_bytes, '\0');
}

std::string config_text() {
  return R"({"architectures": ["Qwen3VLForConditionalGeneration"], "model_type": "qwen3_vl",
    "text_config": {"num_hidden_layers": 2, "hidden_size": 64, "intermediate_size": 96, "num_attention_heads": 4,
                    "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 4096, "vocab_size": 100},
    "vision_config": {"depth": 3}})";
}

void write_model(const fs::path& folder) {
  write_file(folder / "config.json", config_text());
  write_file(folder / "model.safetensors", safetensors(R"({"__metadata__": {"format": "pt"},
                             "a": {"dtype": "BF16", "shape": [2, 5], "data_offsets": [0, 20]},
                             "b": {"dtype": "BF16", "shape": [6], "data_offsets": [20, 32]},
                             "c": {"dtype": "F32", "shape": [], "data_offsets": [32, 36]}})",
                                                       36));
}

}  // namespace fovea::testing_support
