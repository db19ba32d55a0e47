#pragma once

#include "app/cli/argument_parser.h"
#include "core/api/engine.h"

#include <optional>
#include <string>

namespace fovea::cli {

/// --weights, --weights-group, --weights-vision, --weights-head.
struct WeightArguments {
  std::optional<std::string> format;
  std::optional<std::string> group;
  bool vision = false;
  bool head = false;
};

/// --kv-cache-dtype.
void declare_kv_cache_option(ArgumentParser& parser, std::optional<std::string>& type);

KvCacheType kv_cache_type_of(const std::optional<std::string>& type);

void declare_weight_options(ArgumentParser& parser, WeightArguments& arguments);

WeightOptions weight_options(const WeightArguments& arguments);

}  // namespace fovea::cli
