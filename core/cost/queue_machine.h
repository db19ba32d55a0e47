#pragma once

#include "core/cost/service_point.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

namespace fovea::cost {

/// One simulated machine: reads prompts in the order in which they came, one at a time, and writes the
/// answers whose prompts are read together. Answers at once progress alike, so each is known by the machine's
/// progress at which it ends. Without prompts told apart all of it is writing.
class QueueMachine {
 public:
  /// How fast things go with so many answers at once; shared by all machines.
  class Speeds {
   public:
    explicit Speeds(const std::vector<ServicePoint>& points);
    std::size_t places() const { return writing_.size() - 1; }
    bool prompts_apart() const { return prompts_apart_; }

   private:
    friend class QueueMachine;
    bool prompts_apart_ = false;
    // Each by how many answers are written.
    std::vector<double> prompt_;     // prompts a second
    std::vector<double> writing_;    // answers a second of each
    std::vector<double> meanwhile_;  // of that, while a prompt is read
  };

  /// A question: its number, and its work over the mean's.
  struct Work {
    std::size_t question = 0;
    double prompt = 1.0;
    double writing = 1.0;
  };

  explicit QueueMachine(const Speeds& speeds) : speeds_(&speeds) {}

  std::size_t size() const { return prompts_.size() + answers_.size(); }
  /// Answers times seconds so far.
  double held() const { return held_; }

  /// A question comes in.
  void take(double now, const Work& work);
  /// When something ends next, if nothing comes in; infinity of an idle machine.
  double next_end() const;
  /// Until then, which is next_end(): the question whose answer ended, or kNone where it was a prompt.
  std::size_t end(double now);
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

 private:
  using Ending = std::pair<double, std::size_t>;  // progress, question

  bool reads() const { return !prompts_.empty(); }
  double prompt_speed() const { return speeds_->prompt_[answers_.size()]; }
  double writing_speed() const;
  double prompt_end() const;
  double answer_end() const;
  void advance(double now);

  const Speeds* speeds_;
  std::deque<Work> prompts_;  // the first is being read; its `prompt` is what is left
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> answers_;
  double progress_ = 0.0;  // writing done for each answer since the beginning
  double seen_ = 0.0;      // when that was
  double held_ = 0.0;
};

}  // namespace fovea::cost
