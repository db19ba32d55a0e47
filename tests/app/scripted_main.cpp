// `fovea` with a synthetic engine behind it, for tests that run the program as a child. FOVEA_SCRIPT names
// what the engine does.
#include "app/cli/program.h"
#include "app/serve/ps_verb.h"
#include "app/serve/serve_verb.h"
#include "app/server_connection.h"
#include "tests/support/scripted_engine.h"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;
using fovea::Error;
using fovea::ErrorCode;
using fovea::test::fails;
using fovea::test::finishes;
using fovea::test::says;
using fovea::test::Script;

fovea::VisionInput seen(std::string name) {
  fovea::VisionInput input;
  input.name = std::move(name);
  input.source_width = 1280;
  input.source_height = 960;
  input.resized_width = 1024;
  input.resized_height = 768;
  input.grid_h = 48;
  input.grid_w = 64;
  input.tokens = 768;
  return input;
}

Script script_named(const std::string& name) {
  Script script;
  script.model = fovea::test::scripted_model();
  script.preview = {{seen("photo.jpg")},
                    812,
                    "<|im_start|>user\n<|vision_start|><|image_pad|>{768}<|vision_end|>What?<|im_end|>\n"};
  auto& steps = script.steps;
  const auto begins = [&](std::chrono::milliseconds pause) {
    steps.push_back({pause, fovea::Queued{0}});
    steps.push_back({pause, fovea::Preprocessed{{seen("photo.jpg")}, 812}});
    for (int i = 1; i <= 4; ++i)
      steps.push_back({pause, fovea::PrefillProgress{fovea::Stage::kVision, i * 768, 3072}});
    for (int i = 1; i <= 4; ++i)
      steps.push_back({pause, fovea::PrefillProgress{fovea::Stage::kPrefill, i * 203, 812}});
  };
  if (name == "answer") {
    begins(0ms);
    for (const char* word : {"The sign ", "says ", "STOP."}) steps.push_back(says(word));
    steps.push_back(finishes(3));
  } else if (name == "slow") {  // to be watched
    begins(300ms);
    for (int i = 0; i < 12; ++i) steps.push_back(says("Let me see. ", 100ms, true));
    for (int i = 0; i < 40; ++i) steps.push_back(says("word ", 100ms));
    steps.push_back(finishes(40, fovea::FinishReason::kLength));
  } else if (name == "endless") {
    steps.push_back(says("begun "));
    for (int i = 0; i < 2000; ++i) steps.push_back(says("more ", 10ms));
  } else if (name == "stubborn") {  // takes a minute to stop
    steps.push_back(says("begun "));
    script.cancel_takes = 60000ms;
  } else if (name == "steering") {
    steps.push_back(says("red \x1b[31m bell \a c1 \xC2\x9B end"));
    steps.push_back(finishes(1));
  } else if (name == "fails") {
    steps.push_back(says("half an ans"));
    steps.push_back(
        fails(ErrorCode::kModelError, "The model gave numbers that are none.", "Try --dtype fp32."));
  } else if (name == "memory") {
    steps.push_back(
        fails(ErrorCode::kOutOfMemory, "This question does not fit the memory.", "Set --max-pixels."));
  } else if (name == "tool") {
    for (const char* word : {"Let me see. ", "<tool_call>\n{\"name\": \"weather\", ",
                             "\"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>"})
      steps.push_back(says(word));
    steps.push_back(finishes(3));
  } else if (name == "picture") {
    steps.push_back(fails(ErrorCode::kInvalidImage, "photo.png is cut off.", "Save it again."));
  }
  return script;
}

fovea::Result<std::unique_ptr<fovea::Engine>> load(const fovea::EngineOptions&,
                                                   const fovea::LoadObserver& observer) {
  const char* name = std::getenv("FOVEA_SCRIPT");
  const std::string script = name == nullptr ? "answer" : name;
  if (script == "damaged")
    return Error{ErrorCode::kDamagedModel, "Model file damaged: model.safetensors", {}, {}};
  for (std::uint64_t done = 0; done <= 25; done += 5) {
    if (!observer({"reading weights", done * 1'000'000, 25'000'000})) {
      return Error{ErrorCode::kCancelled, "Loading was stopped.", {}, {}};
    }
    if (script == "slow") std::this_thread::sleep_for(200ms);
  }
  return std::unique_ptr<fovea::Engine>(std::make_unique<fovea::test::ScriptedEngine>(script_named(script)));
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<fovea::cli::Verb> verbs = fovea::cli::standard_verbs();
  verbs.push_back(fovea::serve::serve_verb());
  verbs.push_back(fovea::serve::ps_verb());
  return fovea::cli::run_on_terminal(argc, argv, verbs, {load}, fovea::connect_server);
}
