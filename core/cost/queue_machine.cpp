#include "core/cost/queue_machine.h"

#include <algorithm>

namespace fovea::cost {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

QueueMachine::Speeds::Speeds(const std::vector<ServicePoint>& points) {
  prompts_apart_ =
      std::all_of(points.begin(), points.end(), [](const ServicePoint& point) { return point.prompt > 0.0; });
  const auto places = static_cast<std::size_t>(points.back().at_once);
  for (std::size_t answers = 0; answers <= places; ++answers) {
    const ServicePoint point = service_at(points, static_cast<double>(std::max<std::size_t>(answers, 1)));
    const ServicePoint beside = service_at(points, static_cast<double>(answers + 1));
    prompt_.push_back(prompts_apart_ ? 1.0 / beside.prompt : 0.0);
    // An answer of one token is written when its prompt is read.
    writing_.push_back(prompts_apart_ ? 1.0 / std::max(point.writing, 1e-9) : 1.0 / point.seconds);
    meanwhile_.push_back(beside.meanwhile);
  }
}

double QueueMachine::writing_speed() const {
  const double speed = speeds_->writing_[answers_.size()];
  return reads() ? speed * speeds_->meanwhile_[answers_.size()] : speed;
}

double QueueMachine::prompt_end() const {
  return reads() ? seen_ + prompts_.front().prompt / prompt_speed() : kInfinity;
}

double QueueMachine::answer_end() const {
  const double speed = writing_speed();
  if (answers_.empty() || !(speed > 0.0)) return kInfinity;
  return seen_ + std::max(answers_.top().first - progress_, 0.0) / speed;
}

double QueueMachine::next_end() const {
  return std::min(prompt_end(), answer_end());
}

void QueueMachine::advance(double now) {
  const double seconds = now - seen_;
  progress_ += seconds * writing_speed();
  held_ += seconds * static_cast<double>(size());
  if (reads()) prompts_.front().prompt = std::max(0.0, prompts_.front().prompt - seconds * prompt_speed());
  seen_ = now;
}

void QueueMachine::take(double now, const Work& work) {
  advance(now);
  if (speeds_->prompts_apart_) {
    prompts_.push_back(work);
  } else {
    answers_.emplace(progress_ + work.writing, work.question);
  }
}

std::size_t QueueMachine::end(double now) {
  const bool prompt = prompt_end() <= answer_end();
  advance(now);
  if (prompt) {
    const Work read = prompts_.front();
    prompts_.pop_front();
    answers_.emplace(progress_ + read.writing, read.question);
    return kNone;
  }
  const std::size_t question = answers_.top().second;
  progress_ = std::max(progress_, answers_.top().first);
  answers_.pop();
  return question;
}

}  // namespace fovea::cost
