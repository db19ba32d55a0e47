#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/network_line.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/status_line.h"
#include "app/cli/verb.h"
#include "core/fleet/process_room.h"
#include "core/hub/memory_estimate.h"
#include "core/hub/memory_probe.h"
#include "core/hub/pull/pull.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostConnections = 16;

struct PullOptions {
  std::vector<std::string> names;
  std::optional<std::string> from;
  std::optional<std::int64_t> connections;
  bool dry_run = false;
  bool any_model = false;
  bool json = false;
  bool quiet = false;
};

ArgumentParser make_parser(PullOptions& options) {
  ArgumentParser parser("models pull", "fetch a model from Hugging Face or ModelScope");
  parser.usage("ORG/NAME[@REVISION]");
  parser.example("fovea models pull Qwen/Qwen3-VL-2B-Instruct --dry-run");
  parser.example("fovea models pull Qwen/Qwen3-VL-2B-Instruct");
  parser.example("fovea models pull ZhipuAI/GLM-4.6V-Flash --from modelscope");
  parser.positionals(options.names);
  parser.choice("--from", {"hf", "modelscope"}, "The hub: Hugging Face or ModelScope", "hf", options.from);
  parser.flag("--dry-run",
              "Say what would be fetched, what memory it needs here and whether it fits; fetch nothing",
              options.dry_run);
  parser.integer("--connections", "Parts that are fetched at once", "4", 1, kMostConnections,
                 options.connections);
  parser.flag("--any", "Fetch a model that Fovea does not run, too", options.any_model);
  parser.flag("--json", "A JSON object about what was fetched", options.json);
  parser.flag("--quiet", "No progress", options.quiet);
  parser.footnote(
      "Fetched are safetensors and the JSON and text beside them, never pickles. Each file is checked "
      "against the "
      "hub's digest. Ctrl+C, a broken network or a full disk lose nothing: the same command goes on where it "
      "stopped. The model lies in the hub's usual cache, where other programs find it too.");
  parser.footnote(
      "Environment: HF_ENDPOINT (a mirror), HF_TOKEN, HF_HUB_CACHE, HF_HOME; MODELSCOPE_ENDPOINT, "
      "MODELSCOPE_API_TOKEN, MODELSCOPE_CACHE; https_proxy, no_proxy; SSL_CERT_FILE.");
  return parser;
}

std::string pause_text(const RetryPause& pause) {
  const std::string why = pause.status == 429 ? "the hub wants fewer requests"
                          : pause.status != 0 ? "the hub has trouble (" + std::to_string(pause.status) + ")"
                                              : std::string("the connection broke");
  return why + ", again in " + duration_text(pause.seconds);
}

std::string progress_text(const DownloadProgress& progress) {
  std::string text = bytes_text(progress.bytes_done) + " of " + bytes_text(progress.bytes_total);
  if (progress.pause) return text + ", " + pause_text(*progress.pause);
  if (progress.bytes_per_second > 0.0)
    text += ", " + bytes_text(static_cast<std::uint64_t>(progress.bytes_per_second)) + "/s";
  if (progress.seconds_left) text += ", " + duration_text(*progress.seconds_left) + " left";
  return text + ", " + std::to_string(progress.files_done) + " of " + counted(progress.files_total, "file");
}

/// Shows where it stands; asks for an end when Ctrl+C was pressed.
DownloadObserver observer_of(const std::string& name, Host& host, StatusLine& status) {
  return [&host, &status, name](const DownloadProgress& progress) {
    switch (progress.stage) {
      case DownloadProgress::Stage::kListing:
        status.show("Asking for " + name);
        break;
      case DownloadProgress::Stage::kFetching:
        status.show("Fetching " + name, progress_text(progress));
        break;
      case DownloadProgress::Stage::kChecking:
        status.show("Checking " + name, progress_text(progress));
        break;
      case DownloadProgress::Stage::kWaiting:
        status.show("Another process fetches " + name + "; waiting for it");
        break;
      case DownloadProgress::Stage::kPlacing:
        status.show("Putting " + name + " into its place");
        break;
    }
    return !host.interrupt.requested();
  };
}

std::string memory_text(const PullPlan& plan) {
  if (plan.entry.problem) return "would not run here: " + plan.entry.problem->text();
  const MemoryEstimate memory =
      estimate_memory(plan.entry, ComputeType::kAuto, 0, {}, process_room(0).program);
  const Result<AvailableMemory> available = probe_memory();
  if (!available) return "needs about " + bytes_text(memory.total());
  const MemoryVerdict verdict = judge(memory, *available);
  return (verdict.fits ? "fits: " : "does not fit: ") + verdict.text;
}

