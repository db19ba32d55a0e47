#include "app/web_bench/path_meter.h"

#include "core/bench/web/web_labels.h"

#include <unistd.h>

namespace fovea::web_bench {
namespace {

constexpr double kMegabyte = 1e6;

}  // namespace

void PathMeter::begin() {
  tree_before_ = read_tree(browsers_());
  before_ = bench::read_resources();
}

std::vector<bench::RunFigure> PathMeter::figures(std::string_view path) {
  using bench::Better;
  const bench::ResourceCounters after = bench::read_resources();
  const ProcessTree tree = read_tree(browsers_());
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const bench::ResourceSample used = used_between(before_, after, ticks);
  std::vector<bench::RunFigure> out = {{"memory_mb",
                                        "MB",
                                        "resident memory of this program at the end of an answer",
                                        Better::kLower,
                                        {used.memory_mb}},
                                       {"cpu_percent",
                                        "%",
                                        "time of this program on processors / time; 100: one core",
                                        Better::kNeither,
                                        {used.cpu_percent}},
                                       {"machine_cpu_percent",
                                        "%",
                                        "time that processors were busy / time of all",
                                        Better::kNeither,
                                        {used.machine_cpu_percent}}};
  const double seconds = after.time - before_.time;
  if (path == bench::kPage && !tree.ticks.empty() && seconds > 0.0) {
    out.push_back(
        {"browser_memory_mb",
         "MB",
         "memory of the browser's processes at the end of an answer, shared pages counted once (PSS)",
         Better::kLower,
         {proportional_mb(tree)}});
    out.push_back({"browser_cpu_percent",
                   "%",
                   "time of the browser's processes on processors / time; 100: one core",
                   Better::kNeither,
                   {100.0 * ticks_between(tree_before_, tree) / ticks / seconds}});
  }
  const std::vector<watch::GpuUse> gpus = nvml_.look();
  if (!gpus.empty()) {
    const watch::GpuUse& gpu = gpus.front();
    if (gpu.use >= 0.0)
      out.push_back({"gpu_percent",
                     "%",
                     "time that the first GPU computed, of late (NVML)",
                     Better::kNeither,
                     {100.0 * gpu.use}});
    out.push_back({"gpu_memory_mb",
                   "MB",
                   "memory of the first GPU in use, all programs (NVML)",
                   Better::kLower,
                   {static_cast<double>(gpu.used) / kMegabyte}});
  }
  return out;
}

}  // namespace fovea::web_bench
