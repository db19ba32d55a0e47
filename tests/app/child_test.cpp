// The whole program as a child process: what only real pipes, terminals and signals show.
#include "tests/app/test_host.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kPatience = 20s;

/// A running `fovea ARGUMENTS...` with a synthetic engine that plays `script`.
class Child {
 public:
  enum class Streams { kPipes, kTerminal };

  Child(const std::string& script, std::vector<std::string> arguments, Streams streams = Streams::kPipes) {
    int out[2], err[2];
    if (streams == Streams::kTerminal) {
      open_terminal(out);
      err[0] = dup(out[0]);
      err[1] = dup(out[1]);
    } else if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe");
    }
    arguments.insert(arguments.begin(), FOVEA_SCRIPTED_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    id_ = fork();
    if (id_ == 0) {
      setenv("FOVEA_SCRIPT", script.c_str(), 1);
      setenv("TERM", "xterm", 1);
      const int in = streams == Streams::kTerminal ? out[1] : open("/dev/null", O_RDONLY);
      dup2(in, STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      dup2(err[1], STDERR_FILENO);
      if (streams == Streams::kTerminal) {
        close(out[0]);
        close(err[0]);
      }
      execv(argv[0], argv.data());
      _exit(99);
    }
    close(out[1]);
    close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Child() {
    if (id_ > 0) {
      kill(id_, SIGKILL);
      waitpid(id_, nullptr, 0);
    }
    close_output();
    close(err_);
  }

  /// Reads standard output until it holds `text`, or its end if `text` is empty.
  std::string read_until(const std::string& text) { return read_from(out_, text); }
  std::string read_errors() { return read_from(err_, ""); }
  void close_output() {
    if (out_ >= 0) close(out_);
    out_ = -1;
  }
  void signal(int number) { kill(id_, number); }

  /// The exit status; 1000 + the signal if one ended it.
  int wait() {
    int status = 0;
    const auto end = Clock::now() + kPatience;
    while (waitpid(id_, &status, WNOHANG) == 0) {
      if (Clock::now() > end) return -1;
      std::this_thread::sleep_for(5ms);
    }
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  /// Both ends of a terminal of 80 columns: what a person sees, and what the program writes to.
  static void open_terminal(int ends[2]) {
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char name[64];
    const bool made = ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0 &&
                      ptsname_r(ends[0], name, sizeof name) == 0;
    ends[1] = made ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    const winsize size = {24, 80, 0, 0};
    if (ends[1] < 0 || ioctl(ends[1], TIOCSWINSZ, &size) != 0) throw std::runtime_error("no terminal");
  }

  static std::string read_from(int descriptor, const std::string& text) {
    std::string got;
    const auto end = Clock::now() + kPatience;
    while (Clock::now() < end && (text.empty() || got.find(text) == std::string::npos)) {
      pollfd wait = {descriptor, POLLIN, 0};
      if (poll(&wait, 1, 100) == 0) continue;
      char buffer[4096];
      const ssize_t count = read(descriptor, buffer, sizeof buffer);
      if (count <= 0) break;  // a terminal whose other side is closed gives an error
      got.append(buffer, static_cast<std::size_t>(count));
    }
    return got;
  }

  pid_t id_ = 0;
  int out_ = -1;
  int err_ = -1;
};

class ChildTest : public ::testing::Test {
 protected:
  ChildTest() {
    TemporaryFolder::write("res/models/fovea-mini/config.json", "{}");
    TemporaryFolder::write("photo.png", test::kPngHead);
    setenv("FOVEA_RESOURCES", (folder_.path() / "res").c_str(), 1);
    unsetenv("NO_COLOR");
  }
  ~ChildTest() override { unsetenv("FOVEA_RESOURCES"); }

  TemporaryFolder folder_;
};

TEST_F(ChildTest, AnswersThroughPipes) {
  Child child("answer", {"ask", "photo.png", "What?"});
  EXPECT_EQ(child.read_until(""), "The sign says STOP.\n");
  const std::string errors = child.read_errors();
  EXPECT_THAT(errors, HasSubstr("scripted (Qwen3-VL"));
  EXPECT_THAT(errors, Not(HasSubstr("\x1b")));
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ChildTest, EveryFailureHasItsStatus) {
  const std::vector<std::tuple<std::string, std::vector<std::string>, int>> cases = {
      {"fails", {"ask", "What?"}, 1},
      {"answer", {"ask"}, 2},
      {"answer", {"ask", "What?", "--temperature", "warm"}, 2},
      {"answer", {"sak", "What?"}, 2},
      {"damaged", {"ask", "What?"}, 3},
      {"answer", {"ask", "What?", "--model", "none"}, 3},
      {"picture", {"ask", "photo.png", "What?"}, 4},
      {"answer", {"ask", "none.png", "What?"}, 4},
      {"memory", {"ask", "What?"}, 5},
      {"answer", {}, 0},
      {"answer", {"--version"}, 0},
      {"answer", {"ask", "--help"}, 0},
  };
  for (const auto& [script, arguments, status] : cases) {
    Child child(script, arguments);
    EXPECT_EQ(child.wait(), status) << script << " " << (arguments.empty() ? "" : arguments.back());
  }
}

TEST_F(ChildTest, TheAnswerIsNotHeldBackInAPipe) {
  Child child("endless", {"ask", "What?"});
  EXPECT_THAT(child.read_until("more more"), HasSubstr("begun "));
}

TEST_F(ChildTest, CtrlCStopsTheAnswerAndKeepsTheText) {
  Child child("endless", {"ask", "What?"});
  child.read_until("begun");
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), 130);
  EXPECT_THAT(child.read_until(""), ::testing::EndsWith("\n"));
  EXPECT_THAT(child.read_errors(), HasSubstr("Stopped; the answer is not whole."));
}

TEST_F(ChildTest, ASecondCtrlCEndsTheProgramAtOnce) {
  Child child("stubborn", {"ask", "What?"});
  child.read_until("begun");
  child.signal(SIGINT);
  std::this_thread::sleep_for(200ms);
  const auto begin = Clock::now();
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), 130);
  EXPECT_LT(Clock::now() - begin, 5s);
}

