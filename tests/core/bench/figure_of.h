#pragma once

#include "core/bench/engine_bench.h"

#include <string>

namespace fovea::bench {

/// A part's figure of that name, or null.
inline const Figure* figure_of(const BenchPart& part, const std::string& name) {
  for (const Figure& one : part.figures) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace fovea::bench
