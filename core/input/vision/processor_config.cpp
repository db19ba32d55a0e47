#include "core/input/vision/processor_config.h"

#include <cmath>
#include <fstream>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kMaxConfigBytes = 4U << 20;
constexpr std::int64_t kMaxArea = 1LL << 40;
constexpr std::array<float, 3> kHalf{0.5F, 0.5F, 0.5F};
constexpr std::array<float, 3> kClipMean{0.48145466F, 0.4578275F, 0.40821073F};
constexpr std::array<float, 3> kClipStd{0.26862954F, 0.26130258F, 0.27577711F};

Error damaged(const std::string& file, const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: " + file + " (" + what + ").",
               "Download the model again.", ""};
}

/// A JSON object out of a file of the model's folder; nothing when there is no such file.
Result<std::optional<Json>> read_object(const std::filesystem::path& folder, const std::string& file) {
  const auto path = folder / file;
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) return std::optional<Json>{};
  const auto bytes = std::filesystem::file_size(path, failure);
  if (failure || bytes > kMaxConfigBytes) return damaged(file, "too large");
  std::ifstream stream(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(bytes), '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(bytes))) return damaged(file, "cannot be read");
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return damaged(file, "no JSON object");
  return std::optional<Json>(std::move(json));
}

/// Where the settings came from, and the values; reading remembers the first thing that was wrong.
class Settings {
 public:
  Settings(Json values, std::string file) : values_(std::move(values)), file_(std::move(file)) {}

  std::string text(const char* key) const {
    const auto found = values_.find(key);
    return found != values_.end() && found->is_string() ? found->get<std::string>() : std::string();
  }

  std::int64_t integer(const Json& object, const char* key, std::int64_t otherwise, std::int64_t low,
                       std::int64_t high) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return otherwise;
    if (!found->is_number_integer()) return wrong(key), otherwise;
    const bool huge =
        found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(high);
    const std::int64_t value = huge ? high : found->get<std::int64_t>();
    if (huge || value < low || value > high) return wrong(key), otherwise;
    return value;
  }
  std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t low, std::int64_t high) {
    return integer(values_, key, otherwise, low, high);
  }

  double real(const char* key, double otherwise, double low, double high) {
    const auto found = values_.find(key);
    if (found == values_.end() || found->is_null()) return otherwise;
    const double value = found->is_number() ? found->get<double>() : std::nan("");
    if (!(value >= low && value <= high)) return wrong(key), otherwise;
    return value;
  }

  std::array<float, 3> channels(const char* key, std::array<float, 3> otherwise, double low) {
    const auto found = values_.find(key);
    if (found == values_.end() || found->is_null()) return otherwise;
    std::array<float, 3> result{};
    if (!found->is_array() || found->size() != 3) return wrong(key), otherwise;
    for (std::size_t i = 0; i < 3; ++i) {
      const double value = (*found)[i].is_number() ? (*found)[i].get<double>() : std::nan("");
      if (!(value >= low && value <= 100.0)) return wrong(key), otherwise;
      result[i] = static_cast<float>(value);
    }
    return result;
  }

  /// A step that this program always takes: the settings may name it or leave it out, but not turn it off.
  void always(const char* key) {
    const auto found = values_.find(key);
    if (found != values_.end() && !found->is_null() && *found != Json(true)) unusual(key);
  }
  void always(const char* key, std::int64_t value) {
    const auto found = values_.find(key);
    if (found != values_.end() && !found->is_null() && *found != Json(value)) unusual(key);
  }
  void never(const char* key) {
    const auto found = values_.find(key);
    if (found != values_.end() && !found->is_null() && *found != Json(false)) unusual(key);
  }

  const Json* object(const char* key) {
    const auto found = values_.find(key);
    if (found == values_.end() || found->is_null()) return nullptr;
    if (!found->is_object()) return wrong(key), nullptr;
    return &*found;
  }

  void wrong(const std::string& key) {
    if (!error_) error_ = damaged(file_, "bad value for " + key);
  }
  void unusual(const std::string& key) {
    if (!error_)
      error_ = Error{
          ErrorCode::kUnsupported,
          "This model prepares pictures in a way this program does not know: " + key + " in " + file_ + ".",
          "", ""};
  }
  const std::optional<Error>& error() const { return error_; }
  const std::string& file() const { return file_; }

 private:
  Json values_;
  std::string file_;
  std::optional<Error> error_;
};

