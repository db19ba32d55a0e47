#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/status_line.h"
#include "app/cli/verb.h"
#include "core/hub/model_import.h"

#include <algorithm>
#include <filesystem>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

/// "local/FOLDER", with what no name may hold left out.
std::string default_name(const fs::path& folder) {
  std::error_code ignored;
  fs::path full = fs::absolute(folder, ignored).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();
  std::string name = full.filename().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                 c == '.' || c == '_');
      },
      '_');
  return "local/" + name;
}

int run_import(const std::vector<std::string>& arguments, Host& host) {
  std::vector<std::string> folders;
  std::optional<std::string> name;
  bool link = false;
  bool quiet = false;
  ArgumentParser parser("models import", "give a folder in Hugging Face layout a name");
  parser.usage("DIR");
  parser.example("fovea models import ./my-model");
  parser.example("fovea models import ./my-model --name me/my-model --link");
  parser.positionals(folders);
  parser.text("--name", "ORG/NAME", "The name it gets", "local/ and the folder's own", name);
  parser.flag("--link",
              "Hard links instead of copies: no room is taken, but a change of the one changes the other",
              link);
  parser.flag("--quiet", "No progress", quiet);
  parser.footnote(
      "The model is copied into Hugging Face's cache (HF_HUB_CACHE, HF_HOME), where this and other programs "
      "find it "
      "by its name. It is looked through first: config.json, the weights' headers, all shards. The folder "
      "stays as it "
      "is. To use a folder without a copy, give it to --model, or name its parent in FOVEA_MODELS.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail_download(help.error(), host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (folders.size() != 1)
    return fail_download(
        wrong_argument(folders.empty() ? "Which folder?" : "One folder is imported at a time."), host);
  std::error_code ignored;
  if (!fs::is_directory(folders.front(), ignored)) {
    return fail_download({ErrorCode::kNotFound, "There is no folder '" + folders.front() + "'.",
                          "Give a folder with config.json and .safetensors files.", "folder"},
                         host);
  }
  const Result<RepositoryName> repository =
      parse_repository_name(name.value_or(default_name(folders.front())));
  if (!repository) return fail_download(repository.error(), host);
  StatusLine status(host.err, quiet);
  const Result<PulledModel> model =
      import_model(folders.front(), *repository, host.places, link ? ImportWay::kHardLink : ImportWay::kCopy,
                   [&](const DownloadProgress& progress) {
                     const bool placing = progress.stage == DownloadProgress::Stage::kPlacing;
                     status.show((placing ? "Writing " : "Reading ") + repository->full(),
                                 bytes_text(progress.bytes_done) + " of " + bytes_text(progress.bytes_total));
                     return !host.interrupt.requested();
                   });
  status.clear();
  if (!model) return fail_download(model.error(), host);
  print_text(host, model->name + (model->bytes_fetched == 0 ? " was here already: " : " is here: ") +
                       bytes_text(model->bytes_total) + " in " + model->folder.string() + "\n");
  return kOk;
}

}  // namespace

Verb models_import_verb() {
  return {"models import", "Give a folder in Hugging Face layout a name", false, run_import};
}

}  // namespace fovea::cli
