#pragma once

#include "safetensors_bytes.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::test {

/// A safetensors file in the making. Tensors may be replaced, cut or left out before it is written.
class TensorFile {
 public:
  template <typename T>
  void add(const std::string& name, const std::string& dtype, std::vector<std::int64_t> shape,
           const std::vector<T>& values) {
    tensors_[name] = {dtype, std::move(shape),
                      std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T))};
  }
  void remove(const std::string& name) { tensors_.erase(name); }

  void write(const std::filesystem::path& path) const {
    nlohmann::json header = nlohmann::json::object();
    std::string data;
    for (const auto& [name, tensor] : tensors_) {
      const std::size_t begin = data.size();
      data += tensor.bytes;
      header[name] = {
          {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
    }
    write_file(path, safetensors_bytes(header.dump(), data));
  }

 private:
  struct Tensor {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::string bytes;
  };
  std::map<std::string, Tensor> tensors_;
};

}  // namespace fovea::test
