#include "app/web_bench/chromium.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::web_bench {
namespace {

namespace fs = std::filesystem;

// As Chromium expects its pipes.
constexpr int kItReads = 3;
constexpr int kItWrites = 4;

Error failed(const std::string& what, int fault) {
  return {ErrorCode::kInternal, what + ": " + std::generic_category().message(fault) + ".", {}, {}};
}

/// Two ends of a connection; what was not taken is closed. A socket and no pipe: writing to a browser that is
/// gone is an error then, and no signal.
struct Connection {
  std::array<int, 2> ends{-1, -1};
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (std::size_t end = 0; end < 2; ++end) close_end(end);
  }
  /// Above the numbers that the child's ends get, so that none is overwritten there.
  bool open() {
    std::array<int, 2> low{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, low.data()) != 0) return false;
    constexpr int kFirst = 10;
    for (std::size_t i = 0; i < 2; ++i) {
      ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, kFirst);
      close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
  }
  void close_end(std::size_t end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
  int take(std::size_t end) { return std::exchange(ends[end], -1); }
};

std::vector<std::string> arguments(const fs::path& program, const fs::path& profile) {
  std::vector<std::string> out = {program.string(),
                                  "--headless=new",
                                  "--remote-debugging-pipe",
                                  "--user-data-dir=" + profile.string(),
                                  "--no-first-run",
                                  "--no-default-browser-check",
                                  "--disable-background-networking",
                                  "--disable-component-update",
                                  "--disable-sync",
                                  "--disable-extensions",
                                  "--metrics-recording-only",
                                  "--window-size=1280,900",
                                  "about:blank"};
  if (without_sandbox()) out.insert(out.end() - 1, "--no-sandbox");
  return out;
}

/// In a group of its own: Ctrl+C in the terminal is ours to act upon.
int spawn(const std::vector<std::string>& words, int reads, int writes, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, reads, kItReads);
  posix_spawn_file_actions_adddup2(&actions, writes, kItWrites);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  const int fault = posix_spawn(&pid, words.front().c_str(), &actions, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return fault;
}

bool executable(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && access(file.c_str(), X_OK) == 0;
}

}  // namespace

bool without_sandbox() {
  return geteuid() == 0;
}

std::optional<fs::path> find_chromium(const std::string& path) {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    for (std::size_t at = 0; at <= path.size();) {
      const std::size_t end = std::min(path.find(':', at), path.size());
      const std::string folder = path.substr(at, end - at);
      if (!folder.empty() && executable(fs::path(folder) / name)) return fs::path(folder) / name;
      at = end + 1;
    }
  }
  return std::nullopt;
}

Result<std::unique_ptr<Chromium>> Chromium::start(const fs::path& program) {
  std::unique_ptr<Chromium> browser(new Chromium());
  std::error_code fault;
  std::string name = (fs::temp_directory_path(fault) / "fovea-browser-XXXXXX").string();
  if (fault || mkdtemp(name.data()) == nullptr) return failed("The browser's profile can't be made", errno);
  browser->profile_ = name;
  Connection to;
  Connection from;
  if (!to.open() || !from.open()) return failed("No connection to the browser", errno);
  const int spawned = spawn(arguments(program, browser->profile_), to.ends[0], from.ends[1], browser->pid_);
  to.close_end(0);  // the browser's own: while we hold them its end is not seen
  from.close_end(1);
  if (spawned != 0) return failed(program.string() + " can't be started", spawned);
  browser->devtools_ = std::make_unique<DevTools>(to.take(1), from.take(0));
  const Result<nlohmann::json> version =
      browser->devtools_->call("Browser.getVersion", nlohmann::json::object());
  if (!version) return version.error();
  browser->version_ = version->value("product", std::string());
  return browser;
}

Chromium::~Chromium() {
  if (pid_ > 0) {
    if (devtools_) static_cast<void>(devtools_->send("Browser.close", nlohmann::json::object()));
    devtools_.reset();  // a browser whose pipes are closed ends by itself
    constexpr int kLooks = 100;
    constexpr auto kLook = std::chrono::milliseconds(30);
    pid_t ended = 0;
    for (int i = 0; i < kLooks && ended == 0; ++i) {
      ended = waitpid(pid_, nullptr, WNOHANG);
      if (ended == 0) std::this_thread::sleep_for(kLook);
    }
    kill(-pid_, SIGKILL);  // whatever of its group is left
    if (ended == 0) waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  if (!profile_.empty()) fs::remove_all(profile_, ignored);
}

}  // namespace fovea::web_bench