std::string plan_text(const PullPlan& plan, const HubAccess& access) {
  std::size_t widest = 8;
  for (const PlannedFile& file : plan.files) widest = std::max(widest, display_width(file.file.path));
  std::string out = plan.listing.repository.full() + " at " + std::string(hub_name(access.hub)) +
                    ", revision " + plan.listing.repository.revision +
                    (plan.listing.commit.empty() ? "" : " (" + plan.listing.commit.substr(0, 8) + ")") + "\n";
  for (const PlannedFile& file : plan.files) {
    out += "  " + file.file.path + std::string(widest - display_width(file.file.path) + 2, ' ') +
           bytes_text(file.file.bytes);
    if (file.there) {
      out += ", is here";
    } else if (file.come > 0) {
      out += ", " + bytes_text(file.come) + " of it are here";
    }
    out += "\n";
  }
  const auto line = [&out](std::string name, const std::string& value) {
    name.resize(10, ' ');
    out += "  " + name + value + "\n";
  };
  out += "\n";
  line("files", counted(static_cast<std::int64_t>(plan.files.size()), "file") + ", " +
                    bytes_text(plan.bytes_total) +
                    (plan.listing.left_out == 0
                         ? ""
                         : "; " + std::to_string(plan.listing.left_out) + " others are not needed"));
  const bool room = plan.disk_needed < plan.disk_free;
  line("to fetch", plan.published ? "nothing"
                                  : bytes_text(plan.bytes_missing) + "; the disk " +
                                        (room ? "has room" : "has no room") + " (" +
                                        bytes_text(plan.disk_free) + " are free)");
  line("memory", memory_text(plan));
  line("goes to", plan.folder.string());
  return out;
}

Json plan_json(const PullPlan& plan) {
  Json files = Json::array();
  for (const PlannedFile& file : plan.files) {
    files.push_back({{"path", file.file.path},
                     {"bytes", file.file.bytes},
                     {"here_bytes", file.come},
                     {"whole", file.there}});
  }
  Json json = {{"name", plan.listing.repository.full()},
               {"revision", plan.listing.repository.revision},
               {"commit", plan.listing.commit},
               {"folder", plan.folder.string()},
               {"files", std::move(files)},
               {"total_bytes", plan.bytes_total},
               {"missing_bytes", plan.bytes_missing},
               {"disk_free_bytes", plan.disk_free},
               {"supported", plan.entry.supported()}};
  if (plan.entry.problem) json["problem"] = plan.entry.problem->text();
  if (plan.entry.supported()) {
    const MemoryEstimate memory =
        estimate_memory(plan.entry, ComputeType::kAuto, 0, {}, process_room(0).program);
    json["memory_bytes"] = memory.total();
    if (const Result<AvailableMemory> available = probe_memory())
      json["fits"] = judge(memory, *available).fits;
  }
  return json;
}

int fail(const Error& error, const PullOptions& options, Host& host) {
  if (options.json) print_json(host, Json{{"error", {{"message", error.message}, {"remedy", error.remedy}}}});
  const int status = fail_download(error, host);
  if (error.code == ErrorCode::kCancelled)
    print_line(host.err, "What came is kept: the same command goes on with it.");
  return status;
}

int dry_run(const PullOptions& options, const HubAccess& access, const RepositoryName& repository,
            Host& host) {
  StatusLine status(host.err, options.quiet);
  const Result<PullPlan> plan =
      plan_pull(access, repository, host.places, {}, observer_of(repository.full(), host, status));
  status.clear();
  if (!plan) return fail(plan.error(), options, host);
  if (options.json) {
    print_json(host, plan_json(*plan));
  } else {
    print_text(host, plan_text(*plan, access));
  }
  return kOk;
}

int pull(const PullOptions& options, const HubAccess& access, const RepositoryName& repository, Host& host) {
  StatusLine status(host.err, options.quiet);
  DownloadOptions download;
  download.connections = static_cast<int>(options.connections.value_or(download.connections));
  const Result<PulledModel> model = pull_model(access, repository, host.places, download, options.any_model,
                                               observer_of(repository.full(), host, status));
  status.clear();
  if (!model) return fail(model.error(), options, host);
  if (options.json) {
    print_json(host, Json{{"name", model->name},
                          {"folder", model->folder.string()},
                          {"commit", model->commit},
                          {"total_bytes", model->bytes_total},
                          {"fetched_bytes", model->bytes_fetched}});
    return kOk;
  }
  const std::string what = model->bytes_fetched == 0 ? "was here already" : "is here";
  print_text(host, model->name + " " + what + ": " + bytes_text(model->bytes_total) + " in " +
                       model->folder.string() + "\n");
  if (!options.quiet)
    print_line(host.err, "Try `fovea ask --model " + model->name + " PICTURE \"QUESTION\"`.");
  return kOk;
}

int run_pull(const std::vector<std::string>& arguments, Host& host) {
  PullOptions options;
  ArgumentParser parser = make_parser(options);
  const Result<bool> help = parser.parse(arguments);
  if (!help) {
    print_error(host.err, help.error());
    return kWrongArguments;
  }
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (options.names.size() != 1) {
    print_error(host.err,
                wrong_argument(options.names.empty() ? "Which model?" : "One model is fetched at a time.",
                               "Write its name as ORG/NAME; `fovea models recommend` suggests some."));
    return kWrongArguments;
  }
  const Result<RepositoryName> repository = parse_repository_name(options.names.front());
  if (!repository) return fail(repository.error(), options, host);
  Result<HubAccess> access =
      hub_access(options.from == "modelscope" ? Hub::kModelScope : Hub::kHuggingFace, process_environment());
  if (!access) return fail(access.error(), options, host);
  access->ledger = host.ledger;
  const int status = options.dry_run ? dry_run(options, *access, *repository, host)
                                     : pull(options, *access, *repository, host);
  if (!options.quiet) host.err.write(network_lines(*host.ledger, Style(host.err)));
  return status;
}

}  // namespace

Verb models_pull_verb() {
  return {"models pull", "Fetch a model from Hugging Face or ModelScope", false, run_pull};
}

}  // namespace fovea::cli
