#include "app/server/observing/model_text.h"

#include "app/server/observing/prometheus_text.h"

namespace fovea::server {

void print_models(const std::vector<ServedModel>& models, const std::vector<EngineMetrics>& metrics,
                  std::string& out) {
  print_head("fovea_model_state", "gauge", "1 for the state that each model is in.", out);
  for (const ServedModel& model : models) {
    for (const ModelState state : {ModelState::kUnloaded, ModelState::kLoading, ModelState::kLoaded}) {
      out += "fovea_model_state{model=\"" + prometheus_label(model.info.name) + "\",state=\"" +
             std::string(model_state_name(state)) + "\"} " + (state == model.state ? "1" : "0") + "\n";
    }
  }
  const auto each = [&](const char* name, const char* type, const char* help, auto value) {
    print_head(name, type, help, out);
    for (std::size_t i = 0; i < models.size(); ++i) {
      out += std::string(name) + "{model=\"" + prometheus_label(models[i].info.name) + "\"} " +
             prometheus_number(static_cast<double>(value(i))) + "\n";
    }
  };
  each("fovea_model_memory_bytes", "gauge", "Memory that each model takes by plan, now.",
       [&](std::size_t i) { return models[i].bytes.value_or(metrics[i].memory_planned_bytes); });
  each("fovea_model_running", "gauge", "Requests of each model in prefill or decode.",
       [&](std::size_t i) { return metrics[i].running; });
  each("fovea_model_waiting", "gauge",
       "Requests that wait for each model, in its queue or for it to be in memory.",
       [&](std::size_t i) { return metrics[i].waiting; });
  each("fovea_model_loads_total", "counter", "Times that each model was loaded.",
       [&](std::size_t i) { return models[i].loads; });
}

}  // namespace fovea::server
