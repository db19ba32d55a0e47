#include "app/cli/bench/measured_run.h"

#include "app/cli/bench/run_arguments.h"
#include "app/cli/bench/run_text.h"
#include "app/cli/bench/watched_output.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "core/bench/report/record_json.h"
#include "core/bench/report/run_bundle.h"
#include "core/hub/bandwidth_probe.h"

#include <algorithm>
#include <set>
#include <utility>

namespace fovea::cli {
namespace {

/// Says how far a run is, and for how long it goes on: the groups that come take as long as those that were.
class Teller {
 public:
  Teller(StatusLine& status, Output& err, const bench::RunRecorder& recorder, int groups)
      : status_(status), err_(err), recorder_(recorder), groups_(groups) {}

  void tell(const bench::RunProgress& progress) {
    if (progress.what != last_) {
      last_ = progress.what;
      ++begun_;
      begin_ = recorder_.now();
    }
    std::string text = progress.what;
    if (progress.all > 0) {
      text += ", " + std::to_string(progress.done) + " of " + counted(progress.all, "request");
    } else if (progress.done > 0) {
      text += ", " + counted(progress.done, "request");
    }
    bench::RunProgress all = progress;
    if (progress.left_seconds >= 0.0) {
      const double whole = recorder_.now() - begin_ + progress.left_seconds;
      all.left_seconds = progress.left_seconds + whole * std::max(0, groups_ - begun_);
      text += ", " + duration_text(all.left_seconds) + " left";
    }
    status_.show("Measuring", text);
    tell_watcher(err_, all, recorder_.record());
  }

 private:
  StatusLine& status_;
  Output& err_;
  const bench::RunRecorder& recorder_;
  int groups_;
  std::string last_;
  int begun_ = 0;
  double begin_ = 0.0;
};

bench::RunRecord begun_record(const RunSetup& setup) {
  bench::RunRecord record;
  record.name = setup.name;
  record.arguments = setup.arguments;
  record.settings = setup.settings;
  record.axis = setup.axis;
  record.limits = setup.limits;
  record.environment = bench::read_environment();
  return record;
}

/// Where the run is kept: a new folder, that of a run that was cut, or none.
Result<void> keep(bench::RunRecorder& recorder, const RunSetup& setup, const RunOutput& output) {
  if (output.folder && output.resume)
    return wrong_argument("--resume names the folder already.", "Leave --out out.", "--out");
  if (output.folder) return recorder.keep_in(*output.folder);
  if (!output.resume) return {};
  const Result<bench::RunRecord> before = bench::read_bundle(*output.resume);
  if (!before) return before.error();
  if (without_output(before->arguments) != without_output(setup.arguments)) {
    return wrong_argument("The run in " + *output.resume + " began with other options.",
                          "It began as: " + before->command(), "--resume");
  }
  return recorder.go_on_in(*output.resume);
}

/// Nothing was answered: what went wrong, and its status.
int status_of(const bench::RunRecord& record, Host& host) {
  const auto failed = [](const bench::RequestRecord& request) { return request.failed(); };
  if (record.requests.empty() || !std::all_of(record.requests.begin(), record.requests.end(), failed))
    return kOk;
  const bench::RequestRecord& first = record.requests.front();
  return fail({ErrorCode::kModelError, "No request was answered. The first error: " + first.error, {}, {}},
              first.error_code == "out_of_memory" ? kOutOfMemory : kAnswerFailed, host);
}

int finish(bench::RunRecorder& recorder, const Result<void>& measured, const RunOutput& output, Host& host) {
  const bool stopped = host.interrupt.requested() || !measured;
  recorder.finish(stopped);
  const bench::RunRecord& record = recorder.record();
  if (output.json) {
    print_json(host, bench::summary_json(record));
  } else {
    const std::optional<std::string>& folder = output.resume ? output.resume : output.folder;
    const std::string where = folder ? "\nThe report is " + *folder + "/report.html.\n" : "";
    print_text(host, run_text(record) + where);
  }
  if (recorder.fault()) return fail(*recorder.fault(), exit_code_of_download(*recorder.fault()), host);
  if (!measured) return fail(measured.error(), exit_code_of_answer(measured.error()), host);
  if (host.interrupt.requested()) return kInterrupted;
  return status_of(record, host);
}

}  // namespace

void declare_run_output(ArgumentParser& parser, RunOutput& output) {
  parser.section("What comes out");
  parser.text("--out", "FOLDER",
              "Keep the run there: requests.jsonl, summary.json, report.html, report.md, CSV", "",
              output.folder);
  parser.text(
      "--resume", "FOLDER",
      "Go on with a run that was cut, with the options it began with; what was whole is not measured again",
      "", output.resume);
  parser.flag("--json", "summary.json on standard output instead of a table", output.json);
  parser.flag("--quiet", "No progress", output.quiet);
  parser.footnote("Ctrl+C ends it; what was measured by then is shown and kept.");
}

int run_measured(const RunSetup& setup, const ModelOptions& model, const RunOutput& output, Host& host,
                 const Measure& measure) {
  StatusLine status(host.err, output.quiet);
  bench::RunRecord record = begun_record(setup);
  record.elsewhere = model.server.address.has_value();
  record.threads = static_cast<int>(model.threads.value_or(0));
  // Before the model is there and after its memory was looked at: the probe takes half a gigabyte of its own.
  if (!record.elsewhere) {
    status.show("Measuring", "how fast memory is read");
    record.environment.read_before = measured_read_bandwidth();
  }
  const Result<LoadedModel> loaded = load_model(model, host, status);
  if (!loaded) return fail(loaded.error(), exit_code_of_model(loaded.error()), host);
  record.model = loaded->engine->model();
  record.load_seconds = loaded->seconds;
  const bool elsewhere = record.elsewhere;
  bench::RunRecorder recorder(std::move(record));
  if (const Result<void> kept = keep(recorder, setup, output); !kept)
    return fail(kept.error(), exit_code_of_input(kept.error()), host);
  const auto whole = static_cast<int>(recorder.record().parts.size());  // of a run that goes on
  Teller teller(status, host.err, recorder, std::max(1, setup.groups - whole));
  Measurement measurement{*loaded->engine, recorder,
                          [&](const bench::RunProgress& progress) { teller.tell(progress); },
                          [&] { return host.interrupt.requested(); }};
  const Result<void> measured = measure(measurement);
  if (!elsewhere && !host.interrupt.requested()) {
    status.show("Measuring", "how fast memory is read");
    recorder.record().environment.read_after = measured_read_bandwidth();
  }
  status.clear();
  print_upload_note(host);
  return finish(recorder, measured, output, host);
}

int run_measured_without_engine(
    const RunSetup& setup, const RunOutput& output, Host& host,
    const std::function<Result<void>(bench::RunRecorder&, StatusLine&)>& measure) {
  StatusLine status(host.err, output.quiet);
  bench::RunRecord record = begun_record(setup);
  status.show("Measuring", "how fast memory is read");
  record.environment.read_before = measured_read_bandwidth();
  bench::RunRecorder recorder(std::move(record));
  if (const Result<void> kept = keep(recorder, setup, output); !kept)
    return fail(kept.error(), exit_code_of_input(kept.error()), host);
  const Result<void> measured = measure(recorder, status);
  if (!host.interrupt.requested()) {
    status.show("Measuring", "how fast memory is read");
    recorder.record().environment.read_after = measured_read_bandwidth();
  }
  status.clear();
  return finish(recorder, measured, output, host);
}

}  // namespace fovea::cli
