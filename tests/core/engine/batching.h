#pragma once

#include "collected.h"
#include "core/engine/local_engine.h"
#include "requests.h"
#include "synthetic_runner.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::test {

/// A picture that takes so many tokens; pictures of one name look alike.
inline ContentPart picture(const std::string& name, int tokens) {
  auto pixels = std::make_shared<RgbImage>();
  pixels->width = tokens;
  pixels->height = 1;
  pixels->pixels.resize(3 * static_cast<std::size_t>(tokens));
  ImageInput image;
  image.name = name;
  image.decoded = pixels;
  return ImagePart{image};
}

inline GenerationRequest about(const std::string& text, const std::vector<ContentPart>& pictures) {
  GenerationRequest request = asking(text);
  auto& content = request.messages[0].content;
  content.insert(content.begin(), pictures.begin(), pictures.end());
  return request;
}

/// Questions whose answers depend on every token before them; many begin alike.
inline std::vector<GenerationRequest> questions() {
  std::mt19937 random(7);
  std::vector<GenerationRequest> all;
  for (int i = 0; i < 24; ++i) {
    std::vector<ContentPart> pictures;
    for (auto n = random() % 3; n > 0; --n) {
      const auto which = random() % 3;
      pictures.push_back(picture("picture " + std::to_string(which), 5 + 6 * static_cast<int>(which)));
    }
    const std::string text = "#" + std::string(random() % 40, 'q') + std::to_string(random() % 4);
    all.push_back(about(text, pictures));
    all.back().max_new_tokens = 1 + static_cast<int>(random() % 40);
    all.back().client = std::to_string(random() % 3);
    all.back().priority = static_cast<int>(random() % 2);
  }
  // Answered with themselves: guesses come true, and go astray where what repeats goes on in another way.
  for (const char* text :
       {"one two three one two four one two five", "abababababababababac", "xyxyxzxyxyxz"}) {
    all.push_back(asking(text));
  }
  return all;
}

struct Way {
  std::string name;
  SchedulingOptions how = custom(8, 256);
  bool prefix_cache = true;
  std::int64_t blocks = 1'000;
  bool throws = false;  ///< every step of several requests fails at first
  /// No step before others stand ready to crowd the pool, however slow the preparer's core is. For all of
  /// questions() at once.
  bool crowded = false;
  std::int64_t drafts = 7;
};

class Batching : public ::testing::Test {
 protected:
  void begin(const Way& way = {}) {
    engine_.reset();
    auto runner = std::make_unique<SyntheticRunner>();
    runner_ = runner.get();
    runner_->blocks = way.blocks;
    if (way.crowded) {
      const auto asked = std::make_shared<std::atomic<std::size_t>>(0);
      runner_->on_prepare = [asked] { ++*asked; };
      runner_->on_step = [asked, runner = runner_](std::span<const StepPart>) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        while (runner->prepared_alive < 5 && *asked < 24 && std::chrono::steady_clock::now() < end) {
          std::this_thread::yield();
        }
      };
    }
    if (way.throws) {
      runner_->on_step = [](std::span<const StepPart> parts) {
        if (parts.size() > 1 || parts[0].ids.size() > 3) throw std::bad_alloc();
      };
    }
    engine_ = std::make_unique<LocalEngine>(std::move(runner), way.how, way.prefix_cache, way.drafts);
  }
  Collected ask(const GenerationRequest& request) {
    Collected collected;
    const auto id = engine_->submit(request, collected.sink());
    if (!id) throw std::runtime_error(id.error().text());
    return collected;
  }
  std::vector<Collected> ask_all(const std::vector<GenerationRequest>& requests) {
    std::vector<Collected> out;
    for (const GenerationRequest& request : requests) out.push_back(ask(request));
    for (const Collected& one : out) one.wait();
    return out;
  }

  SyntheticRunner* runner_ = nullptr;
  std::unique_ptr<LocalEngine> engine_;
};

}  // namespace fovea::test
