#include "app/cli/bench/asked_options.h"

#include "app/cli/attachments.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/quantities.h"

#include <tuple>

namespace fovea::cli {
void declare_asked_options(ArgumentParser& parser, AskedOptions& options, int new_tokens) {
  parser.section("What is asked");
  parser.text("--size", "WxH", "Size of the made-up picture, in pixels", "512x512", options.size);
  parser.flag("--no-picture", "Ask about a made-up text instead of a picture", options.no_picture);
  parser.integer("--prompt-tokens", "Length of that text", "64", 16, kMostTokens, options.prompt_tokens);
  parser.texts("--picture", "FILE", "Your own picture instead of made-up ones; several take turns",
               options.pictures);
  parser.text("--question", "TEXT", "Your own question", "some 30 tokens about the picture",
              options.question);
  parser.integer("--new-tokens", "Tokens of an answer, whatever they are", std::to_string(new_tokens), 1,
                 kMostTokens, options.new_tokens);
  parser.integer("--seed", "Of everything that is drawn", "1", 0, 1'000'000'000, options.seed);
}

Result<bench::RequestPlan> request_plan(const AskedOptions& options, int new_tokens, bool elsewhere,
                                        Host& host) {
  bench::RequestPlan plan;
  plan.new_tokens = static_cast<int>(options.new_tokens.value_or(new_tokens));
  plan.prompt_tokens = options.prompt_tokens.value_or(plan.prompt_tokens);
  plan.seed = static_cast<std::uint64_t>(options.seed.value_or(1));
  plan.question = options.question.value_or("");
  plan.ignore_eos = !elsewhere;  // no part of OpenAI's API, and refused by some
  if (options.no_picture && (options.size || !options.pictures.empty())) {
    return wrong_argument("--no-picture goes with neither --size nor --picture.", {}, "--no-picture");
  }
  if (options.size && !options.pictures.empty()) {
    return wrong_argument("--size is that of made-up pictures; --picture FILE is taken as it is.", {},
                          "--size");
  }
  if (options.no_picture && options.question) {
    return wrong_argument("--question asks about a picture; with --no-picture the text is made up.", {},
                          "--question");
  }
  if (options.size) {
    const auto size = size_of(*options.size);
    if (!size) return size.error();
    std::tie(plan.width, plan.height) = *size;
  }
  if (options.no_picture) plan.width = plan.height = 0;
  if (!options.pictures.empty()) {
    Result<std::vector<ContentPart>> pictures = read_attachments(options.pictures, host.in);
    if (!pictures) return pictures.error();
    plan.pictures = std::move(*pictures);
  }
  return plan;
}

std::vector<std::pair<std::string, std::string>> asked_settings(const bench::RequestPlan& plan) {
  std::vector<std::pair<std::string, std::string>> out;
  if (!plan.pictures.empty()) {
    out.emplace_back("pictures",
                     counted(std::ssize(plan.pictures), "file") + " in turn; caches may know them");
  } else if (plan.width > 0) {
    out.emplace_back("pictures", size_text(plan.width, plan.height) + " pixels, made up, each different");
  } else {
    out.emplace_back("prompt",
                     "made-up text of about " + counted(plan.prompt_tokens, "token") + ", each different");
  }
  if (!plan.question.empty()) out.emplace_back("question", plan.question);
  out.emplace_back("answers", std::string(plan.ignore_eos ? "" : "at most ") +
                                  counted(plan.new_tokens, "token") + ", greedy");
  out.emplace_back("seed", std::to_string(plan.seed));
  return out;
}

}  // namespace fovea::cli
