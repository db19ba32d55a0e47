#pragma once

#include "core/api/device_choice.h"
#include "core/api/error.h"
#include "core/api/generation_event.h"
#include "core/api/generation_request.h"
#include "core/api/kv_cache_type.h"
#include "core/api/memory_forecast.h"
#include "core/api/metrics.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// What the arithmetic is done in. kAuto: the checkpoint's own where the device has it;
/// float32 where it has not, and for small models.
enum class ComputeType { kAuto, kFloat32, kBFloat16, kFloat16 };

/// "auto", "fp32", "bf16", "fp16".
std::string_view compute_type_name(ComputeType type);

/// How weights are held. kModel: as the checkpoint has them, in the type of the arithmetic or as integers.
/// kInt8, kInt4: as integers with a scale for each group, made while the model loads, and activations are
/// rounded to 8 bits before they meet them: about half and a quarter of the memory, answers that differ a
/// little. kFloat: in the type of the arithmetic, even where the checkpoint has integers.
enum class WeightFormat { kModel, kInt8, kInt4, kFloat };

/// "model", "int8", "int4", "float".
std::string_view weight_format_name(WeightFormat format);

/// Which weights are held how. What is small (norms, biases, patches) and the embedding stay as they are.
struct WeightOptions {
  WeightFormat format = WeightFormat::kModel;  ///< of the decoder's layers
  int group = 0;  ///< numbers that share a scale: 32, 64, 128, in int8 kWholeRow; 0: 128 in int8, 32 in int4
  bool vision = false;  ///< the vision tower in this format too
  bool head = false;    ///< the head too; where it is the embedding as well, that is kept beside it
};

/// What the engine does with several requests at once.
enum class SchedulingMode {
  kLowLatency,      ///< each answer as soon as it can be: small steps, few together
  kHighThroughput,  ///< most tokens an hour: large steps, as many together as memory holds
  kCustom,          ///< as the other fields of SchedulingOptions say
};

/// "low_latency", "high_throughput", "custom".
std::string_view scheduling_mode_name(SchedulingMode mode);

/// How requests share the engine; no greedy answer changes. The numbers count in kCustom only;
/// scheduling_preset() gives those of the other modes. kLowLatency reads up to twice step_tokens while nobody
/// writes an answer.
struct SchedulingOptions {
  SchedulingMode mode = SchedulingMode::kLowLatency;
  int max_batch = 8;               ///< requests in a step; 1 … 256
  double max_wait_seconds = 0.0;   ///< how long an idle engine waits for company before it begins; 0 … 10
  std::int64_t step_tokens = 256;  ///< tokens that a step reads at most, all requests together; 16 … 16384
};

/// The options that a mode stands for, its numbers filled in.
SchedulingOptions scheduling_preset(SchedulingMode mode);

struct EngineOptions {
  std::string model_folder;    ///< a folder in Hugging Face layout
  std::string adapter_folder;  ///< a LoRA adapter in PEFT's layout, merged while loading; empty: none
  ComputeType compute_type = ComputeType::kAuto;
  DeviceChoice device;
  WeightOptions weights;
  int threads = 0;                      ///< for arithmetic; 0: the cores that this process may use
  std::int64_t max_context_tokens = 0;  ///< 0: what the checkpoint says
  /// Bytes of vision features that are kept for further questions about the same picture; 0: none.
  std::uint64_t vision_cache_bytes = std::uint64_t{256} << 20;
  /// Bytes of keys and values for all requests together, reserved as they are needed; 0: a share of the
  /// memory that is free after loading.
  std::uint64_t kv_cache_bytes = 0;
  KvCacheType kv_cache_type = KvCacheType::kAuto;
  /// Whether keys and values of ended requests are kept for prompts that begin alike.
  bool prefix_cache = true;
  /// Tokens that a step may guess for a greedy answer from what stands in its prompt and in itself, and check
  /// beside the one that is certain; 0 … 7, 0: none. Changes no answer, only how fast it comes.
  int draft_tokens = 7;
  /// Bytes of greedy answers that are kept and given again to a request that is the same in all that can
  /// change its answer; 0: none.
  std::uint64_t answer_cache_bytes = 0;
  /// Bytes that this process may hold in memory, weights and caches together, in the GPU's memory where it
  /// computes there; 0: what the machine, a control group or the GPU has free. Requests are let in up to 90 %
  /// of it.
  std::uint64_t memory_bytes = 0;
  /// Whether a loaded model reads a short made-up question while nobody asks, so that the first real one has
  /// a forecast of its time: for what stays open, not for a program that asks at once and ends.
  bool calibrate = false;
  SchedulingOptions scheduling;
};

