#include "core/cost/queue_simulation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <limits>
#include <queue>
#include <set>
#include <utility>

namespace fovea::cost {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers with every compiler, which <random>'s distributions
/// do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// In (0, 1].
  double uniform() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    return (static_cast<double>(z >> 11U) + 1.0) * 0x1p-53;
  }
  double exponential() { return -std::log(uniform()); }
  double normal() {  // Box and Muller
    constexpr double kTwoPi = 6.283185307179586;
    const double radius = std::sqrt(2.0 * exponential());
    return radius * std::cos(kTwoPi * uniform());
  }

 private:
  std::uint64_t state_;
};

struct Question {
  double arrived = 0.0;
  double began = 0.0;
  double work = 1.0;
};

/// One machine: answers at once progress alike, so each is known by the machine's progress at which it ends.
struct Machine {
  using Ending = std::pair<double, std::size_t>;  // progress, question
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> answers;
  double progress = 0.0;  // work done for each answer since the beginning
  double seen = 0.0;      // when that was
  std::uint64_t version = 0;
};

struct Event {
  double at = 0.0;
  int machine = 0;
  std::uint64_t version = 0;
  bool operator>(const Event& other) const { return at > other.at; }
};

double percentile(const std::vector<double>& ascending, double q) {
  const double rank = q * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] + (rank - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

class Simulation {
 public:
  explicit Simulation(const QueueModel& model)
      : model_(model),
        random_(model.seed),
        places_(static_cast<std::size_t>(model.curve.back().at_once)),
        machines_(static_cast<std::size_t>(model.machines)) {
    for (std::size_t at_once = 0; at_once <= places_; ++at_once) {
      speed_.push_back(1.0 /
                       service_seconds(model.curve, static_cast<double>(std::max<std::size_t>(at_once, 1))));
    }
    for (int i = 0; i < model.machines; ++i) by_load_.insert({0, i});
  }

  QueueResult run() {
    double arrival = random_.exponential() / model_.rate;
    const auto total = static_cast<std::size_t>(model_.samples);
    while (done_ < total) {
      drop_stale();
      if (questions_.size() < total && (events_.empty() || arrival <= events_.top().at)) {
        arrive(arrival);
        arrival += random_.exponential() / model_.rate;
      } else {
        finish(events_.top());
      }
    }
    return result();
  }

 private:
  double drawn_work() {
    double work = 1.0;
    if (model_.exponential) {
      work = random_.exponential();
    } else if (!model_.spread.empty()) {
      const double at = random_.uniform() * static_cast<double>(model_.spread.size());
      work = model_.spread[std::min(static_cast<std::size_t>(at), model_.spread.size() - 1)];
    }
    if (model_.deviation > 0.0) {
      const double variance = std::log(1.0 + model_.deviation * model_.deviation);
      work *= std::exp(std::sqrt(variance) * random_.normal() - 0.5 * variance);
    }
    return work;
  }

  void drop_stale() {
    while (!events_.empty() &&
           events_.top().version != machines_[static_cast<std::size_t>(events_.top().machine)].version)
      events_.pop();
  }

  void arrive(double now) {
    questions_.push_back({now, now, drawn_work()});
    const std::size_t question = questions_.size() - 1;
    const auto [load, machine] = *by_load_.begin();
    if (load < places_) {
      begin(machine, question, now);
    } else {
      waiting_.push_back(question);
    }
  }

  void advance(Machine& machine, double now) {
    machine.progress += (now - machine.seen) * speed_[machine.answers.size()];
    held_ += (now - machine.seen) * static_cast<double>(machine.answers.size());
    machine.seen = now;
  }

  void begin(int index, std::size_t question, double now) {
    Machine& machine = machines_[static_cast<std::size_t>(index)];
    advance(machine, now);
    questions_[question].began = now;
    by_load_.erase({machine.answers.size(), index});
    machine.answers.emplace(machine.progress + questions_[question].work, question);
    by_load_.insert({machine.answers.size(), index});
    foresee(index);
  }

  void foresee(int index) {
    Machine& machine = machines_[static_cast<std::size_t>(index)];
    ++machine.version;
    if (machine.answers.empty()) return;
    const double left = std::max(machine.answers.top().first - machine.progress, 0.0);
    events_.push({machine.seen + left / speed_[machine.answers.size()], index, machine.version});
  }

  void finish(const Event event) {
    events_.pop();
    Machine& machine = machines_[static_cast<std::size_t>(event.machine)];
    advance(machine, event.at);
    const std::size_t question = machine.answers.top().second;
    machine.progress = std::max(machine.progress, machine.answers.top().first);
    by_load_.erase({machine.answers.size(), event.machine});
    machine.answers.pop();
    by_load_.insert({machine.answers.size(), event.machine});
    ++done_;
    end_ = event.at;
    if (question >= static_cast<std::size_t>(model_.samples) / 10) {
      times_.push_back(event.at - questions_[question].arrived);
      const double wait = questions_[question].began - questions_[question].arrived;
      waits_ += wait;
      waited_ += wait > 0.0 ? 1 : 0;
    }
    if (!waiting_.empty()) {
      const std::size_t next = waiting_.front();
      waiting_.pop_front();
      begin(event.machine, next, event.at);
    } else {
      foresee(event.machine);
    }
  }

  QueueResult result() {
    std::sort(times_.begin(), times_.end());
    const auto count = static_cast<double>(times_.size());
    QueueResult out;
    out.mean_wait = waits_ / count;
    out.waited_share = static_cast<double>(waited_) / count;
    for (const double time : times_) out.mean += time / count;
    out.median = percentile(times_, 0.5);
    out.p90 = percentile(times_, 0.9);
    out.p99 = percentile(times_, 0.99);
    out.busy = held_ / (end_ * static_cast<double>(places_) * static_cast<double>(machines_.size()));
    return out;
  }

  const QueueModel& model_;
  Random random_;
  std::size_t places_;
  std::vector<double> speed_;  // work a second of each answer, by answers at once
  std::vector<Machine> machines_;
  std::set<std::pair<std::size_t, int>> by_load_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<Question> questions_;
  std::deque<std::size_t> waiting_;
  std::vector<double> times_;
  double waits_ = 0.0;
  std::int64_t waited_ = 0;
  std::size_t done_ = 0;
  double held_ = 0.0;  // answers times seconds
  double end_ = 0.0;
};

std::string seconds_text(double seconds) {
  std::array<char, 40> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::general, 3).ptr;
  return {text.data(), end};
}

