#include "core/hub/pull/hub_listing.h"

#include "core/hub/json_file.h"
#include "core/hub/pull/hub_errors.h"
#include "core/hub/pull/wanted_files.h"

#include <algorithm>

namespace fovea {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxListing = 16U << 20;
constexpr std::size_t kMaxFiles = 20'000;
constexpr std::uint64_t kLargestFile = 1ULL << 44;  ///< 16 TB; what is larger is no size

/// A small answer as text, asked for again while that may help.
Result<std::string> get_text(HttpClient& client, const HubAccess& access, const RepositoryName& repository,
                             const std::string& url, const std::string& what, std::size_t most,
                             const RetryPolicy& policy, const Sleeper& sleep) {
  Retry retry(policy);
  while (true) {
    std::string text;
    const HttpOutcome outcome = client.get({url, {}}, [&](const HttpHead&, std::string_view piece) {
      text += piece;
      return text.size() <= most;
    });
    if (outcome.end == HttpOutcome::End::kAnswered && outcome.head.status == 200) return text;
    if (outcome.end == HttpOutcome::End::kSinkRefused) return nonsense_error(access, what);
    const std::optional<RetryPause> pause = is_passing(outcome) ? retry.after(outcome) : std::nullopt;
    if (!pause) return request_error(access, repository, outcome, what);
    if (!sleep(*pause)) return Error{ErrorCode::kCancelled, "Stopped.", {}, {}};
  }
}

std::optional<std::uint64_t> size_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto size = found->get<std::uint64_t>();
  return size <= kLargestFile ? std::optional(size) : std::nullopt;
}

/// One of Hugging Face's siblings; nothing if a key is missing or wrong.
std::optional<HubFile> hugging_face_file(const json& sibling) {
  HubFile file;
  file.path = text_at(sibling, "rfilename");
  const auto lfs = sibling.find("lfs");
  const bool large = lfs != sibling.end() && lfs->is_object();
  const std::optional<std::uint64_t> size =
      large && lfs->contains("size") ? size_at(*lfs, "size") : size_at(sibling, "size");
  file.digest.kind = large ? Digest::Kind::kSha256 : Digest::Kind::kGitBlob;
  file.digest.hex = large ? text_at(*lfs, "sha256") : text_at(sibling, "blobId");
  if (!size || !is_digest(file.digest.hex, file.digest.kind)) return std::nullopt;
  file.bytes = *size;
  return file;
}

std::optional<HubFile> modelscope_file(const json& entry) {
  HubFile file;
  file.path = text_at(entry, "Path");
  file.digest.hex = text_at(entry, "Sha256");
  const std::optional<std::uint64_t> size = size_at(entry, "Size");
  if (!size || !is_digest(file.digest.hex, file.digest.kind)) return std::nullopt;
  file.bytes = *size;
  return file;
}

/// The list of entries in an answer, nullptr if there is none.
const json* entries_of(const json& answer, Hub hub) {
  const json* place = &answer;
  if (hub == Hub::kModelScope) {
    const auto data = answer.find("Data");
    if (data == answer.end() || !data->is_object()) return nullptr;
    place = &*data;
  }
  const auto list = place->find(hub == Hub::kHuggingFace ? "siblings" : "Files");
  return list != place->end() && list->is_array() && list->size() <= kMaxFiles ? &*list : nullptr;
}

