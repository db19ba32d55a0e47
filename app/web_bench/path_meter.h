#pragma once

#include "app/web_bench/process_tree.h"
#include "core/bench/resource_sampler.h"
#include "core/bench/web/web_run.h"
#include "core/watch/nvml.h"

#include <functional>
#include <string_view>
#include <vector>

namespace fovea::web_bench {

/// What this process, the browsers and the first GPU used while a path was asked. Memory is looked at when
/// the answer is over. One thread.
class PathMeter : public bench::ResourceMeter {
 public:
  /// `browsers`: the processes that browsers began with, asked anew each time.
  explicit PathMeter(std::function<std::vector<pid_t>()> browsers) : browsers_(std::move(browsers)) {}

  void begin() override;
  std::vector<bench::RunFigure> figures(std::string_view path) override;

 private:
  std::function<std::vector<pid_t>()> browsers_;
  bench::ResourceCounters before_;
  ProcessTree tree_before_;
  watch::Nvml nvml_;
};

}  // namespace fovea::web_bench
