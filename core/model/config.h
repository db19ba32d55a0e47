#pragma once

#include "core/api/engine.h"
#include "core/api/error.h"
#include "core/model/quantization_scheme.h"
#include "core/model/safetensors.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

enum class ModelFamily { kQwen3Vl, kGlm4v };

/// "Qwen3-VL", "GLM-4V".
std::string_view family_name(ModelFamily family);

/// The vision tower's shape. Sizes in elements; keys as in config.json's vision_config.
struct VisionConfig {
  std::int64_t depth = 0;
  std::int64_t hidden_size = 0;
  std::int64_t num_heads = 0;
  /// Width of the blocks' MLP: Qwen intermediate_size; GLM out_hidden_size.
  std::int64_t mlp_size = 0;
  /// GLM: width of the merger's MLP (intermediate_size). Unused by Qwen.
  std::int64_t merger_mlp_size = 0;
  std::int64_t out_hidden_size = 0;  ///< = the decoder's hidden_size
  std::int64_t patch_size = 0;       ///< pixels
  std::int64_t temporal_patch_size = 0;
  std::int64_t spatial_merge_size = 0;
  std::int64_t in_channels = 3;
  std::int64_t position_side = 0;  ///< side of the square table of position embeddings
  double norm_eps = 1e-6;
  double rope_theta = 10000.0;
  bool qkv_bias = true;
  std::vector<std::int64_t> deepstack_layers;  ///< Qwen: blocks whose outputs feed the decoder's first layers

  std::int64_t head_dim() const { return hidden_size / num_heads; }
  std::int64_t patch_elements() const { return in_channels * temporal_patch_size * patch_size * patch_size; }
};

/// The decoder's shape. Keys as in config.json's text_config.
struct TextConfig {
  std::int64_t vocab_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_layers = 0;
  std::int64_t num_heads = 0;
  std::int64_t num_kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t max_positions = 0;  ///< longest context that the checkpoint states
  double rms_norm_eps = 1e-6;
  double rope_theta = 0.0;
  std::int64_t rotary_dim = 0;              ///< leading elements of a head that are rotated
  std::vector<std::int64_t> mrope_section;  ///< frequencies for time, height, width; sum = rotary_dim / 2
};

/// How a checkpoint holds its weights where they are integers; see docs/quantized-checkpoints.md.
struct StoredIntegers {
  WeightOptions weights;                        ///< format, group, and what else is held so
  StoredType made_from = StoredType::kFloat32;  ///< type of the checkpoint that it was made from
  std::int64_t parameters = 0;                  ///< of that one
};

/// What config.json says, resolved as transformers 5.17 resolves it.
struct ModelConfig {
  ModelFamily family = ModelFamily::kQwen3Vl;
  std::string architecture;
  VisionConfig vision;
  TextConfig text;
  bool tie_word_embeddings = false;
  std::int64_t image_token_id = -1;
  std::int64_t video_token_id = -1;
  std::int64_t video_start_token_id = -1;    ///< GLM
  std::int64_t video_end_token_id = -1;      ///< GLM
  std::optional<StoredIntegers> integers;    ///< `quantization_config` of `fovea models quantize`
  std::optional<QuantizationScheme> scheme;  ///< `quantization_config` of another program
  std::string note;  ///< `fovea_note`: a sentence for users of this checkpoint, or empty

  /// Bytes of keys and values a token, all layers, for numbers of `element` bytes where they are kept in the
  /// type of the arithmetic.
  std::uint64_t kv_bytes_per_token(std::uint64_t element, KvCacheType type = KvCacheType::kAuto) const;
};

/// Refuses what no weight can be held as: four bits with one scale for a row.
Result<void> check_weights(const WeightOptions& asked);

/// How the weights of a checkpoint are held when `asked` is wanted: as asked; where they are integers of ours
/// already, as they are. kFloat stays only where another program's integers are meant. Error
/// kInvalidArgument: other integers are asked for than there are.
Result<WeightOptions> held_weights(const WeightOptions& asked, const ModelConfig& config);

/// Reads and checks the text of config.json: old and new spellings of the rope keys, a flat GLM file. Errors:
/// kDamagedModel (names the key), kUnsupported (another architecture, another rope type, another activation).
Result<ModelConfig> parse_model_config(std::string_view json_text);

/// The same from FOLDER/config.json; kNotFound if there is none.
Result<ModelConfig> load_model_config(const std::filesystem::path& folder);

}  // namespace fovea