Result<void> read_entries(const json& entries, const HubAccess& access, HubListing& listing) {
  const char* name_key = access.hub == Hub::kHuggingFace ? "rfilename" : "Path";
  for (const json& entry : entries) {
    if (!entry.is_object()) return nonsense_error(access, "the list of files");
    if (text_at(entry, "Type") == "tree") continue;  // ModelScope lists folders too
    const std::string path = text_at(entry, name_key);
    if (is_dangerous_path(path)) {
      return Error{
          ErrorCode::kUnreachable,
          "The hub's list of '" + listing.repository.full() + "' names a file outside of the model's folder.",
          "Nothing was fetched. Do not trust this repository.",
          {}};
    }
    if (!is_wanted(path)) {
      ++listing.left_out;
      continue;
    }
    std::optional<HubFile> file =
        access.hub == Hub::kHuggingFace ? hugging_face_file(entry) : modelscope_file(entry);
    if (!file) return nonsense_error(access, path);
    listing.files.push_back(std::move(*file));
  }
  std::sort(listing.files.begin(), listing.files.end(),
            [](const HubFile& a, const HubFile& b) { return a.path < b.path; });
  const auto twice = std::adjacent_find(listing.files.begin(), listing.files.end(),
                                        [](const HubFile& a, const HubFile& b) { return a.path == b.path; });
  if (twice != listing.files.end()) return nonsense_error(access, twice->path);
  return {};
}

Error no_weights(const HubListing& listing) {
  return {ErrorCode::kUnsupported,
          "'" + listing.repository.full() + "' has no weights in .safetensors files.",
          "Fovea loads nothing else; look for a repository with safetensors.", "model"};
}

}  // namespace

Result<HubListing> list_repository(HttpClient& client, const HubAccess& access, RepositoryName repository,
                                   const RetryPolicy& policy, const Sleeper& sleep) {
  const bool hugging_face = access.hub == Hub::kHuggingFace;
  if (repository.revision.empty()) repository.revision = hugging_face ? "main" : "master";
  const std::string revision = percent_encoded(repository.revision, false);
  const std::string url = hugging_face ? access.endpoint + "/api/models/" + repository.full() + "/revision/" +
                                             revision + "?blobs=true"
                                       : access.endpoint + "/api/v1/models/" + repository.full() +
                                             "/repo/files?Revision=" + revision + "&Recursive=True";
  Result<std::string> text =
      get_text(client, access, repository, url, "the list of files", kMaxListing, policy, sleep);
  if (!text) return text.error();
  const Result<json> answer = parse_json_object(*text, "list");
  if (!answer) return nonsense_error(access, "the list of files");
  const json* entries = entries_of(*answer, access.hub);
  if (entries == nullptr) return nonsense_error(access, "the list of files");

  HubListing listing;
  listing.repository = std::move(repository);
  if (hugging_face) {
    listing.commit = text_at(*answer, "sha");
    if (!is_digest(listing.commit, Digest::Kind::kGitBlob))
      return nonsense_error(access, "the list of files");
  }
  if (Result<void> read = read_entries(*entries, access, listing); !read) return read.error();
  const bool weights = std::any_of(listing.files.begin(), listing.files.end(),
                                   [](const HubFile& file) { return is_weight_file(file.path); });
  if (!weights) return no_weights(listing);
  return listing;
}

std::string file_address(const HubAccess& access, const HubListing& listing, const std::string& path) {
  if (access.hub == Hub::kHuggingFace) {
    return access.endpoint + "/" + listing.repository.full() + "/resolve/" + listing.commit + "/" +
           percent_encoded(path, true);
  }
  return access.endpoint + "/api/v1/models/" + listing.repository.full() +
         "/repo?Revision=" + percent_encoded(listing.repository.revision, false) +
         "&FilePath=" + percent_encoded(path, false);
}

Result<std::string> fetch_text(HttpClient& client, const HubAccess& access, const HubListing& listing,
                               const HubFile& file, const RetryPolicy& policy, const Sleeper& sleep) {
  if (file.bytes > kMaxJsonBytes) return damaged_file(file.path, "it is too large");
  Result<std::string> text =
      get_text(client, access, listing.repository, file_address(access, listing, file.path), file.path,
               kMaxJsonBytes, policy, sleep);
  if (!text) return text.error();
  Hasher hasher(file.digest.kind, text->size());
  hasher.add(*text);
  if (hasher.finish() != file.digest) return damaged_file(file.path, "it is not what the hub lists");
  return text;
}

}  // namespace fovea
