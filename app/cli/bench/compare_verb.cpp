#include "app/cli/argument_parser.h"
#include "app/cli/bench/comparison_text.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/bench/report/run_bundle.h"

namespace fovea::cli {
namespace {

int run_compare(const std::vector<std::string>& arguments, Host& host) {
  std::vector<std::string> folders;
  bool json = false;
  ArgumentParser parser("bench compare", "what changed from one run to another");
  parser.usage("BEFORE AFTER");
  parser.example("fovea bench compare run-monday run-tuesday");
  parser.positionals(folders);
  parser.flag("--json", "A JSON object with every difference", json);
  parser.footnote(
      "BEFORE and AFTER are folders that `fovea bench ... --out FOLDER` wrote. \"better\" and \"worse\" are "
      "said only "
      "where the 99 % band of the change leaves out 0; else the runs show no difference.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (folders.size() != 2) return fail(wrong_argument("Name two folders with runs."), kWrongArguments, host);
  const Result<bench::RunRecord> before = bench::read_bundle(folders[0]);
  if (!before) return fail(before.error(), exit_code_of_input(before.error()), host);
  const Result<bench::RunRecord> after = bench::read_bundle(folders[1]);
  if (!after) return fail(after.error(), exit_code_of_input(after.error()), host);
  const bench::RunComparison comparison = bench::compare_runs(*before, *after);
  if (json) {
    print_json(host, comparison_json(comparison));
  } else {
    print_text(host, comparison_text(comparison));
  }
  return kOk;
}

}  // namespace

Verb bench_compare_verb() {
  return {"bench compare", "What changed from one run to another: better, worse, no difference shown", false,
          run_compare};
}

}  // namespace fovea::cli
