#include "app/window/window_server.h"

#include "app/serve/running_servers.h"
#include "app/server/server.h"
#include "app/window/counted_engine.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fovea {
namespace {

// The window needs descriptors too, of the 1,024 that a program often has.
constexpr std::size_t kConnections = 128;
constexpr std::size_t kKeyBytes = 16;

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

Result<std::string> random_key() {
  std::array<unsigned char, kKeyBytes> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return Error{ErrorCode::kInternal, "The system gives no random numbers for a key.", "Try again.", {}};
  constexpr const char* kDigits = "0123456789abcdef";
  std::string key;
  for (const unsigned char byte : bytes) {
    key += kDigits[byte >> 4];
    key += kDigits[byte & 15];
  }
  return key;
}

Result<void> write_key(const std::string& file, const std::string& key) {
  const std::string line = "window " + key + "\n";
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const bool written =
      descriptor >= 0 && write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  const int fault = errno;
  if (descriptor >= 0) close(descriptor);
  if (written) return {};
  unlink(file.c_str());
  return Error{ErrorCode::kDiskFull,
               "The key can't be written to " + file + ": " + std::strerror(fault) + ".",
               "Make room there, or see to it that this user may write there.",
               {}};
}

class WindowServer final : public ui::RunningServer {
 public:
  WindowServer(std::shared_ptr<Engine> engine, std::shared_ptr<ui::ServerCounts> counts)
      : engine_(std::move(engine), std::move(counts)) {}

  Result<void> start(const ui::ServerWishes& wishes, const WindowServerFiles& files) {
    server::ServerOptions options;
    options.port = wishes.port;
    options.page_folder = files.page_folder;
    options.ledger = files.ledger;
    options.http.connections = kConnections;
    if (wishes.needs_key) {
      const Result<std::string> key = server_key(wishes.key_file);
      if (!key) return key.error();
      key_ = *key;
      Result<void> added = options.keys.add("window", key_);
      if (!added) return added;
    }
    const std::string host = host_name();
    if (wishes.network) {
      options.address = "0.0.0.0";
      options.host_names = {host};
    }
    Result<std::unique_ptr<server::Server>> server = server::start_server(
        engine_, std::move(options), files.openapi_file.empty() ? "{}" : text_of(files.openapi_file));
    if (!server) return server.error();
    server_ = std::move(*server);
    url_ = wishes.network ? "http://" + host + ":" + std::to_string(server_->port()) : server_->url();
    // Without its mark `fovea ps` doesn't list it; it serves all the same.
    Result<serve::ServerMark> mark = serve::ServerMark::leave(
        files.servers_folder, {getpid(), url_, engine_.model().name, std::time(nullptr)});
    if (mark) mark_.emplace(std::move(*mark));
    return {};
  }

  std::string url() const override { return url_; }
  std::string key() const override { return key_; }
  bool drain(double seconds) override { return server_->drain(seconds); }

 private:
  CountedEngine engine_;
  std::string url_;
  std::string key_;
  std::unique_ptr<server::Server> server_;  // ends before the engine that it uses
  std::optional<serve::ServerMark> mark_;
};

}  // namespace

Result<std::string> server_key(const std::string& file) {
  struct stat info = {};
  if (stat(file.c_str(), &info) != 0) {
    Result<std::string> key = random_key();
    if (!key) return key;
    const Result<void> written = write_key(file, *key);
    if (!written) return written.error();
    return key;
  }
  const Result<server::ApiKeys> keys = server::ApiKeys::read(file);  // refuses what others may read
  if (!keys) return keys.error();
  std::ifstream in(file);
  std::string name;
  std::string key;
  in >> name >> key;
  if (keys->name_of(key)) return key;
  return Error{ErrorCode::kInvalidArgument, "There is no key in " + file + ".", "Make a new one.", {}};
}

Result<std::unique_ptr<ui::RunningServer>> start_window_server(std::shared_ptr<Engine> engine,
                                                               const ui::ServerWishes& wishes,
                                                               std::shared_ptr<ui::ServerCounts> counts,
                                                               const WindowServerFiles& files) {
  auto server = std::make_unique<WindowServer>(std::move(engine), std::move(counts));
  const Result<void> started = server->start(wishes, files);
  if (!started) return started.error();
  return std::unique_ptr<ui::RunningServer>(std::move(server));
}

}  // namespace fovea