Error wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message), {}, "rate"};
}

Result<void> check(const QueueModel& model) {
  if (!(model.rate > 0.0) || !std::isfinite(model.rate)) return wrong("A queue needs a rate above 0.");
  if (model.machines < 1 || model.samples < 100) return wrong("A queue needs a machine and 100 samples.");
  int before = 0;
  for (const ServicePoint& point : model.curve) {
    if (point.at_once <= before || !(point.seconds > 0.0) || !std::isfinite(point.seconds))
      return wrong("The measured times must be above 0, at more and more answers at once.");
    before = point.at_once;
  }
  if (before == 0) return wrong("No measured time of an answer is known.");
  for (const double factor : model.spread) {
    if (!(factor > 0.0) || !std::isfinite(factor)) return wrong("The measured times must be above 0.");
  }
  return {};
}

}  // namespace

double service_seconds(const std::vector<ServicePoint>& points, double at_once) {
  if (at_once <= points.front().at_once) return points.front().seconds;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (at_once > points[i].at_once) continue;
    const ServicePoint& low = points[i - 1];
    const double part = (at_once - low.at_once) / (points[i].at_once - low.at_once);
    return low.seconds + part * (points[i].seconds - low.seconds);
  }
  return points.back().seconds;
}

double machine_capacity(const std::vector<ServicePoint>& curve) {
  double best = 0.0;
  for (const ServicePoint& point : curve) best = std::max(best, point.at_once / point.seconds);
  return best;
}

Result<QueueResult> simulate(const QueueModel& model) {
  if (Result<void> fine = check(model); !fine) return fine.error();
  return Simulation(model).run();
}

Result<MachinesNeeded> machines_needed(QueueModel model, double limit, int most) {
  // Fewer cannot keep up; simulating them would only show how long the run is.
  model.machines = 1;
  if (Result<void> fine = check(model); !fine) return fine.error();
  const double least = model.rate / machine_capacity(model.curve);
  if (!(least < most)) {
    return Error{
        ErrorCode::kTooLarge, "More than " + std::to_string(most) + " machines would be needed.", {}, "rate"};
  }
  const auto fits = [&](int machines) -> Result<QueueResult> {
    model.machines = machines;
    return simulate(model);
  };
  // The same answers, so far apart that none meets another: what no number of machines makes faster.
  QueueModel apart = model;
  apart.rate = 1e-6 / service_seconds(model.curve, 1.0);
  apart.machines = 1;
  const Result<QueueResult> alone = simulate(apart);
  if (!alone) return alone.error();
  if (alone->p99 > limit) {
    return Error{
        ErrorCode::kUnsupported,
        "No number of machines keeps to that p99: without any waiting, 99 of 100 answers take up to " +
            seconds_text(alone->p99) + " s already.",
        "Ask for shorter answers, a faster model or a later p99.", "p99-seconds"};
  }
  int low = static_cast<int>(std::floor(least));  // does not do
  int high = low + 1;
  Result<QueueResult> found = fits(high);
  while (found && found->p99 > limit) {
    if (high >= most) {
      return Error{ErrorCode::kTooLarge, "Not even " + std::to_string(most) + " machines keep to that p99.",
                   "An answer with a machine to itself takes too long, or too few machines are allowed.",
                   "p99-seconds"};
    }
    low = high;
    high = std::min(most, high + std::max(1, high / 2));
    found = fits(high);
  }
  if (!found) return found.error();
  MachinesNeeded best{high, *found};
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    found = fits(middle);
    if (!found) return found.error();
    if (found->p99 <= limit) {
      high = middle;
      best = {middle, *found};
    } else {
      low = middle;
    }
  }
  return best;
}

}  // namespace fovea::cost
