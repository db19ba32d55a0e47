#pragma once

#include <array>
#include <string_view>

namespace fovea::bench {

/// What the reference deployments report of a task, in seconds: means of ten runs on an RTX 3090, pictures of
/// 512 x 512, questions of 20 to 40 tokens.
struct WebReference {
  std::string_view task;
  double web_ttft = 0.0;
  double api_ttft = 0.0;
  double web_total = 0.0;
  double api_total = 0.0;
};

inline constexpr std::array kWebReference = {
    WebReference{"describe", 1.82, 1.15, 3.41, 2.67}, WebReference{"OCR", 1.79, 1.12, 3.28, 2.53},
    WebReference{"chart", 2.01, 1.28, 4.15, 3.32}, WebReference{"compare", 2.33, 1.45, 5.02, 4.11},
    WebReference{"reasoning", 2.56, 1.63, 6.18, 5.04}};

}  // namespace fovea::bench
