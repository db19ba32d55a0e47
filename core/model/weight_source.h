#pragma once

#include "core/api/engine.h"
#include "core/api/error.h"
#include "core/device/compute.h"
#include "core/device/upload.h"
#include "core/model/checkpoint.h"
#include "core/model/integer_weights.h"
#include "core/model/linear.h"
#include "core/model/prequantized_layout.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

class LoraAdapter;
class PrequantizedWeight;

/// What lies between a checkpoint's tensors and the model's weights.
struct WeightOrigin {
  const QuantizationScheme* scheme = nullptr;  ///< how another program made integers of matrices
  const LoraAdapter* adapter = nullptr;        ///< what is added to them
};

/// Hands out a checkpoint's tensors by name, as the model's parts ask for them with the shapes that they
/// expect. Made for two passes of the same code: the first only checks (so that a wrong checkpoint is refused
/// before anything is read), the second reads. One thread; reading itself uses several.
///
/// Where the checkpoint holds a matrix as integers of another program's (`origin`), it is handed out as
/// numbers, or by linear() as the same integers where ours hold them. An adapter is merged in fp32 and
/// rounded once; what it changes does not stay integers.
///
/// A failure does not stop the pass: it is remembered, undefined tensors are handed out from then on, and
/// finish() returns it.
class WeightSource {
 public:
  enum class Pass { kCheck, kRead };

  /// `type` is the element type that tensors are handed out in; `storage` what is to become of them;
  /// `compute` what they are for, on whose device they are. It must outlive what is made of them.
  WeightSource(const Checkpoint& checkpoint, at::ScalarType type, Pass pass, LoadObserver observer,
               const WeightOptions& storage = {}, const WeightOrigin& origin = {},
               const Compute& compute = *own_kernels());
  ~WeightSource();
  WeightSource(const WeightSource&) = delete;
  WeightSource& operator=(const WeightSource&) = delete;

  bool has(const std::string& name) const;
  bool has_prequantized(const std::string& name) const;

  /// One tensor. Wrong or missing: remembered, undefined.
  at::Tensor tensor(const std::string& name, const std::vector<std::int64_t>& shape);

  /// Several tensors one under the other, read into one: fused projections. All [rows, columns] or all
  /// [rows].
  at::Tensor stacked(const std::vector<std::pair<std::string, std::vector<std::int64_t>>>& parts);

  /// A product with a weight [rows, columns], in `format`. Where the checkpoint holds the weight as integers
  /// under `name`, they are read; else `weight` is called for it, or asked which tensors it would take where
  /// these may be another program's integers. With a sink, integers go there instead.
  Linear linear(const std::string& name, std::int64_t rows, std::int64_t columns, LinearFormat format,
                const std::function<at::Tensor()>& weight, at::Tensor bias = {});
  bool has_integers(const std::string& name) const { return has(name + ".values"); }

  /// From here on what is handed out is nothing: tensors are kept in `sink`'s words, integers handed to it.
  void turn_into(IntegerSink& sink) { sink_ = &sink; }

  /// Marks a tensor as known but not needed (a tied head that equals the embedding).
  void skip(const std::string& name);

  /// How a Linear is to hold its weight: as asked, in the decoder's layers, in the vision tower, as the head.
  LinearFormat format() const { return format_of(true); }
  LinearFormat layers() const { return format_of(true); }
  LinearFormat vision() const { return format_of(storage_.vision); }
  LinearFormat head() const { return format_of(storage_.head); }

  bool reading() const { return pass_ == Pass::kRead; }
  const Compute& compute() const { return compute_; }

  /// The first failure, or tensors of the checkpoint that nobody asked for. Errors: kDamagedModel,
  /// kUnsupported, kCancelled (the observer's word), kOutOfMemory.
  Result<void> finish() const;

 private:
  struct Files;

  LinearFormat format_of(bool chosen) const;
  void fail(Error error);
  using Parts = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;

  bool check(const std::string& name, const std::vector<std::int64_t>& shape, bool integers = false);
  bool check_part(const std::string& name, const std::vector<std::int64_t>& shape);
  bool check_prequantized(const std::string& name, std::int64_t rows, std::int64_t columns);
  /// On the processor or, as it is stored or in another type, on the device.
  void read_into(const std::string& name, const at::Tensor& target);
  void read_part(const std::string& name, const at::Tensor& target);
  /// Room for numbers of type_ on the model's device; the passing block where it is wanted.
  at::Tensor room_for(const std::vector<std::int64_t>& shape);
  /// A product whose weight is read and laid anew, in the passing block.
  Linear laid_anew(LinearFormat format, const std::function<at::Tensor()>& weight, at::Tensor bias);
  at::Tensor read_stored(const std::string& name);
  std::optional<PrequantizedWeight> read_prequantized(const std::string& name, std::int64_t rows,
                                                      std::int64_t columns);
  Parts parts_of(const std::function<at::Tensor()>& weight);
  std::optional<Linear> prequantized_linear(const Parts& parts, std::int64_t rows, std::int64_t columns,
                                            LinearFormat format, const at::Tensor& bias);
  Linear stored_integers(const std::string& name, std::int64_t rows, std::int64_t columns,
                         LinearFormat format, at::Tensor bias);
  void hand_over(const std::string& name, std::int64_t rows, std::int64_t columns, LinearFormat format,
                 const std::function<at::Tensor()>& weight);

  const Checkpoint& checkpoint_;
  const Compute& compute_;
  at::ScalarType type_;
  Pass pass_;
  LoadObserver observer_;
  WeightOptions storage_;
  std::unique_ptr<Files> files_;
  std::optional<Upload> upload_;  ///< where the weights are not for the processor
  IntegerSink* sink_ = nullptr;
  bool handing_over_ = false;  ///< what is asked for becomes integers, so it is read although there is a sink
  /// For what is laid anew as soon as it is read: one block for all of them, as the system takes as long to
  /// give a fresh one as reading takes.
  at::Tensor passing_;
  bool into_passing_ = false;  ///< what is asked for next goes there
  WeightOrigin origin_;
  std::optional<PrequantizedLayout> layout_;
  Parts* asked_for_ = nullptr;  ///< what is asked for is only noted
  std::unordered_set<std::string> taken_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  bool failed_ = false;
  Error error_;
};

}  // namespace fovea
