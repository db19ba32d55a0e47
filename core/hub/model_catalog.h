#pragma once

#include "core/api/error.h"
#include "core/hub/model_entry.h"
#include "core/hub/model_places.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// The models on this machine. Looks anew at each call: models come and go while the program runs. Any
/// thread.
class ModelCatalog {
 public:
  explicit ModelCatalog(ModelPlaces places) : places_(std::move(places)) {}

  /// Every model in the places, each folder once, those that cannot run included: first the bundled, then the
  /// folders', Hugging Face's and ModelScope's, each by name. Cost: reads every model's config.json and
  /// weight headers.
  std::vector<ModelEntry> list() const;

  /// The model that a user means by `name_or_path`: a folder, where it is written as a path (begins with /,
  /// ./, ../ or ~/) or holds config.json; else a model's name. A name is compared without regard to case; its
  /// part after the slash is enough where only one model has it. Where several places hold a name, the first
  /// in the order of list() is meant. The entry may be one that cannot run: see runnable(). Errors: kNotFound
  /// with near names, kInvalidArgument (a file; a name that fits several). Cost: reads that model's files
  /// only.
  Result<ModelEntry> resolve(const std::string& name_or_path) const;

 private:
  ModelPlaces places_;
};

/// The entry's problem as an error that names the model, or success.
Result<void> runnable(const ModelEntry& entry);

}  // namespace fovea
