#include "core/hub/pull/pull.h"

#include "core/hub/cache_scan.h"
#include "core/hub/json_file.h"
#include "core/hub/model_config.h"
#include "core/hub/pull/cache_layout.h"
#include "core/hub/pull/part_file.h"
#include "core/hub/pull/wanted_files.h"

#include <algorithm>
#include <exception>
#include <set>
#include <thread>

namespace fovea {
namespace {

constexpr int kMostListings = 3;
constexpr std::uint64_t kSpareDisk = 64ULL << 20;  ///< left free for everybody else

/// Runs `work` beside this thread, which asks `observer` meanwhile whether to go on; `stop` tells `work`.
template <typename T>
Result<T> watched(const std::function<Result<T>()>& work, std::atomic<bool>& stop, DownloadProgress progress,
                  const DownloadObserver& observer) {
  std::optional<Result<T>> result;
  std::atomic<bool> done = false;
  std::thread worker([&] {
    try {
      result = work();
    } catch (const std::exception&) {
      result =
          Error{ErrorCode::kInternal, "Something went wrong inside the program.", "Please report it.", {}};
    }
    done = true;
  });
  while (!done) {
    if (observer && !observer(progress)) stop = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  worker.join();
  return std::move(*result);
}

/// Waits in pieces, so that a stop is seen.
Sleeper sleeper(const std::atomic<bool>& stop) {
  return [&stop](const RetryPause& pause) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(pause.seconds);
    while (!stop && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return !stop;
  };
}

/// Fills in the entry by config.json and the listed sizes.
void describe(const nlohmann::json& config, PullPlan& plan) {
  ModelEntry& entry = plan.entry;
  if (Result<void> described = describe_config(config, entry); !described) entry.problem = described.error();
  for (const HubFile& file : plan.listing.files) {
    if (!is_weight_file(file.path)) continue;
    entry.file_bytes += file.bytes;
    ++entry.weight_files;
  }
  const auto dtype_in = [](const nlohmann::json& object) {
    const std::string name = text_at(object, "dtype");
    return name.empty() ? text_at(object, "torch_dtype") : name;
  };
  std::string dtype = dtype_in(config);
  const auto text = config.find("text_config");
  if (dtype.empty() && text != config.end() && text->is_object()) dtype = dtype_in(*text);
  entry.dtype = dtype == "float32" ? "fp32" : dtype == "float16" ? "fp16" : "bf16";
  entry.parameters = static_cast<std::int64_t>(entry.file_bytes / (entry.dtype == "fp32" ? 4 : 2));
}

Result<PullPlan> make_plan(const HubAccess& access, const RepositoryName& repository,
                           const ModelPlaces& places, const DownloadOptions& options,
                           const std::atomic<bool>& stop) {
  HttpClient client(access, stop, options.retry.stall_seconds);
  const Sleeper sleep = sleeper(stop);
  Result<HubListing> listing = list_repository(client, access, repository, options.retry, sleep);
  if (!listing) return listing.error();
  PullPlan plan;
  plan.listing = std::move(*listing);
  plan.entry.name = repository.full();
  const auto config = std::find_if(plan.listing.files.begin(), plan.listing.files.end(),
                                   [](const HubFile& file) { return file.path == "config.json"; });
  if (config == plan.listing.files.end()) {
    plan.entry.problem =
        Error{ErrorCode::kUnsupported, "It has no config.json.", "Fovea cannot tell what it is.", {}};
  } else {
    Result<std::string> text = fetch_text(client, access, plan.listing, *config, options.retry, sleep);
    if (!text) return text.error();
    const Result<nlohmann::json> object = parse_json_object(*text, "config.json");
    if (object) {
      describe(*object, plan);
    } else {
      plan.entry.problem = object.error();
    }
  }

  const std::unique_ptr<CacheLayout> layout = cache_layout(access, plan.listing, places);
  if (layout == nullptr) {
    return Error{ErrorCode::kNotFound,
                 "There is no folder for models: HOME is not set.",
                 "Set HF_HUB_CACHE or MODELSCOPE_CACHE to a folder.",
                 {}};
  }
  plan.folder = layout->folder();
  plan.entry.folder = plan.folder;
  plan.published = layout->published();
  std::set<std::filesystem::path> counted;  // two names may share their bytes
  for (const HubFile& file : plan.listing.files) {
    const DownloadItem item = layout->item(file);
    Result<bool> there = layout->has(file, [&stop](std::uint64_t) { return !stop; });
    if (!there) return there.error();
    PlannedFile planned{file, *there, *there ? file.bytes : PartFile::bytes_in(item.part, file.bytes)};
    plan.files.push_back(planned);
    plan.bytes_total += file.bytes;
    if (*there || !counted.insert(item.target).second) continue;
    plan.bytes_missing += file.bytes - planned.come;
    plan.disk_needed += file.bytes - std::min(file.bytes, allocated_bytes(item.part));
  }
  plan.disk_free = free_disk_bytes(plan.folder);
  return plan;
}

Error no_room(const PullPlan& plan) {
  const std::uint64_t wanted = plan.disk_needed + kSpareDisk;
  return {ErrorCode::kDiskFull,
          "The disk has no room: " + std::to_string((wanted - plan.disk_free) / 1'000'000 + 1) +
              " MB are missing (" + std::to_string(wanted / 1'000'000) + " MB are needed, " +
              std::to_string(plan.disk_free / 1'000'000) + " MB are free).",
          "Make room, or choose another disk with HF_HUB_CACHE or MODELSCOPE_CACHE.",
          {}};
}

/// One listing's files, fetched and published.
Result<void> carry_out(const HubAccess& access, const PullPlan& plan, const ModelPlaces& places,
                       const DownloadOptions& options, const DownloadObserver& observer) {
  const std::unique_ptr<CacheLayout> layout = cache_layout(access, plan.listing, places);
  std::vector<DownloadItem> items;
  std::set<std::filesystem::path> targets;
  for (const HubFile& file : plan.listing.files) {
    DownloadItem item = layout->item(file);
    if (targets.insert(item.target).second) items.push_back(std::move(item));
  }
  const HasFile has = [&layout](const HubFile& file) {
    const Result<bool> there = layout->has(file, {});
    return there.has_value() && *there;
  };
  if (Result<void> fetched = download(access, plan.listing, std::move(items), options, has, observer);
      !fetched)
    return fetched;
  if (observer) {
    DownloadProgress placing;
    placing.stage = DownloadProgress::Stage::kPlacing;
    placing.bytes_total = placing.bytes_done = plan.bytes_total;
    placing.files_total = placing.files_done = static_cast<int>(plan.files.size());
    if (!observer(placing)) return Error{ErrorCode::kCancelled, "Stopped.", {}, {}};
  }
  return layout->publish();
}

}  // namespace

Result<PullPlan> plan_pull(const HubAccess& access, const RepositoryName& repository,
                           const ModelPlaces& places, const DownloadOptions& options,
                           const DownloadObserver& observer) {
  std::atomic<bool> stop = false;
  DownloadProgress progress;
  progress.stage = DownloadProgress::Stage::kListing;
  return watched<PullPlan>([&] { return make_plan(access, repository, places, options, stop); }, stop,
                           progress, observer);
}

Result<PulledModel> pull_model(const HubAccess& access, const RepositoryName& repository,
                               const ModelPlaces& places, const DownloadOptions& options, bool any_model,
                               const DownloadObserver& observer) {
  std::uint64_t fetched = 0;
  for (int listings = 1;; ++listings) {
    Result<PullPlan> plan = plan_pull(access, repository, places, options, observer);
    if (!plan) return plan.error();
    if (plan->entry.problem && !any_model) {
      Error error = *plan->entry.problem;
      error.code = ErrorCode::kUnsupported;
      error.message = repository.full() + " would not run here: " + error.message;
      error.field = "model";
      return error;
    }
    PulledModel model{repository.full(), plan->folder, plan->listing.commit, plan->bytes_total, 0};
    if (plan->published) {
      model.bytes_fetched = fetched;
      return model;
    }
    if (plan->disk_needed > 0 && plan->disk_free < plan->disk_needed + kSpareDisk) return no_room(*plan);
    const Result<void> done = carry_out(access, *plan, places, options, observer);
    if (done) {
      if (access.hub == Hub::kHuggingFace) {  // an older version goes by the name of its ref
        for (const FoundModel& found :
             scan_hugging_face_repository(plan->folder.parent_path().parent_path())) {
          if (found.folder == plan->folder) model.name = found.name;
        }
      }
      model.bytes_fetched = fetched + plan->bytes_missing;
      return model;
    }
    if (done.error().code != ErrorCode::kDamagedModel || listings == kMostListings) return done.error();
    // Another version at the hub by now? If it lists the same as before, its copy is damaged.
    Result<PullPlan> again = plan_pull(access, repository, places, options, observer);
    if (!again) return again.error();
    const bool same = std::equal(
        plan->listing.files.begin(), plan->listing.files.end(), again->listing.files.begin(),
        again->listing.files.end(),
        [](const HubFile& a, const HubFile& b) { return a.path == b.path && a.digest == b.digest; });
    if (same) return done.error();
  }
}

}  // namespace fovea
