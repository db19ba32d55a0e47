#include "core/cost/queue_simulation.h"

#include "core/cost/queue_machine.h"
#include "core/cost/random.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <queue>
#include <set>
#include <utility>

namespace fovea::cost {
namespace {

struct Question {
  double arrived = 0.0;
  double began = 0.0;
  QueueMachine::Work work;
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
        speeds_(model.curve),
        total_(model.arrivals.empty() ? static_cast<std::size_t>(model.samples) : model.arrivals.size()),
        left_out_(model.arrivals.empty() ? total_ / 10 : 0),
        machines_(static_cast<std::size_t>(model.machines), QueueMachine(speeds_)),
        versions_(machines_.size(), 0) {
    for (int i = 0; i < model.machines; ++i) by_load_.insert({0, i});
  }

  QueueResult run() {
    double arrival = next_arrival(0.0);
    while (done_ < total_) {
      drop_stale();
      if (questions_.size() < total_ && (events_.empty() || arrival <= events_.top().at)) {
        arrive(arrival);
        arrival = next_arrival(arrival);
      } else {
        finish(events_.top());
      }
    }
    return result();
  }

 private:
  double next_arrival(double before) {
    if (model_.arrivals.empty()) return before + random_.exponential() / model_.rate;
    return questions_.size() < total_ ? model_.arrivals[questions_.size()] : before;
  }

  QueueMachine::Work drawn_work(std::size_t question) {
    QueueMachine::Work work{question, 1.0, 1.0};
    if (model_.exponential) {
      work.writing = random_.exponential();
    } else if (!model_.spread.empty()) {
      const double at = random_.uniform() * static_cast<double>(model_.spread.size());
      work.prompt = work.writing =
          model_.spread[std::min(static_cast<std::size_t>(at), model_.spread.size() - 1)];
    }
    if (model_.deviation > 0.0) {
      const double variance = std::log(1.0 + model_.deviation * model_.deviation);
      work.writing *= std::exp(std::sqrt(variance) * random_.normal() - 0.5 * variance);
    }
    return work;
  }

  void drop_stale() {
    while (!events_.empty() &&
           events_.top().version != versions_[static_cast<std::size_t>(events_.top().machine)])
      events_.pop();
  }

  void arrive(double now) {
    const std::size_t question = questions_.size();
    questions_.push_back({now, now, drawn_work(question)});
    const auto [load, machine] = *by_load_.begin();
    if (load < speeds_.places()) {
      begin(machine, question, now);
    } else {
      waiting_.push_back(question);
    }
  }

  void begin(int index, std::size_t question, double now) {
    QueueMachine& machine = machines_[static_cast<std::size_t>(index)];
    questions_[question].began = now;
    by_load_.erase({machine.size(), index});
    machine.take(now, questions_[question].work);
    by_load_.insert({machine.size(), index});
    foresee(index);
  }

  void foresee(int index) {
    const auto at = static_cast<std::size_t>(index);
    ++versions_[at];
    if (machines_[at].size() > 0) events_.push({machines_[at].next_end(), index, versions_[at]});
  }

  void finish(const Event event) {
    events_.pop();
    QueueMachine& machine = machines_[static_cast<std::size_t>(event.machine)];
    const std::size_t load = machine.size();
    const std::size_t question = machine.end(event.at);
    if (question == QueueMachine::kNone) return foresee(event.machine);
    by_load_.erase({load, event.machine});
    by_load_.insert({machine.size(), event.machine});
    count(question, event.at);
    if (!waiting_.empty()) {
      const std::size_t next = waiting_.front();
      waiting_.pop_front();
      begin(event.machine, next, event.at);
    } else {
      foresee(event.machine);
    }
  }

  void count(std::size_t question, double now) {
    ++done_;
    end_ = now;
    if (question < left_out_) return;
    times_.push_back(now - questions_[question].arrived);
    const double wait = questions_[question].began - questions_[question].arrived;
    waits_ += wait;
    waited_ += wait > 0.0 ? 1 : 0;
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
    double held = 0.0;
    for (const QueueMachine& machine : machines_) held += machine.held();
    out.busy = held / (end_ * static_cast<double>(speeds_.places()) * static_cast<double>(machines_.size()));
    return out;
  }

  const QueueModel& model_;
  Random random_;
  const QueueMachine::Speeds speeds_;
  const std::size_t total_;     // questions
  const std::size_t left_out_;  // of them, while the machines fill
  std::vector<QueueMachine> machines_;
  std::vector<std::uint64_t> versions_;  // of what is foreseen of each machine
  std::set<std::pair<std::size_t, int>> by_load_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<Question> questions_;
  std::deque<std::size_t> waiting_;
  std::vector<double> times_;
  double waits_ = 0.0;
  std::int64_t waited_ = 0;
  std::size_t done_ = 0;
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
  if (model.machines < 1) return wrong("A queue needs a machine.");
  if (model.arrivals.empty()) {
    if (!(model.rate > 0.0) || !std::isfinite(model.rate)) return wrong("A queue needs a rate above 0.");
    if (model.samples < 100) return wrong("A queue needs 100 samples.");
  } else if (!std::is_sorted(model.arrivals.begin(), model.arrivals.end()) || model.arrivals.front() < 0.0) {
    return wrong("Questions come one after the other, from 0 on.");
  }
  int before = 0;
  for (const ServicePoint& point : model.curve) {
    if (point.at_once <= before || !(point.seconds > 0.0) || !std::isfinite(point.seconds))
      return wrong("The measured times must be above 0, at more and more answers at once.");
    if (point.prompt < 0.0 || point.writing < 0.0 || point.meanwhile < 0.0 || point.meanwhile > 1.0)
      return wrong("Times are 0 or more, and answers are at most written as fast as without prompts.");
    before = point.at_once;
  }
  if (before == 0) return wrong("No measured time of an answer is known.");
  for (const double factor : model.spread) {
    if (!(factor > 0.0) || !std::isfinite(factor)) return wrong("The measured times must be above 0.");
  }
  return {};
}

}  // namespace

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
