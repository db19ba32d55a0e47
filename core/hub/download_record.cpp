#include "core/hub/download_record.h"

#include "core/hub/json_file.h"

#include <algorithm>

namespace fovea {
namespace {

using nlohmann::json;

constexpr const char* kName = ".fovea.json";

}  // namespace

std::filesystem::path download_record_file(const std::filesystem::path& folder) {
  return folder / kName;
}

const DownloadRecord::File* DownloadRecord::find(const std::string& path) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&path](const File& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

Result<DownloadRecord> read_download_record(const std::filesystem::path& folder) {
  Result<json> object = read_json_object(folder, kName);
  if (!object) return object.error();
  DownloadRecord record{
      text_at(*object, "endpoint"), text_at(*object, "repository"), text_at(*object, "revision"), {}};
  const auto files = object->find("files");
  if (files == object->end() || !files->is_array()) return damaged_file(kName, "it lists no files");
  for (const json& entry : *files) {
    if (!entry.is_object()) return damaged_file(kName, "an entry makes no sense");
    DownloadRecord::File file{text_at(entry, "path"), 0, {Digest::Kind::kSha256, text_at(entry, "sha256")}};
    const auto bytes = entry.find("bytes");
    if (bytes == entry.end() || !bytes->is_number_unsigned() || !is_digest(file.digest.hex, file.digest.kind))
      return damaged_file(kName, "an entry makes no sense");
    file.bytes = bytes->get<std::uint64_t>();
    record.files.push_back(std::move(file));
  }
  return record;
}

std::string download_record_text(const DownloadRecord& record) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const DownloadRecord::File& file : record.files)
    files.push_back({{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.digest.hex}});
  const nlohmann::ordered_json object = {{"endpoint", record.endpoint},
                                         {"repository", record.repository},
                                         {"revision", record.revision},
                                         {"files", std::move(files)}};
  return object.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace fovea
