#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/status_line.h"
#include "app/cli/verb.h"
#include "core/hub/model_catalog.h"
#include "core/hub/model_verification.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

const char* state_name(VerifiedFile::State state) {
  switch (state) {
    case VerifiedFile::State::kGood:
      return "good";
    case VerifiedFile::State::kNoWord:
      return "not compared";
    case VerifiedFile::State::kDamaged:
      return "DAMAGED";
  }
  return "";
}

std::string table(const Verification& verification) {
  const bool nobody_said =
      std::all_of(verification.files.begin(), verification.files.end(),
                  [](const VerifiedFile& file) { return file.state == VerifiedFile::State::kNoWord; });
  if (nobody_said) {
    return "  " + counted(static_cast<std::int64_t>(verification.files.size()), "file") +
           " read. No hub said what they should be, so only the weights' headers could be checked.\n";
  }
  std::vector<std::vector<std::string>> rows;
  for (const VerifiedFile& file : verification.files) {
    const bool damaged = file.state == VerifiedFile::State::kDamaged;
    rows.push_back(
        {"  " + file.path, state_name(file.state) + (damaged ? ": " + file.problem : std::string())});
  }
  return in_columns(rows);
}

Json json_of(const ModelEntry& entry, const Verification& verification) {
  Json files = Json::array();
  for (const VerifiedFile& file : verification.files) {
    Json json = {{"path", file.path}, {"bytes", file.bytes}};
    json["state"] = file.state == VerifiedFile::State::kDamaged ? "damaged"
                    : file.state == VerifiedFile::State::kGood  ? "good"
                                                                : "not_compared";
    if (!file.problem.empty()) json["problem"] = file.problem;
    files.push_back(std::move(json));
  }
  Json json = {{"name", entry.name}, {"folder", entry.folder.string()}, {"sound", verification.sound()}};
  if (verification.problem) json["problem"] = verification.problem->text();
  json["files"] = std::move(files);
  return json;
}

/// The last line: what it comes to, and what to do.
std::string conclusion(const ModelEntry& entry, const Verification& verification, int removed) {
  const auto damaged =
      std::count_if(verification.files.begin(), verification.files.end(),
                    [](const VerifiedFile& file) { return file.state == VerifiedFile::State::kDamaged; });
  const bool by_hub = entry.source == ModelSource::kHuggingFace || entry.source == ModelSource::kModelScope;
  const std::string pull = "`fovea models pull " + entry.name +
                           (entry.source == ModelSource::kModelScope ? " --from modelscope`" : "`");
  if (verification.sound()) return "Nothing is wrong with it.";
  if (removed > 0) return "The damaged were taken away. " + pull + " fetches them again.";
  if (damaged > 0 && by_hub)
    return "`fovea models verify " + entry.name + " --remove-damaged` takes the damaged away; then " + pull +
           " fetches just those again.";
  if (damaged > 0) return "Get the damaged files again from where they came.";
  return "It cannot run: " + verification.problem->text();
}

int run_verify(const std::vector<std::string>& arguments, Host& host) {
  std::vector<std::string> names;
  bool remove = false;
  bool json = false;
  bool quiet = false;
  ArgumentParser parser("models verify", "read a model and compare it with what its hub said");
  parser.usage("NAME|DIR");
  parser.example("fovea models verify Qwen/Qwen3-VL-2B-Instruct");
  parser.positionals(names);
  parser.flag("--remove-damaged", "Take damaged files away, so that `models pull` fetches them again",
              remove);
  parser.flag("--json", "A JSON object", json);
  parser.flag("--quiet", "No progress", quiet);
  parser.footnote(
      "Every byte is read. \"good\": the file's digest is the hub's. \"not compared\": nobody said what it "
      "should be, as in a folder of your own; of weights the header is checked. Exit status 6 if something "
      "is damaged.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail_download(help.error(), host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (names.size() != 1)
    return fail_download(wrong_argument(names.empty() ? "Which model?" : "One model is verified at a time."),
                         host);
  const Result<ModelEntry> entry = ModelCatalog(host.places).resolve(names.front());
  if (!entry) return fail_download(entry.error(), host);
  StatusLine status(host.err, quiet);
  const Result<Verification> verification = verify_model(*entry, [&](const VerificationProgress& progress) {
    status.show("Reading " + entry->name, bytes_text(progress.bytes_done) + " of " +
                                              bytes_text(progress.bytes_total) + ", " + progress.path);
    return !host.interrupt.requested();
  });
  status.clear();
  if (!verification) return fail_download(verification.error(), host);
  int removed = 0;
  const bool by_hub = entry->source == ModelSource::kHuggingFace || entry->source == ModelSource::kModelScope;
  if (remove && !by_hub)
    return fail_download(
        wrong_argument("--remove-damaged is for models from a hub.", "Replace the files yourself."), host);
  if (remove) {
    const Result<int> done = remove_damaged(*entry, *verification);
    if (!done) return fail_download(done.error(), host);
    removed = *done;
  }
  if (json) {
    print_json(host, json_of(*entry, *verification));
  } else {
    print_text(host,
               entry->name + "\n" + table(*verification) + conclusion(*entry, *verification, removed) + "\n");
  }
  return verification->sound() ? kOk : kDownloadFailed;
}

}  // namespace

Verb models_verify_verb() {
  return {"models verify", "Read a model and compare it with what its hub said", false, run_verify};
}

}  // namespace fovea::cli