/// Defaults of a processor class in transformers 5.17.
struct ClassDefaults {
  std::string_view name;
  ResizeRule rule;
  int patch_size;
  std::int64_t min_area;
  std::int64_t max_area;
  std::array<float, 3> mean;
  std::array<float, 3> std;
};

constexpr ClassDefaults kImageClasses[] = {
    {"Qwen2VLImageProcessor", ResizeRule::kQwenImage, 14, 3136, 1003520, kClipMean, kClipStd},
    {"Glm46VImageProcessor", ResizeRule::kFrames, 14, 12544, 11760000, kClipMean, kClipStd},
    {"Glm4vImageProcessor", ResizeRule::kFrames, 14, 12544, 11760000, kClipMean, kClipStd},
};

struct VideoClass {
  ClassDefaults defaults;
  FrameSampler sampler;
};

constexpr VideoClass kVideoClasses[] = {
    {{"Qwen3VLVideoProcessor", ResizeRule::kFrames, 16, 131072, 786432, kHalf, kHalf},
     FrameSampler::kQwen3Vl},
    {{"Glm46VVideoProcessor", ResizeRule::kFrames, 14, 12544, 47040000, kClipMean, kClipStd},
     FrameSampler::kGlm46v},
    {{"Glm4vVideoProcessor", ResizeRule::kFrames, 14, 12544, 47040000, kClipMean, kClipStd},
     FrameSampler::kGlm4v},
};

constexpr std::pair<std::string_view, TimestampStyle> kProcessorClasses[] = {
    {"Qwen3VLProcessor", TimestampStyle::kQwen3Vl},
    {"Glm46VProcessor", TimestampStyle::kGlm46v},
    {"Glm4vProcessor", TimestampStyle::kGlm4v},
};

std::string without_fast(std::string name) {
  constexpr std::string_view kFast = "Fast";
  if (name.ends_with(kFast)) name.resize(name.size() - kFast.size());
  return name;
}

Error unknown_processor(const std::string& kind, const std::string& name) {
  return Error{ErrorCode::kUnsupported,
               "This model needs a " + kind +
                   " that this program does not know: " + (name.empty() ? "unnamed" : name) + ".",
               "Qwen3-VL and GLM-4.1V / 4.6V models are supported.", ""};
}

PixelConfig read_pixels(Settings& settings, const ClassDefaults& defaults, bool legacy_bounds) {
  PixelConfig config;
  config.rule = defaults.rule;
  config.patch_size = static_cast<int>(settings.integer("patch_size", defaults.patch_size, 1, 128));
  config.temporal_patch_size = static_cast<int>(settings.integer("temporal_patch_size", 2, 1, 8));
  config.merge_size = static_cast<int>(settings.integer("merge_size", 2, 1, 8));
  config.mean = settings.channels("image_mean", defaults.mean, -100.0);
  config.std = settings.channels("image_std", defaults.std, 1e-6);
  config.rescale_factor = settings.real("rescale_factor", 1.0 / 255.0, 1e-6, 1.0);
  config.min_area = defaults.min_area;
  config.max_area = defaults.max_area;
  if (const Json* size = settings.object("size")) {
    // A size names both bounds or neither; half a size is one that the reference refuses as well. The old
    // bounds below may still stand in for it.
    config.min_area = settings.integer(*size, "shortest_edge", 0, 1, kMaxArea);
    config.max_area = settings.integer(*size, "longest_edge", 0, 1, kMaxArea);
  }
  if (legacy_bounds) {
    config.min_area = settings.integer("min_pixels", config.min_area, 1, kMaxArea);
    config.max_area = settings.integer("max_pixels", config.max_area, 1, kMaxArea);
  }
  if (config.min_area < 1 || config.max_area < config.min_area) settings.wrong("size");
  for (const char* step : {"do_resize", "do_rescale", "do_normalize", "do_convert_rgb"})
    settings.always(step);
  for (const char* step : {"do_center_crop", "do_pad"}) settings.never(step);
  settings.always("resample", 3);  // bicubic
  return config;
}

