#include "app/cli/bench/accuracy_cases.h"
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
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLongestAnswer = 512;  ///< tokens
constexpr int kAtOnce = 8;

std::string percent(double share) {
  return fixed_text(100.0 * share, 1) + " %";
}

std::string table(const std::vector<bench::AccuracyRow>& rows, const char* title) {
  std::vector<std::vector<std::string>> cells = {{title, "CASES", "EXACT", "CHARACTER ERROR"}};
  const bool boxes =
      std::any_of(rows.begin(), rows.end(), [](const bench::AccuracyRow& row) { return row.boxed > 0; });
  if (boxes) cells.front().emplace_back("MEAN IOU");
  for (const bench::AccuracyRow& row : rows) {
    cells.push_back({row.label, std::to_string(row.cases), percent(row.exact_share()),
                     row.boxed < row.cases ? percent(row.character_error()) : "-"});
    if (boxes) cells.back().push_back(row.boxed > 0 ? fixed_text(row.mean_iou(), 3) : "-");
  }
  return in_columns(cells);
}

Json json_of(const bench::AccuracyRow& row) {
  Json json = {{"label", row.label}, {"cases", row.cases}, {"exact", row.exact_share()}};
  json["character_error"] = row.boxed < row.cases ? Json(row.character_error()) : Json();
  if (row.boxed > 0) {
    json["boxed"] = row.boxed;
    json["mean_iou"] = row.mean_iou();
  }
  return json;
}

Json json_of(const std::vector<bench::GradedCase>& graded, const ModelInfo& model) {
  Json json = {{"model", model.name},
               {"compute_type", model.compute_type},
               {"all", json_of(bench::in_all(graded))},
               {"by_kind", Json::array()},
               {"by_length", Json::array()},
               {"answers", Json::array()}};
  for (const auto& row : bench::by_kind(graded)) json["by_kind"].push_back(json_of(row));
  for (const auto& row : bench::by_length(graded)) json["by_length"].push_back(json_of(row));
  for (const bench::GradedCase& one : graded) {
    Json entry = {{"kind", one.kind},
                  {"answer", one.wanted},
                  {"given", repaired_utf8(one.given)},
                  {"exact", one.exact}};
    if (one.iou) entry["iou"] = *one.iou;
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

/// Says what went wrong where cases have no answer. The status: a failure where none has.
int status_of(const std::vector<bench::GradedCase>& graded, Host& host) {
  const auto failed = [](const bench::GradedCase& one) { return one.error.has_value(); };
  const auto first = std::find_if(graded.begin(), graded.end(), failed);
  if (first == graded.end()) return kOk;
  const auto count = std::count_if(graded.begin(), graded.end(), failed);
  if (static_cast<std::size_t>(count) == graded.size()) {
    print_error(host.err, *first->error);
    return exit_code_of_answer(*first->error);
  }
  print_note(host.err, "No answer came to " + std::to_string(count) + " of " +
                           counted(static_cast<std::int64_t>(graded.size()), "case") +
                           ", which counts as wrong. Case " + std::to_string(first - graded.begin() + 1) +
                           ": " + first->error->text());
  return kOk;
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
  parser.footnote(accuracy_cases_help());
  parser.footnote(
      "EXACT counts answers that are equal but for white space at both ends; CHARACTER ERROR is the "
      "insertions, deletions and replacements over the characters of the true answers.");
  parser.footnote(
      "Boxes are {\"bbox_2d\": [left, top, right, bottom]} from 0 to 1000, or GLM's "
      "<|begin_of_box|>[[...]]<|end_of_box|>. With the verdict EXACT counts answers that have as many boxes "
      "as the true one, and one of its own for each true box with an IoU (shared area / area of either) of "
      "at least 0.5; labels count for nothing. MEAN IOU is the mean over the true boxes, 0 of one without "
      "its own, then over the cases. CHARACTER ERROR and the table by length leave these cases out.");
  parser.footnote("Ctrl+C ends it; what was graded by then is printed and kept.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return failed(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (files.size() != 1) return failed(wrong_argument("Name one file of cases."), kWrongArguments, host);
  Result<std::vector<bench::AccuracyCase>> cases =
      read_accuracy_cases(files.front(), static_cast<std::size_t>(most.value_or(1'000'000)), host.in);
  if (!cases) return failed(cases.error(), exit_code_of_input(cases.error()), host);
  for (bench::AccuracyCase& one : *cases) one.request.max_new_tokens = kLongestAnswer;

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
    const std::vector<bench::AccuracyRow> by_length = bench::by_length(graded);
    const std::string lengths = by_length.empty() ? std::string() : "\n" + table(by_length, "CHARACTERS");
    const std::string where = folder ? "\nThe report is " + *folder + "/report.html.\n" : std::string();
    print_text(host, model_line(model->engine->model()) + "\n\n" + table(kinds, "KIND") + lengths + where);
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
