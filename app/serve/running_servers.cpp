#include "app/serve/running_servers.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fovea::serve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMostBytes = 64 << 10;  // of a mark

Error cannot_write(const fs::path& file, int reason) {
  if (reason == ENOSPC || reason == EDQUOT)
    return {ErrorCode::kDiskFull, "There is no room for " + file.string() + ".", "Free some.", {}};
  return {ErrorCode::kForbidden, file.string() + " cannot be written.", "Check the folder's rights.", {}};
}

bool write_all(int descriptor, const std::string& text) {
  return ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string text_of(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while (text.size() < kMostBytes && (count = ::read(descriptor, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  return text;
}

std::optional<RunningServer> parsed(const std::string& text) {
  const json mark = json::parse(text, nullptr, false);
  const auto has = [&](const char* name, json::value_t type) {
    return mark.contains(name) && (mark[name].type() == type || (type == json::value_t::number_unsigned &&
                                                                 mark[name].is_number_integer()));
  };
  const bool whole = mark.is_object() && has("pid", json::value_t::number_unsigned) &&
                     has("started", json::value_t::number_unsigned) && has("url", json::value_t::string) &&
                     has("model", json::value_t::string);
  if (!whole) return std::nullopt;
  return RunningServer{mark["pid"].get<int>(), mark["url"].get<std::string>(),
                       mark["model"].get<std::string>(), mark["started"].get<std::int64_t>()};
}

/// Removes the file at that path, if it is still the one that is open.
void remove_if_same(const fs::path& file, int descriptor) {
  struct stat open_one {};
  struct stat named {};
  const bool same = fstat(descriptor, &open_one) == 0 && stat(file.c_str(), &named) == 0 &&
                    open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
  if (same) unlink(file.c_str());
}

}  // namespace

fs::path servers_folder(const Environment& environment) {
  for (const char* name : {"XDG_RUNTIME_DIR", "XDG_STATE_HOME"}) {
    const std::optional<std::string> base = environment(name);
    if (base && base->starts_with('/')) return fs::path(*base) / "fovea/servers";
  }
  return fs::path(environment("HOME").value_or("/")) / ".local/state/fovea/servers";
}

Result<ServerMark> ServerMark::leave(const fs::path& folder, const RunningServer& server) {
  std::error_code fault;
  fs::create_directories(folder, fault);
  if (fault) return cannot_write(folder, fault.value());
  fs::permissions(folder, fs::perms::owner_all, fault);
  const std::string name = std::to_string(server.pid);
  const fs::path begun = folder / ("." + name + ".new");
  unlink(begun.c_str());  // of an earlier process with this number
  const int descriptor = open(begun.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot_write(begun, errno);
  ServerMark mark(folder / (name + ".json"), descriptor);
  const json text = {
      {"pid", server.pid}, {"url", server.url}, {"model", server.model}, {"started", server.started}};
  // Locked before it has its name: whoever sees it unlocked may take it away.
  const bool done = flock(descriptor, LOCK_EX | LOCK_NB) == 0 &&
                    write_all(descriptor, text.dump(-1, ' ', false, json::error_handler_t::replace)) &&
                    rename(begun.c_str(), mark.file_.c_str()) == 0;
  if (done) return mark;
  const Error error = cannot_write(begun, errno);
  unlink(begun.c_str());
  return error;
}

ServerMark::ServerMark(ServerMark&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

ServerMark::~ServerMark() {
  if (descriptor_ < 0) return;
  remove_if_same(file_, descriptor_);
  close(descriptor_);
}

std::vector<RunningServer> running_servers(const fs::path& folder) {
  std::vector<RunningServer> servers;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".json") continue;
    const int descriptor = open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) continue;
    if (flock(descriptor, LOCK_SH | LOCK_NB) == 0) {
      remove_if_same(entry.path(), descriptor);
    } else if (std::optional<RunningServer> server = parsed(text_of(descriptor))) {
      servers.push_back(std::move(*server));
    }
    close(descriptor);
  }
  std::sort(servers.begin(), servers.end(), [](const RunningServer& a, const RunningServer& b) {
    return std::pair(a.started, a.pid) < std::pair(b.started, b.pid);
  });
  return servers;
}

}  // namespace fovea::serve
