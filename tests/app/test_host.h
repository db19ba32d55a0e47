#pragma once

#include "app/cli/host.h"
#include "app/cli/program.h"
#include "tests/support/scripted_engine.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::test {

/// An Output that keeps what is written, and can play a closed pipe.
class StringOutput : public cli::Output {
 public:
  bool write(std::string_view bytes) override {
    if (fault_ != Fault::kNone) return false;
    if (text.size() + bytes.size() > closes_after) {
      fault_ = fault_then;
      return false;
    }
    text += bytes;
    return true;
  }
  Fault fault() const override { return fault_; }
  bool terminal() const override { return is_terminal; }
  bool colour() const override { return is_terminal; }
  int columns() const override { return 80; }

  std::string text;
  bool is_terminal = false;
  std::size_t closes_after = std::string::npos;  ///< bytes
  Fault fault_then = Fault::kReaderGone;

 private:
  Fault fault_ = Fault::kNone;
};

/// An Input out of a string, a few bytes at a time; a long one in longer pieces.
class StringInput : public cli::Input {
 public:
  std::ptrdiff_t read(char* buffer, std::size_t size) override {
    const std::size_t piece = text.size() > 100'000 ? size : 5;
    const std::size_t count = text.copy(buffer, std::min(size, piece));
    text.erase(0, count);
    return static_cast<std::ptrdiff_t>(count);
  }
  bool terminal() const override { return is_terminal; }

  std::string text;
  bool is_terminal = false;
};

/// A folder of its own for a test, gone afterwards; the working directory while it lives.
class TemporaryFolder {
 public:
  TemporaryFolder() : before_(std::filesystem::current_path()) {
    std::string name = (std::filesystem::temp_directory_path() / "fovea-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
    std::filesystem::current_path(path_);
  }
  ~TemporaryFolder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  static void write(const std::string& name, std::string_view bytes) {
    const std::filesystem::path file(name);
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

/// The first bytes of a PNG; enough for all that does not decode it.
inline constexpr std::string_view kPngHead{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16};

/// A whole program with a synthetic engine, in this process.
class Program {
 public:
  Program() {
    TemporaryFolder::write("resources/models/fovea-mini/config.json", "{}");
    script.model = scripted_model();
  }

  /// Runs `fovea ARGUMENTS...`; output is added to `out` and `err`.
  int run(std::vector<std::string> arguments) {
    cli::Host host{out,
                   err,
                   in,
                   interrupt,
                   {[this](const EngineOptions& options, const LoadObserver& observer) {
                      return load(options, observer);
                    },
                    load_child_engine, usable_gpu},
                   Resources(folder.path() / "resources"),
                   {{folder.path() / "resources/models"},
                    {folder.path() / "models"},
                    folder.path() / "hf",
                    folder.path() / "ms"},
                   connect_server,
                   quantize_weights};
    return cli::run_program(arguments, cli::standard_verbs(), host);
  }

  /// The requests that reached the engine.
  const std::vector<GenerationRequest>& requests() const { return record->requests; }
  const GenerationRequest& request() const { return record->requests.at(0); }

  TemporaryFolder folder;
  StringOutput out;
  StringOutput err;
  StringInput in;
  cli::Interrupt interrupt;
  Script script;
  std::shared_ptr<ScriptedEngine::Record> record = std::make_shared<ScriptedEngine::Record>();
  std::vector<EngineOptions> loads;
  std::shared_ptr<const Error> load_error;
  cli::ServerFactory connect_server;
  cli::EngineFactory load_child_engine;
  std::function<bool()> usable_gpu;
  WeightQuantizer quantize_weights;

 private:
  Result<std::unique_ptr<Engine>> load(const EngineOptions& options, const LoadObserver& observer) {
    loads.push_back(options);
    if (load_error) return *load_error;
    for (std::uint64_t done = 0; done <= 4; ++done) {
      if (!observer({"reading weights", done * 1'000'000, 4'000'000})) {
        return Error{ErrorCode::kCancelled, "Loading was stopped.", {}, {}};
      }
    }
    return std::unique_ptr<Engine>(std::make_unique<ScriptedEngine>(script, record));
  }
};

}  // namespace fovea::test
