#pragma once

#include "core/api/error.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// A LoRA adapter (Hu et al. 2021, arXiv:2106.09685) as PEFT saves it: adapter_config.json and
/// adapter_model.safetensors. For each matrix W [out, in] that it changes, a [r, in] and b [out, r]; merged
/// the matrix is W + factor · b·a. Immutable; any thread.
class LoraAdapter {
 public:
  /// Reads the whole adapter. Errors: kNotFound, kDamagedModel, kUnsupported (what is not plain LoRA on
  /// matrices: other methods, DoRA, biases, embeddings, whole modules saved; patterns that are no names).
  static Result<LoraAdapter> load(const std::filesystem::path& folder);

  /// Names of the weights that it changes, as the checkpoint has them: "model.….q_proj.weight".
  std::vector<std::string> weights() const;
  bool changes(const std::string& weight) const { return parts_.contains(weight); }

  /// Whether its part for `weight` is for a matrix of that shape. Error kDamagedModel: it is for another
  /// model.
  Result<void> fits(const std::string& weight, const std::vector<std::int64_t>& shape) const;

  /// Adds what it changes to `target`, the matrix in fp32.
  void merge(const std::string& weight, const at::Tensor& target) const;

 private:
  struct Part {
    at::Tensor a;  ///< [r, in] fp32
    at::Tensor b;  ///< [out, r] fp32
    double factor = 1.0;
  };

  LoraAdapter() = default;

  std::map<std::string, Part> parts_;
};

}  // namespace fovea
