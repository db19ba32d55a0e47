#pragma once

#include "core/hub/model_entry.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/// A model that a hub offers and this program runs.
struct PublishedModel {
  std::string hugging_face;  ///< its name there
  std::string modelscope;
  bool thinks = false;                       ///< reasons before it answers
  std::int64_t parameters_read_a_token = 0;  ///< decoder and head
  ModelEntry entry;                          ///< sizes; named as at Hugging Face
};

struct PublishedModels {
  std::vector<PublishedModel> models;  ///< in the order of preference among those of one size
};

/// Reads resources/models/published.json, which says where its figures are from. Errors: kNotFound,
/// kDamagedModel.
Result<PublishedModels> read_published_models(const std::filesystem::path& folder);

}  // namespace fovea
