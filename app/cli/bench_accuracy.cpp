#include "app/cli/attachments.h"
#include "app/cli/bench/watched_output.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_loading.h"
#include "app/cli/model_output.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/accuracy.h"
#include "core/bench/accuracy_record.h"
#include "core/bench/report/environment.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kLargestCases = 64U << 20;
constexpr int kLongestAnswer = 512;  ///< tokens
constexpr int kAtOnce = 8;

Error unusable(const std::string& file, const std::string& why) {
  return {ErrorCode::kInvalidArgument,
          file + ": " + why,
          "It is a JSON list of objects with file, question, answer and, if you like, kind.",
          {}};
}

Result<Json> read_list(const fs::path& file) {
  std::error_code fault;
  const std::uintmax_t bytes = fs::file_size(file, fault);
  std::ifstream stream(file, std::ios::binary);
  if (fault || !stream)
    return Error{ErrorCode::kNotFound, file.string() + " can't be read.", "Check its name.", {}};
  if (bytes > kLargestCases) return unusable(file.string(), "is over 64 MB.");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  Json list = Json::parse(text, nullptr, false);
  if (!list.is_array() || list.empty()) return unusable(file.string(), "is no list of cases.");
  return list;
}

/// A member that must be text.
const std::string* text_of(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it == object.end() ? nullptr : it->get_ptr<const std::string*>();
}

Result<std::vector<bench::AccuracyCase>> read_cases(const fs::path& file, std::size_t most, Input& in) {
  const Result<Json> list = read_list(file);
  if (!list) return list.error();
  std::vector<bench::AccuracyCase> cases;
  for (const Json& entry : *list) {
    if (cases.size() == most) break;
    const std::string place = "case " + std::to_string(cases.size() + 1);
    const std::string* question = entry.is_object() ? text_of(entry, "question") : nullptr;
    const std::string* answer = entry.is_object() ? text_of(entry, "answer") : nullptr;
    const std::string* picture = entry.is_object() ? text_of(entry, "file") : nullptr;
    if (question == nullptr || answer == nullptr || picture == nullptr) {
      return unusable(file.string(), place + " lacks file, question or answer.");
    }
    Result<std::vector<ContentPart>> parts = read_attachments({(file.parent_path() / *picture).string()}, in);
    if (!parts) return parts.error();
    bench::AccuracyCase one;
    const std::string* kind = text_of(entry, "kind");
    one.kind = kind == nullptr ? "all" : *kind;
    one.answer = *answer;
    Message message;
    message.content = std::move(*parts);
    message.content.emplace_back(TextPart{*question});
    one.request.messages.push_back(std::move(message));
    one.request.sampling.temperature = 0.0;
    one.request.max_new_tokens = kLongestAnswer;
    cases.push_back(std::move(one));
  }
  return cases;
}

std::string percent(double share) {
  return fixed_text(100.0 * share, 1) + " %";
}

std::string table(const std::vector<bench::AccuracyRow>& rows, const char* title) {
  std::vector<std::vector<std::string>> cells = {{title, "CASES", "EXACT", "CHARACTER ERROR"}};
  for (const bench::AccuracyRow& row : rows) {
    cells.push_back(
        {row.label, std::to_string(row.cases), percent(row.exact_share()), percent(row.character_error())});
  }
  return in_columns(cells);
}

Json json_of(const bench::AccuracyRow& row) {
  return {{"label", row.label},
          {"cases", row.cases},
          {"exact", row.exact_share()},
          {"character_error", row.character_error()}};
}

Json json_of(const std::vector<bench::GradedCase>& graded, const ModelInfo& model) {
  Json json = {
      {"model", model.name}, {"compute_type", model.compute_type}, {"all", json_of(bench::in_all(graded))}};
  for (const auto& row : bench::by_kind(graded)) json["by_kind"].push_back(json_of(row));
  for (const auto& row : bench::by_length(graded)) json["by_length"].push_back(json_of(row));
  for (const bench::GradedCase& one : graded) {
    Json entry = {{"kind", one.kind},
                  {"answer", one.wanted},
                  {"given", repaired_utf8(one.given)},
                  {"exact", one.exact}};
    if (one.error) entry["error"] = one.error->text();
    json["answers"].push_back(std::move(entry));
  }
  return json;
}

/// A run that is kept, begun.
bench::RunRecord begun(const std::vector<std::string>& arguments, const std::string& cases, int together,
                       const LoadedModel& model, const ModelOptions& options) {
  bench::RunRecord record;
  record.name = bench::kAccuracyRun;
  record.arguments = {"bench", "accuracy"};
  record.arguments.insert(record.arguments.end(), arguments.begin(), arguments.end());
  record.settings = {{"cases", cases},
                     {"answers", "at most " + counted(kLongestAnswer, "token") + ", greedy"},
                     {"together", counted(together, "question")}};
  record.environment = bench::read_environment();
  record.model = model.engine->model();
  record.load_seconds = model.seconds;
  record.threads = static_cast<int>(options.threads.value_or(0));
  record.elsewhere = options.server.address.has_value();
  return record;
}

