#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/statistics.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::bench {

/// What is measured. The names and formulas are those of vLLM's benchmark where it has them.
enum class BenchKind {
  kDecode,   ///< tokens a second of one answer after its first token
  kPrefill,  ///< tokens a second of a text prompt
  kTtft,     ///< time to the first token of a question about a picture, by stage; and of a second question
  kBatch,    ///< several answers at once, sizes in turn
};

struct BenchPlan {
  BenchKind kind = BenchKind::kDecode;
  std::int64_t prompt_tokens = 64;  ///< of text; kTtft: unused
  int new_tokens = 64;
  int width = 512;  ///< pixels of the picture; kTtft
  int height = 512;
  std::vector<int> batches = {1, 2, 4, 8};  ///< kBatch: requests at once, in turn
  int warm_up = 1;                          ///< runs that don't count, of each part
  int repeats = 5;                          ///< runs that count, of each part
  std::uint64_t seed = 0;
  bool ignore_eos = true;  ///< answers of just new_tokens; false: at most, for servers that refuse to be told
};

/// One measured quantity.
struct Figure {
  std::string name;     ///< as scripts see it, with its unit: "ttft_ms"
  std::string formula;  ///< how it is made from what was measured
  Summary summary;
  std::vector<double> values;
};

/// What was measured under one label ("batch 4").
struct BenchPart {
  std::string label;
  std::int64_t prompt_tokens = 0;  ///< of a request, the last one measured
  std::int64_t new_tokens = 0;     ///< of all requests of the last run
  bool tokens_told = true;         ///< false: a server counted nothing, and the two above mean nothing
  std::int64_t failed = 0;         ///< requests that ended with an error, of all runs
  std::vector<Figure> figures;
};

struct BenchReport {
  std::vector<BenchPart> parts;
  bool stopped = false;        ///< ended early; what was measured stands
  std::optional<Error> error;  ///< the first failure of a request
};

/// Told before each run: which part, which run of how many (warm-up counted).
using BenchProgress = std::function<void(const std::string& label, int run, int runs)>;

/// Told the answers of each run that counts, in the order in which they were asked: which group of requests
/// they are (the part's label; for a second question, that with more behind it), which run of those that
/// count, and when the first of them was submitted.
using AnswersObserver =
    std::function<void(const std::string& group, int run, std::chrono::steady_clock::time_point begin,
                       const std::vector<CollectedAnswer>& answers)>;

/// Runs the plan. Prompts and pictures differ from run to run, so no cache but the one that is measured
/// helps. An error is one that keeps it from measuring at all.
Result<BenchReport> run_bench(Engine& engine, const BenchPlan& plan, const BenchProgress& progress,
                              const Stopped& stopped, const AnswersObserver& on_answers = {});

}  // namespace fovea::bench
