#include "core/model/vision_tower.h"

#include "core/model/glm4v/glm4v_vision_tower.h"
#include "core/model/qwen3_vl/qwen3_vl_vision_tower.h"

namespace fovea {

std::unique_ptr<VisionTower> make_vision_tower(const ModelConfig& config, WeightSource& weights) {
  if (config.family == ModelFamily::kGlm4v) return std::make_unique<Glm4vVisionTower>(config.vision, weights);
  return std::make_unique<Qwen3VlVisionTower>(config.vision, weights);
}

}  // namespace fovea
