#include "core/api/quantize.h"
#include "core/model/config.h"
#include "core/model/decoder.h"
#include "core/model/integer_file.h"
#include "core/model/vision_tower.h"
#include "core/model/weight_source.h"

#include <exception>
#include <filesystem>
#include <new>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

namespace fovea {
namespace {

at::ScalarType exact_type(StoredType type) {
  return type == StoredType::kBFloat16  ? at::kBFloat16
         : type == StoredType::kFloat16 ? at::kHalf
                                        : at::kFloat;
}

Error not_wanted(std::string message, std::string remedy) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(remedy), "weights"};
}

Result<QuantizedWeights> write_integers(const QuantizationJob& job, const LoadObserver& observer) {
  if (job.weights.format != WeightFormat::kInt8 && job.weights.format != WeightFormat::kInt4) {
    return not_wanted("Into what?", "Say --weights int8 or --weights int4.");
  }
  if (auto checked = check_weights(job.weights); !checked) return std::move(checked).error();
  const std::filesystem::path folder(job.model_folder);
  auto config = load_model_config(folder);
  if (!config) return std::move(config).error();
  if (config->integers || config->scheme)
    return not_wanted("The model's weights are integers already.", "Start from the model in bf16.");
  auto checkpoint = open_checkpoint(folder);
  if (!checkpoint) return std::move(checkpoint).error();
  std::uint64_t total = 0;
  for (const auto& [name, entry] : checkpoint->tensors) total += entry.tensor.bytes;
  std::uint64_t done = 0;

  IntegerFile file(*checkpoint);
  QuantizedWeights made;
  made.made_from = stored_type_name(checkpoint->main_type());
  made.parameters = checkpoint->parameters();
  for (const auto pass : {WeightSource::Pass::kCheck, WeightSource::Pass::kRead}) {
    const LoadObserver told = [&](const LoadProgress& progress) {
      done = progress.done;
      return !observer || observer({"quantising weights", done, total});
    };
    WeightSource weights(*checkpoint, exact_type(checkpoint->main_type()), pass, told, job.weights);
    weights.turn_into(file);
    // Built for what they ask for; nothing of them is kept.
    static_cast<void>(make_vision_tower(*config, weights));
    static_cast<void>(Decoder(*config, weights));
    made.bits = weights.format().bits;
    made.group = static_cast<int>(weights.format().group);
    if (auto walked = weights.finish(); !walked) {
      const bool writing = walked.error().code == ErrorCode::kDiskFull;
      return writing ? file.error() : walked.error();
    }
    if (pass == WeightSource::Pass::kCheck) {
      if (auto created = file.create(std::filesystem::path(job.target_folder) / "model.safetensors");
          !created)
        return std::move(created).error();
    }
  }
  const auto finished = file.finish([&](std::uint64_t bytes) {
    done += bytes;
    return !observer || observer({"copying the rest", done, total});
  });
  if (!finished) return finished.error();
  made.file_bytes = file.bytes();
  return made;
}

}  // namespace

Result<QuantizedWeights> quantize_weights(const QuantizationJob& job, const LoadObserver& observer) {
  const c10::InferenceMode no_gradients;
  if (job.threads > 0) at::set_num_threads(job.threads);
  try {
    return write_integers(job, observer);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for the model's largest matrix.",
                 "Close other programs.", ""};
  } catch (const std::exception&) {
    return Error{ErrorCode::kInternal, "The weights could not be quantised.",
                 "Check the model's files, or report it.", ""};
  }
}

}  // namespace fovea
