#include "app/cli/argument_parser.h"
#include "app/cli/bench/run_text.h"
#include "app/cli/bench/run_verbs.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/report/record_json.h"
#include "core/bench/report/run_bundle.h"

namespace fovea::cli {
namespace {

int run_report(const std::vector<std::string>& arguments, Host& host) {
  std::vector<std::string> folders;
  bool json = false;
  ArgumentParser parser("bench report", "a kept run's reports, made anew from what was measured");
  parser.usage("FOLDER");
  parser.example("fovea bench report monday");
  parser.positionals(folders);
  parser.flag("--json", "summary.json on standard output instead of a table", json);
  parser.footnote(
      "Of a run that was cut too: its requests are on disk from the moment each ended. `--resume FOLDER` of "
      "the verb "
      "that began it goes on with it.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (folders.size() != 1) return fail(wrong_argument("Name the folder of one run."), kWrongArguments, host);
  const Result<bench::RunRecord> record = bench::rebuild_reports(folders.front());
  if (!record) return fail(record.error(), exit_code_of_input(record.error()), host);
  if (json) {
    print_json(host, bench::summary_json(*record));
  } else {
    print_text(host, run_text(*record) + "\nThe report is " + folders.front() + "/report.html.\n");
  }
  return kOk;
}

}  // namespace

Verb bench_report_verb() {
  return {"bench report", "The reports of a kept run, also of one that was cut, made anew", false,
          run_report};
}

}  // namespace fovea::cli
