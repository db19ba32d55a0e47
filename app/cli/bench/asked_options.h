#pragma once

#include "app/cli/argument_parser.h"
#include "app/cli/host.h"
#include "core/bench/load/request_source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fovea::cli {

inline constexpr int kNewTokens = 64;  ///< of an answer, where --new-tokens says nothing else
inline constexpr std::int64_t kMostTokens = 1'000'000;  ///< that an option of bench may ask for

/// What a run's requests are: --size, --no-picture, --prompt-tokens, --picture, --question, --new-tokens,
/// --seed.
struct AskedOptions {
  std::optional<std::string> size;
  bool no_picture = false;
  std::optional<std::int64_t> prompt_tokens;
  std::vector<std::string> pictures;
  std::optional<std::string> question;
  std::optional<std::int64_t> new_tokens;
  std::optional<std::int64_t> seed;
};

void declare_asked_options(ArgumentParser& parser, AskedOptions& options, int new_tokens);

/// Reads the pictures. `elsewhere`: a server, which may not be told to go on past the end of an answer.
/// Errors: kInvalidArgument, and read_attachments'.
Result<bench::RequestPlan> request_plan(const AskedOptions& options, int new_tokens, bool elsewhere,
                                        Host& host);

/// The plan in words, for the record of a run.
std::vector<std::pair<std::string, std::string>> asked_settings(const bench::RequestPlan& plan);

}  // namespace fovea::cli
