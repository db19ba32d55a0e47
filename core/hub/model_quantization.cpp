#include "core/hub/model_quantization.h"

#include "core/hub/download_record.h"
#include "core/hub/json_file.h"
#include "core/hub/pull/part_file.h"
#include "core/hub/pull/wanted_files.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include <fcntl.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWeights = "model.safetensors";
constexpr const char* kConfig = "config.json";

/// A folder beside the target that goes away unless it is given the target's name.
class FolderInTheMaking {
 public:
  explicit FolderInTheMaking(fs::path target) : target_(std::move(target)) {}
  ~FolderInTheMaking() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  FolderInTheMaking(const FolderInTheMaking&) = delete;
  FolderInTheMaking& operator=(const FolderInTheMaking&) = delete;

  Result<void> create() {
    std::error_code error;
    fs::create_directories(target_.parent_path(), error);
    if (error) return write_error(error.value());
    std::string name = (target_.parent_path() / ("." + target_.filename().string() + ".XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) return write_error(errno);
    path_ = name;
    fs::permissions(path_, fs::perms(0755), error);
    return {};
  }

  const fs::path& path() const { return path_; }

  Result<void> give_name() {
    sync_folder(path_);
    if (std::rename(path_.c_str(), target_.c_str()) != 0) return write_error(errno);
    path_.clear();
    sync_folder(target_.parent_path());
    return {};
  }

 private:
  fs::path target_;
  fs::path path_;
};

Result<void> write_text(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) return write_error(errno);
  const Descriptor again(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!again || ::fsync(again.get()) != 0) return write_error(errno);
  return {};
}

/// config.json with what is said of the weights.
Result<void> write_config(const fs::path& from, const fs::path& to, const WeightOptions& weights,
                          const QuantizedWeights& made) {
  Result<nlohmann::json> config = read_json_object(from, kConfig);
  if (!config) return config.error();
  (*config)["quantization_config"] = {{"quant_method", "fovea"},      {"bits", made.bits},
                                      {"group_size", made.group},     {"vision", weights.vision},
                                      {"head", weights.head},         {"made_from", made.made_from},
                                      {"parameters", made.parameters}};
  return write_text(to / kConfig, config->dump(2) + "\n");
}

/// What stands beside the weights.
Result<void> copy_side_files(const fs::path& from, const fs::path& to) {
  std::error_code error;
  for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const bool of_weights = is_weight_file(name) || name == "model.safetensors.index.json" || name == kConfig;
    if (of_weights || !is_wanted(name) || !it->is_regular_file()) continue;
    fs::copy_file(it->path(), to / name, error);
    if (error) return write_error(error.value());
  }
  if (error)
    return Error{ErrorCode::kNotFound, "The model's folder cannot be read.", "Check its permissions.", ""};
  return {};
}

/// Notes what is in the folder. Returns the weights' digest.
Result<std::string> write_record(const ModelEntry& entry, const fs::path& folder, std::uint64_t weight_bytes,
                                 const LoadObserver& observer) {
  DownloadRecord record{"", entry.name, entry.revision, {}};
  std::string weights;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const std::uint64_t bytes = it->file_size();
    std::uint64_t done = 0;
    const Result<Digest> digest =
        digest_file(it->path(), name, Digest::Kind::kSha256, bytes, [&](std::uint64_t more) {
          done += more;
          return name != kWeights || !observer || observer({"checking what was written", done, weight_bytes});
        });
    if (!digest) return digest.error();
    if (name == kWeights) weights = digest->hex;
    record.files.push_back({name, bytes, *digest});
  }
  if (error) return write_error(error.value());
  const Result<void> written = write_text(download_record_file(folder), download_record_text(record));
  return written ? Result<std::string>(weights) : Result<std::string>(written.error());
}

}  // namespace

Result<QuantizedModel> quantize_model(const ModelEntry& entry, const WeightOptions& weights,
                                      const fs::path& target, const WeightQuantizer& quantizer,
                                      const LoadObserver& observer) {
  if (entry.problem) return *entry.problem;
  std::error_code error;
  const fs::path folder =
      fs::absolute(target.has_filename() ? target : target.parent_path(), error).lexically_normal();
  if (error || fs::exists(fs::symlink_status(folder, error))) {
    return Error{ErrorCode::kInvalidArgument, "There is a '" + target.string() + "' already.",
                 "Name a folder that is not there yet.", "out"};
  }
  FolderInTheMaking made(folder);
  if (Result<void> created = made.create(); !created) return created.error();
  const Result<QuantizedWeights> written =
      quantizer({entry.folder.string(), made.path().string(), weights}, observer);
  if (!written) return written.error();
  if (Result<void> config = write_config(entry.folder, made.path(), weights, *written); !config)
    return config.error();
  if (Result<void> copied = copy_side_files(entry.folder, made.path()); !copied) return copied.error();
  const Result<std::string> digest = write_record(entry, made.path(), written->file_bytes, observer);
  if (!digest) return digest.error();
  if (Result<void> named = made.give_name(); !named) return named.error();
  return QuantizedModel{folder, written->file_bytes, *digest};
}

}  // namespace fovea
