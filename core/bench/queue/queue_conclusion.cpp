#include "core/bench/queue/measured_speed.h"
#include "core/bench/queue/queue_check.h"
#include "core/bench/queue/queue_labels.h"
#include "core/bench/report/figure_text.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace fovea::bench {
namespace {

constexpr int kDraws = 200;  ///< simulations of one load, each with its own lengths of answers

std::string percent_text(double share) {
  return decimal_text(100.0 * share, 1) + " %";
}

/// Seconds.
struct Latency {
  double mean = 0.0;
  double median = 0.0;
  double p99 = 0.0;
};

/// One load of one round.
struct Held {
  std::string label;
  int round = 1;
  double rate = 0.0;  ///< a second, as they came
  std::int64_t requests = 0;
  Latency measured;
  Latency simulated;
  std::optional<double> moved;  ///< of memory's speed, as a share; nothing: not measured

  double mean_off() const { return simulated.mean / measured.mean - 1.0; }
  double p99_off() const { return simulated.p99 / measured.p99 - 1.0; }
  double off() const { return std::max(std::abs(mean_off()), std::abs(p99_off())); }
  bool still() const { return moved && *moved < kQueueMoved; }
};

/// The round's two values of that group, if it has them.
void add_limits(const GroupRecord& group, int round, std::vector<double>& out) {
  for (const RunFigure& figure : group.sampled) {
    const auto at = 2 * static_cast<std::size_t>(round - 1);
    if (figure.name != kReadLimit || figure.values.size() < at + 2) continue;
    out.insert(out.end(), {figure.values[at], figure.values[at + 1]});
  }
}

std::optional<double> moved_by(const RunRecord& record, const GroupRecord& load, int round) {
  std::vector<double> limits;
  add_limits(load, round, limits);
  if (limits.empty()) return std::nullopt;
  for (const GroupRecord& group : record.groups) {
    if (!is_random_load(group.label)) add_limits(group, round, limits);
  }
  const auto [low, high] = std::minmax_element(limits.begin(), limits.end());
  return *high / *low - 1.0;
}

Latency latency_of(std::vector<double> seconds) {
  const Summary summary = summarize(std::move(seconds));
  return {summary.mean, summary.median, summary.p99};
}

/// The mean of many simulations at the same moments.
std::optional<Latency> simulated(const cost::Measurement& speed, std::vector<double> arrivals) {
  cost::QueueModel model;
  model.curve = speed.curve;
  model.spread = speed.spread;
  model.arrivals = std::move(arrivals);
  Latency out;
  for (int draw = 1; draw <= kDraws; ++draw) {
    model.seed = static_cast<std::uint64_t>(draw);
    const Result<cost::QueueResult> result = cost::simulate(model);
    if (!result) return std::nullopt;
    out.mean += result->mean / kDraws;
    out.median += result->median / kDraws;
    out.p99 += result->p99 / kDraws;
  }
  return out;
}

std::optional<Held> held(const RunRecord& record, const GroupRecord& group, int round) {
  const std::string part = group.label + ", round " + std::to_string(round);
  // Of a load that was cut those are missing that took longest.
  if (std::find(record.parts.begin(), record.parts.end(), part) == record.parts.end()) return std::nullopt;
  Held out{group.label, round, 0.0, 0, {}, {}, moved_by(record, group, round)};
  std::vector<double> arrivals;
  std::vector<double> seconds;
  for (const RequestRecord& request : record.requests) {
    if (request.group != group.label || request.run != round) continue;
    if (request.failed()) return std::nullopt;  // what is refused waits nowhere
    arrivals.push_back(request.sent_seconds);
    seconds.push_back(request.e2el());
  }
  const Result<cost::Measurement> speed = measured_speed(record, round);
  if (!speed || arrivals.size() < 2) return std::nullopt;
  std::sort(arrivals.begin(), arrivals.end());
  const double begin = arrivals.front();
  for (double& arrival : arrivals) arrival -= begin;
  out.requests = std::ssize(arrivals);
  out.rate = static_cast<double>(out.requests - 1) / std::max(arrivals.back(), 1e-9);
  out.measured = latency_of(std::move(seconds));
  const std::optional<Latency> came = simulated(*speed, std::move(arrivals));
  if (!came) return std::nullopt;
  out.simulated = *came;
  return out;
}

std::string verdict_of(const Held& one) {
  if (!one.moved) return "memory's speed not measured";
  if (!one.still()) return "the machine moved";
  return one.off() <= kQueueClose ? "holds" : "does not hold";
}

ReportTable loads_table(const std::vector<Held>& all) {
  ReportTable table{"The simulation against what was measured",
                    "Seconds from submission to last token. The simulation has the requests come when they "
                    "came, on a machine as fast as the bursts of its round; mean of " +
                        std::to_string(kDraws) + " simulations. It holds where mean and p99 are within " +
                        decimal_text(100.0 * kQueueClose, 0) +
                        " %. Memory moved: largest over smallest speed of reading memory at the bursts and "
                        "around the load, less 1.",
                    {"load", "round", "requests/s", "requests", "mean", "simulated", "off", "median",
                     "simulated", "p99", "simulated", "off", "memory moved", "verdict"},
                    {}};
  for (const Held& one : all) {
    table.rows.push_back(
        {one.label, std::to_string(one.round), figure_text(one.rate), std::to_string(one.requests),
         figure_text(one.measured.mean), figure_text(one.simulated.mean), change_text(one.mean_off()),
         figure_text(one.measured.median), figure_text(one.simulated.median), figure_text(one.measured.p99),
         figure_text(one.simulated.p99), change_text(one.p99_off()),
         one.moved ? percent_text(*one.moved) : "-", verdict_of(one)});
  }
  return table;
}

ReportTable machine_table(const RunRecord& record, int rounds) {
  ReportTable table{
      "What the simulation knows of the machine",
      "From bursts of requests asked at the same moment. Prompt: seconds for one beside the others' answers, "
      "longer by the same for each of them. Writing: from the first to the last token while no prompt is "
      "read. "
      "Meanwhile: how fast answers are written while a prompt is read, over that.",
      {"round", "at once", "seconds", "prompt", "writing", "meanwhile", "answers/s at most"},
      {}};
  for (int round = 1; round <= rounds; ++round) {
    const Result<cost::Measurement> speed = measured_speed(record, round);
    if (!speed) continue;
    for (const cost::ServicePoint& point : speed->curve) {
      const bool apart = point.prompt > 0.0;
      table.rows.push_back({std::to_string(round), std::to_string(point.at_once), figure_text(point.seconds),
                            apart ? figure_text(point.prompt) : "-", apart ? figure_text(point.writing) : "-",
                            apart && point.at_once > 1 ? percent_text(point.meanwhile) : "-",
                            figure_text(cost::machine_capacity({point}))});
    }
  }
  return table;
}

std::string finding_of(const std::vector<Held>& all) {
  int still = 0;
  int holds = 0;
  double mean = 0.0;
  double p99 = 0.0;
  for (const Held& one : all) {
    if (!one.still()) continue;
    ++still;
    holds += one.off() <= kQueueClose ? 1 : 0;
    mean = std::max(mean, std::abs(one.mean_off()));
    p99 = std::max(p99, std::abs(one.p99_off()));
  }
  if (still == 0)
    return "Memory's speed moved by " + decimal_text(100.0 * kQueueMoved, 0) +
           " % or more during every load, or was not measured: the simulation was not checked.";
  return "The simulation is within " + decimal_text(100.0 * kQueueClose, 0) + " % of " +
         std::to_string(holds) + " of " + std::to_string(still) +
         " loads during which the machine kept still (memory's speed moved by less than " +
         decimal_text(100.0 * kQueueMoved, 0) + " %); furthest off are a mean by " + percent_text(mean) +
         " and a p99 by " + percent_text(p99) + ".";
}

}  // namespace

void conclude_queue(RunRecord& record) {
  record.tables.clear();
  record.findings.clear();
  int rounds = 0;
  for (const RequestRecord& request : record.requests) rounds = std::max(rounds, request.run);
  std::vector<Held> all;
  for (int round = 1; round <= rounds; ++round) {
    for (const GroupRecord& group : record.groups) {
      if (!is_random_load(group.label)) continue;
      if (std::optional<Held> one = held(record, group, round)) all.push_back(std::move(*one));
    }
  }
  if (all.empty()) {
    record.findings.emplace_back("No load was measured to its end: there is nothing to compare.");
    return;
  }
  record.tables.push_back(loads_table(all));
  record.tables.push_back(machine_table(record, rounds));
  record.findings.push_back(finding_of(all));
}

}  // namespace fovea::bench
