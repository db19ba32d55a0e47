#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace fovea::testing_support {

/// A folder of its own that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes a file and the folders above it.
void write_file(const std::filesystem::path& file, const std::string& bytes);

/// A safetensors file: the header's length, the header, `data_bytes` zero bytes.
std::string safetensors(const std::string& header, std::size_t data_bytes);

/// A model of 2 layers, 4 heads on 2 of 16, hidden 64, intermediate 96, context 4096, vocabulary 100:
/// config.json and model.safetensors with two bf16 tensors of 10 and 6 elements and an fp32 one of 1 (36
/// bytes, 17 parameters).
void write_model(const std::filesystem::path& folder);
std::string config_text();

}  // namespace fovea::testing_support
