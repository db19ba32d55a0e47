#pragma once

#include "answer.h"
#include "core/fleet/fleet.h"
#include "tests/support/scripted_engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::several {

using namespace std::chrono_literals;
using test::Answer;
using test::ScriptedEngine;

/// What all loaded models take together, and the most that it came to.
struct Held {
  std::atomic<std::uint64_t> now{0};
  std::atomic<std::uint64_t> most{0};

  void add(std::uint64_t bytes) {
    const std::uint64_t sum = now += bytes;
    std::uint64_t seen = most;
    while (sum > seen && !most.compare_exchange_weak(seen, sum)) {
    }
  }
};

class Model : public ScriptedEngine {
 public:
  Model(test::Script script, std::uint64_t share, Held& held)
      : ScriptedEngine(std::move(script)), share_(share), held_(held) {}
  ~Model() override { held_.now -= share_; }

 private:
  const std::uint64_t share_;
  Held& held_;
};

/// Models "a", "b", "c", each of which says its name.
class SeveralModelsTest : public testing::Test {
 protected:
  SeveralModelsTest() {
    options_.program = 50;
    options_.on_change = [this](const FleetChange& change) {
      const std::lock_guard lock(mutex_);
      changes_.push_back(change.model + " " + std::string(model_state_name(change.state)));
      if (change.error) errors_.push_back(change.error->message);
      changed_.notify_all();
    };
  }

  void start(const std::vector<std::uint64_t>& shares, std::uint64_t room) {
    options_.limit = room + options_.program;
    std::vector<FleetModel> models;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      ModelInfo info = test::scripted_model();
      info.name = std::string(1, static_cast<char>('a' + i));
      scripts_.push_back({info, {test::says(info.name), test::finishes(1)}, nullptr, {}, {}, nullptr});
      scripts_.back().preview.prompt = info.name;
      loads_.push_back(0);
      models.push_back({info, shares[i], [this, i, share = shares[i]](const LoadObserver& observer) {
                          return load(i, share, observer);
                        }});
    }
    fleet_ = std::make_unique<Fleet>(std::move(models), options_);
  }

  Result<std::unique_ptr<Engine>> load(std::size_t model, std::uint64_t share, const LoadObserver& observer) {
    test::Script script;
    {
      const std::lock_guard lock(mutex_);
      ++loads_[model];
      script = scripts_[model];
    }
    held_.add(share);  // memory is taken while it loads
    if (on_load) {
      if (std::optional<Error> error = on_load(model, observer)) {
        held_.now -= share;
        return *error;
      }
    }
    return std::unique_ptr<Engine>(std::make_unique<Model>(script, share, held_));
  }

  void script(std::size_t model, std::vector<test::ScriptStep> steps) {
    const std::lock_guard lock(mutex_);
    scripts_[model].steps = std::move(steps);
  }
  int loads(std::size_t model) {
    const std::lock_guard lock(mutex_);
    return loads_[model];
  }
  void wait_for(const std::string& change, std::ptrdiff_t times = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return std::count(changes_.begin(), changes_.end(), change) >= times; });
  }
  std::string ask(std::size_t model) {
    Answer answer;
    const Result<RequestId> id = fleet_->at(model).submit({}, answer.sink());
    if (!id) return id.error().text();
    answer.wait();
    return answer.last<Finished>() ? answer.text() : answer.last<Failed>()->error.text();
  }

  FleetOptions options_;
  Held held_;
  std::function<std::optional<Error>(std::size_t, const LoadObserver&)> on_load;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> changes_;
  std::vector<std::string> errors_;
  std::vector<test::Script> scripts_;
  std::vector<int> loads_;
  std::unique_ptr<Fleet> fleet_;  ///< ends first
};

}  // namespace fovea::several
