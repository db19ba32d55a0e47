#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "core/hub/model_removal.h"

namespace fovea::cli {
namespace {

std::string question(const RemovalPlan& plan) {
  return "Remove " + plan.name + " from " + std::string(model_source_name(plan.source)) + "'s cache (" +
         bytes_text(plan.bytes) + " in " + plan.folder.string() + ")?";
}

/// What the user says to a yes-or-no question; no if it is not answered.
bool agrees(const std::string& text, Host& host) {
  host.err.write(harmless(text) + " [y/N] ");
  LineReader reader(host.in);
  std::string line;
  if (reader.next(line) != LineReader::Kind::kLine) {
    host.err.write("\n");
    return false;
  }
  const std::string_view answer = trimmed(line);
  return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

int run_rm(const std::vector<std::string>& arguments, Host& host) {
  std::vector<std::string> names;
  bool yes = false;
  ArgumentParser parser("models rm", "remove a model from a hub's cache");
  parser.usage("NAME");
  parser.example("fovea models rm Qwen/Qwen3-VL-2B-Instruct");
  parser.example("fovea models rm Qwen/Qwen3-VL-2B-Instruct --yes");
  parser.positionals(names);
  parser.flag("-y,--yes", "Do not ask", yes);
  parser.footnote(
      "Removed is what `fovea models pull` or another program put into Hugging Face's or ModelScope's cache, "
      "and what "
      "an interrupted pull left there; never a folder of your own. Bytes that another version shares stay.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail_download(help.error(), host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (names.size() != 1) {
    return fail_download(wrong_argument(names.empty() ? "Which model?" : "One model is removed at a time.",
                                        "`fovea models list` shows the names."),
                         host);
  }
  const Result<RemovalPlan> plan = plan_removal(host.places, names.front());
  if (!plan) return fail_download(plan.error(), host);
  if (!yes && !host.in.terminal()) {
    return fail_download(wrong_argument(question(*plan), "Nobody can be asked here: say --yes."), host);
  }
  if (!yes && !agrees(question(*plan), host)) {
    print_line(host.err, "Nothing was removed.");
    return kAnswerFailed;
  }
  if (Result<void> removed = remove_model(*plan); !removed) return fail_download(removed.error(), host);
  print_text(host, "Removed " + plan->name + ", " + bytes_text(plan->bytes) + " are free again.\n");
  return kOk;
}

}  // namespace

Verb models_rm_verb() {
  return {"models rm", "Remove a model from a hub's cache", false, run_rm};
}

}  // namespace fovea::cli