Result<PixelConfig> image_config(Settings settings) {
  const std::string type = without_fast(settings.text("image_processor_type"));
  for (const auto& candidate : kImageClasses) {
    if (candidate.name != type) continue;
    PixelConfig config = read_pixels(settings, candidate, candidate.rule == ResizeRule::kQwenImage);
    if (settings.error()) return *settings.error();
    return config;
  }
  return unknown_processor("picture processor", type);
}

Result<VideoConfig> video_config(Settings settings) {
  const std::string type = without_fast(settings.text("video_processor_type"));
  for (const auto& candidate : kVideoClasses) {
    if (candidate.defaults.name != type) continue;
    VideoConfig config;
    config.pixels = read_pixels(settings, candidate.defaults, false);
    config.sampler = candidate.sampler;
    config.frames_per_second = settings.real("fps", 2.0, 1e-3, 1000.0);
    config.min_frames = settings.integer("min_frames", 4, 1, 1'000'000);
    config.max_frames = settings.integer("max_frames", 768, 1, 1'000'000);
    config.max_duration = settings.real("max_duration", 300.0, 1.0, 1e9);
    settings.never("cap_pixels_per_frame");
    if (settings.error()) return *settings.error();
    return config;
  }
  return unknown_processor("clip processor", type);
}

}  // namespace

Result<VisionProcessorConfig> load_processor_config(const std::filesystem::path& model_folder) {
  const std::string nested_name = "processor_config.json";
  const std::string image_name = "preprocessor_config.json";
  const std::string video_name = "video_preprocessor_config.json";
  auto nested = read_object(model_folder, nested_name);
  if (!nested) return nested.error();
  auto image = read_object(model_folder, image_name);
  if (!image) return image.error();
  auto video = read_object(model_folder, video_name);
  if (!video) return video.error();

  VisionProcessorConfig config;
  // The order in which transformers' AutoProcessor looks for the class.
  for (const auto* source : {&*nested, &*image, &*video}) {
    if (!config.processor_class.empty() || !*source) continue;
    config.processor_class = Settings(**source, "").text("processor_class");
  }
  if (config.processor_class.empty()) {
    auto tokenizer = read_object(model_folder, "tokenizer_config.json");
    if (!tokenizer) return tokenizer.error();
    if (*tokenizer) config.processor_class = Settings(**tokenizer, "").text("processor_class");
  }

  const auto part = [&](const char* key, const std::optional<Json>& alone,
                        const std::string& alone_name) -> std::optional<Settings> {
    if (*nested && (*nested)->contains(key) && (**nested)[key].is_object()) {
      return Settings((**nested)[key], nested_name);
    }
    if (alone) return Settings(*alone, alone_name);
    return std::nullopt;
  };
  auto image_part = part("image_processor", *image, image_name);
  if (!image_part) {
    return Error{
        ErrorCode::kNotFound, "The model's folder has no preprocessor_config.json.",
        "Without it, the model's way of seeing is not known: download the model again, all of its files.",
        ""};
  }
  auto pixels = image_config(std::move(*image_part));
  if (!pixels) return pixels.error();
  config.image = *pixels;
  if (auto video_part = part("video_processor", *video, video_name)) {
    auto clips = video_config(std::move(*video_part));
    if (!clips) return clips.error();
    config.video = *clips;
  }

  for (const auto& [name, style] : kProcessorClasses) {
    if (config.processor_class != name) continue;
    config.timestamps = style;
    return config;
  }
  return unknown_processor("processor", config.processor_class);
}

}  // namespace fovea