/// A loaded model, for display and for sizing.
struct ModelInfo {
  std::string name;             ///< the folder's name, or org/repo in a hub's cache
  std::string family;           ///< "Qwen3-VL" or "GLM-4V"
  std::string architecture;     ///< as config.json names it
  std::string checkpoint_type;  ///< dtype in the file: "bf16"
  std::string compute_type;     ///< dtype of the arithmetic
  std::string device;           ///< device_name() of where it computes; empty: elsewhere
  std::string weight_format;    ///< "int8", "int4"; empty where weights have the arithmetic's type
  std::string kv_cache_type;    ///< "bf16", "int8": of keys and values; empty: elsewhere
  std::string adapter;          ///< the merged LoRA adapter's folder name; empty: none
  std::int64_t parameters = 0;
  std::uint64_t weights_bytes = 0;  ///< as held in memory
  /// Of those, what one step of decoding reads: layers, norms and head, scales counted; 0: not known.
  std::uint64_t step_weight_bytes = 0;
  std::int64_t decoder_layers = 0;
  std::int64_t vision_layers = 0;
  std::int64_t context_tokens = 0;
  std::uint64_t kv_bytes_per_token = 0;
  int patch_size = 0;    ///< pixels
  int merge_size = 0;    ///< patches a side in one vision token
  bool reasons = false;  ///< its template knows a reasoning part
  std::string note;      ///< what the user should know ("small model: printed text only"), or empty
};

/// How far loading has come.
struct LoadProgress {
  std::string step;        ///< "reading weights"
  std::uint64_t done = 0;  ///< bytes
  std::uint64_t total = 0;
};

/// Called with progress while a model loads; returns false to give up. Any thread may call it, one at a time.
using LoadObserver = std::function<bool(const LoadProgress&)>;

/// Takes a request's events. Called from the engine's own threads, one event at a time for a request, in
/// order; must return quickly and must not call back into the engine except cancel().
using EventSink = std::function<void(GenerationEvent)>;

/// What the model would see and how long the prompt would be; made without running the model.
struct Preview {
  std::vector<VisionInput> vision;
  std::int64_t prompt_tokens = 0;
  std::string prompt;  ///< rendered and expanded, runs of vision tokens as <|image_pad|>{84}
  std::optional<MemoryForecast> memory = {};  ///< nothing where the engine does not know
  /// Until the first token, if nothing else is asked meanwhile: learned from the last answers, what is kept
  /// of the prompt left out; nothing before the first.
  std::optional<double> ttft_seconds = {};
};

/// A model that answers. The only door to whatever does the arithmetic: this process, a child or another
/// machine. All functions may be called from any thread; requests of many callers may be in flight at once.
/// Destroying the engine cancels what runs; every request has had its last event when the destructor returns.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual ModelInfo model() const = 0;

  /// Takes the request and returns at once. Everything that goes wrong later, a bad picture too, arrives as
  /// Failed; the Result is an error only if the request was not taken (kInvalidArgument, kBusy,
  /// kEngineFailed).
  virtual Result<RequestId> submit(GenerationRequest request, EventSink sink) = 0;

  /// Stops a request soon; it ends with Finished{kCancelled}. Unknown or ended ids are ignored.
  virtual void cancel(RequestId request) = 0;

  /// What would be sent to the model. Decodes pictures, so not for a GUI thread.
  virtual Result<Preview> preview(const GenerationRequest& request) = 0;

  virtual EngineMetrics metrics() const = 0;

  /// How requests share this engine now.
  virtual SchedulingOptions scheduling() const = 0;

  /// Changes it from the next step on; running answers go on. Errors: kInvalidArgument (a number out of
  /// range; `field` names it), kUnsupported (an engine elsewhere that doesn't take orders).
  virtual Result<void> set_scheduling(const SchedulingOptions& options) = 0;
};

/// Loads a model into this process (LocalEngine). Blocks until it is ready; nothing else is disturbed
/// if it fails.
Result<std::unique_ptr<Engine>> load_local_engine(const EngineOptions& options, const LoadObserver& observer);

}  // namespace fovea