/// Nothing was answered: what went wrong, and its status.
int status_of(const std::vector<bench::GradedCase>& graded, Host& host) {
  const auto failed = [](const bench::GradedCase& one) { return one.error.has_value(); };
  if (graded.empty() || !std::all_of(graded.begin(), graded.end(), failed)) return kOk;
  print_error(host.err, *graded.front().error);
  return exit_code_of_answer(*graded.front().error);
}

int failed(const Error& error, ExitCode code, Host& host) {
  print_error(host.err, error);
  return code;
}

int run_bench_accuracy(const std::vector<std::string>& arguments, Host& host) {
  std::vector<std::string> files;
  std::optional<std::int64_t> together;
  std::optional<std::int64_t> most;
  std::optional<std::string> folder;
  bool json = false;
  bool quiet = false;
  ModelOptions options;
  ArgumentParser parser("bench accuracy", "greedy answers to questions whose true answers are known");
  parser.usage("CASES.json");
  parser.example("fovea bench accuracy cases/cases.json");
  parser.example("fovea bench accuracy cases.json --model Qwen/Qwen3-VL-2B-Instruct --json > report.json");
  parser.positionals(files);
  declare_model_options(parser, options);
  parser.section("How it is measured");
  parser.integer("--together", "Questions asked at the same time", std::to_string(kAtOnce), 1, 256, together);
  parser.integer("--first", "Only so many cases from the beginning", "all", 1, 1'000'000, most);
  parser.section("What comes out");
  parser.text("--out", "FOLDER",
              "Keep the run there: requests.jsonl, summary.json, report.html, report.md, CSV", "", folder);
  parser.flag("--json", "A JSON object with every answer", json);
  parser.flag("--quiet", "No progress", quiet);
  parser.footnote(
      "CASES.json is a list of {\"file\": picture, \"question\": ..., \"answer\": ..., \"kind\": ...}; "
      "pictures "
      "are looked for beside it. EXACT counts answers that are equal but for white space at both ends; "
      "CHARACTER "
      "ERROR is the insertions, deletions and replacements over the characters of the true answers.");
  parser.footnote("Ctrl+C ends it; what was graded by then is printed and kept.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return failed(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (files.size() != 1) return failed(wrong_argument("Name one file of cases."), kWrongArguments, host);
  const Result<std::vector<bench::AccuracyCase>> cases =
      read_cases(files.front(), static_cast<std::size_t>(most.value_or(1'000'000)), host.in);
  if (!cases) return failed(cases.error(), exit_code_of_input(cases.error()), host);

  StatusLine status(host.err, quiet);
  const Result<LoadedModel> model = load_model(options, host, status);
  if (!model) return failed(model.error(), exit_code_of_model(model.error()), host);
  const int at_once = static_cast<int>(together.value_or(kAtOnce));
  std::optional<bench::RunRecorder> recorder;
  if (folder) {
    recorder.emplace(begun(arguments, files.front(), at_once, *model, options));
    if (const Result<void> kept = recorder->keep_in(*folder); !kept)
      return failed(kept.error(), exit_code_of_input(kept.error()), host);
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [](std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
  };
  const std::vector<bench::GradedCase> graded = bench::run_accuracy(
      *model->engine, *cases, at_once,
      [&](std::size_t done, std::size_t all) {
        status.show("Asking", std::to_string(done) + " of " + std::to_string(all));
        if (!recorder) return;
        const double spent = seconds(std::chrono::steady_clock::now() - begin);
        tell_watcher(host.err,
                     {"cases", static_cast<std::int64_t>(done), static_cast<std::int64_t>(all),
                      spent / static_cast<double>(done) * static_cast<double>(all - done)},
                     recorder->record());
      },
      [&] { return host.interrupt.requested(); },
      [&](const bench::GradedCase& one, const bench::CollectedAnswer& answer,
          std::chrono::steady_clock::time_point sent) {
        if (recorder) add_graded(*recorder, one, answer, seconds(sent - recorder->begin()));
      });
  status.clear();
  print_upload_note(host);
  if (recorder) {
    conclude_accuracy(recorder->record(), graded);
    recorder->finish(host.interrupt.requested());
  }
  if (json) {
    print_json(host, json_of(graded, model->engine->model()));
  } else {
    std::vector<bench::AccuracyRow> kinds = bench::by_kind(graded);
    if (kinds.size() > 1) kinds.push_back(bench::in_all(graded));
    const std::string where = folder ? "\nThe report is " + *folder + "/report.html.\n" : std::string();
    print_text(host, model_line(model->engine->model()) + "\n\n" + table(kinds, "KIND") + "\n" +
                         table(bench::by_length(graded), "CHARACTERS") + where);
  }
  if (recorder && recorder->fault())
    return failed(*recorder->fault(), exit_code_of_download(*recorder->fault()), host);
  return host.interrupt.requested() ? kInterrupted : status_of(graded, host);
}

}  // namespace

Verb bench_accuracy_verb() {
  return {"bench accuracy", "Greedy answers to questions whose true answers are known", false,
          run_bench_accuracy};
}

}  // namespace fovea::cli
