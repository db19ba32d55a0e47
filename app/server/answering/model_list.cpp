#include "app/server/answering/model_list.h"

#include "core/fleet/carried_over.h"

#include <algorithm>
#include <utility>

namespace fovea::server {
namespace {

std::string last_part(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

std::vector<std::string> names_of(const std::vector<std::reference_wrapper<Engine>>& engines) {
  std::vector<std::string> names;
  for (const Engine& engine : engines) names.push_back(engine.model().name);
  return names;
}

}  // namespace

ModelList::ModelList(ServedModels models, std::vector<std::string> aliases)
    : models_(std::move(models)), aliases_(std::move(aliases)), names_(names_of(models_.engines)) {}

Result<void> ModelList::check() const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (std::count(names_.begin(), names_.end(), names_[i]) > 1) {
      return Error{ErrorCode::kInvalidArgument, "Two models are called " + names_[i] + ".",
                   "Rename a folder: its name is what the model is asked for by.", "model"};
    }
    if (i > 0 && std::find(aliases_.begin(), aliases_.end(), names_[i]) != aliases_.end()) {
      return Error{
          ErrorCode::kInvalidArgument,
          "Another name for " + names_.front() + " cannot be " + names_[i] + ": that is a model's own.",
          "Leave it out.", "model_names"};
    }
  }
  return {};
}

Engine* ModelList::find(const std::string& name) const {
  if (name.empty()) return &first();
  const auto own = std::find(names_.begin(), names_.end(), name);
  if (own != names_.end()) return &models_.engines[static_cast<std::size_t>(own - names_.begin())].get();
  if (std::find(aliases_.begin(), aliases_.end(), name) != aliases_.end()) return &first();
  const auto short_named = [&](const std::string& full) { return last_part(full) == name; };
  if (std::count_if(names_.begin(), names_.end(), short_named) != 1) return nullptr;
  const auto found = std::find_if(names_.begin(), names_.end(), short_named);
  return &models_.engines[static_cast<std::size_t>(found - names_.begin())].get();
}

std::string ModelList::names() const {
  std::string all;
  for (const std::string& name : names_) all += (all.empty() ? "" : ", ") + name;
  return all;
}

std::vector<ServedModel> ModelList::all() const {
  std::vector<ServedModel> all;
  std::vector<ModelPresence> presence;
  if (models_.fleet != nullptr) presence = models_.fleet->presence();
  for (std::size_t i = 0; i < models_.engines.size(); ++i) {
    ServedModel& model = all.emplace_back();
    model.info = models_.engines[i].get().model();
    if (presence.empty()) continue;
    model.state = presence[i].state;
    model.loads = presence[i].loads;
    if (presence[i].share > 0 || model.state == ModelState::kUnloaded) model.bytes = presence[i].bytes;
  }
  return all;
}

std::vector<EngineMetrics> ModelList::metrics() const {
  std::vector<EngineMetrics> metrics;
  for (const Engine& engine : models_.engines) metrics.push_back(engine.metrics());
  return metrics;
}

EngineMetrics ModelList::together(const std::vector<EngineMetrics>& metrics) const {
  if (metrics.size() == 1) return metrics.front();
  EngineMetrics sum;
  for (const EngineMetrics& one : metrics) {
    add_counts(sum, one);
    sum.running += one.running;
    sum.waiting += one.waiting;
    sum.weights_bytes += one.weights_bytes;
    sum.last_batch += one.last_batch;
    sum.kv_blocks_used += one.kv_blocks_used;
    sum.kv_blocks_kept += one.kv_blocks_kept;
    sum.kv_blocks_total += one.kv_blocks_total;
    sum.kv_cache_bytes += one.kv_cache_bytes;
    sum.vision_cache_bytes += one.vision_cache_bytes;
    sum.answer_cache_bytes += one.answer_cache_bytes;
    sum.resident_bytes = std::max(sum.resident_bytes, one.resident_bytes);
  }
  if (models_.fleet != nullptr) {
    sum.memory_limit_bytes = models_.fleet->limit().value_or(0);
    sum.memory_planned_bytes = models_.fleet->planned();
  }
  return sum;
}

}  // namespace fovea::server