TEST_F(ChildTest, AClosedPipeEndsItQuietly) {
  Child child("endless", {"ask", "What?", "--quiet"});
  child.read_until("begun");
  child.close_output();
  EXPECT_EQ(child.wait(), 141);
  EXPECT_THAT(child.read_errors(), IsEmpty());
}

TEST_F(ChildTest, AFullDiskIsAnError) {
  const std::string command = std::string("FOVEA_SCRIPT=answer '") + FOVEA_SCRIPTED_PROGRAM +
                              "' ask 'What?' >/dev/full 2>errors; echo $? >status";
  ASSERT_EQ(std::system(command.c_str()), 0);
  int status = 0;
  std::ifstream("status") >> status;
  EXPECT_EQ(status, 1);
}

TEST_F(ChildTest, ATerminalGetsASpinnerAndIsNotSteered) {
  Child child("steering", {"ask", "What?"}, Child::Streams::kTerminal);
  const std::string screen = child.read_until("end");
  EXPECT_THAT(screen, HasSubstr("\r\x1b[K"));
  EXPECT_THAT(screen, HasSubstr("red \uFFFD[31m bell \uFFFD c1 \uFFFD end"));
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ChildTest, NoColorIsHonoured) {
  setenv("NO_COLOR", "1", 1);
  Child child("answer", {"ask", "What?", "--timings"}, Child::Streams::kTerminal);
  const std::string screen = child.read_until("loaded in");
  unsetenv("NO_COLOR");
  EXPECT_THAT(screen, HasSubstr("Where the time went"));
  EXPECT_THAT(screen, Not(HasSubstr("m\x1b[0m")));
  EXPECT_THAT(screen, Not(HasSubstr("\x1b[3")));
}

TEST_F(ChildTest, APictureComesThroughStandardInput) {
  const std::string command = std::string("FOVEA_SCRIPT=answer '") + FOVEA_SCRIPTED_PROGRAM +
                              "' ask - 'What?' <photo.png >answer 2>errors";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const std::string clip = std::string("echo words | FOVEA_SCRIPT=answer '") + FOVEA_SCRIPTED_PROGRAM +
                           "' ask - 'What?' >answer 2>errors";
  EXPECT_EQ(WEXITSTATUS(std::system(clip.c_str())), 4);
}

}  // namespace
}  // namespace fovea
