#include "core/cost/capacity.h"

#include <algorithm>
#include <cmath>

namespace fovea::cost {
namespace {

using I = CostInputs;
constexpr double kSecondsPerDay = 86'400.0;
constexpr const char* kQueueNote =
    "Simulated: questions at random moments (Poisson), one queue, each to the machine with the fewest "
    "answers, which reads prompts one after the other and writes several answers at once, each as much "
    "slower as measured.";

QueueModel model_of(const CostInputs& inputs, const std::vector<ServicePoint>& curve,
                    const std::vector<double>& spread) {
  QueueModel model;
  model.curve = curve;
  model.spread = spread;
  model.deviation = number_of(inputs, &I::answer_spread);
  model.samples = static_cast<std::int64_t>(number_of(inputs, &I::samples));
  model.seed = static_cast<std::uint64_t>(number_of(inputs, &I::seed));
  return model;
}

bool known(const CostInputs& inputs, const std::vector<ServicePoint>& curve, Section& section) {
  if (curve.empty()) {
    section.notes.emplace_back("How many machines it takes needs a throughput and answer-tokens.");
  } else if (!inputs.p99_seconds) {
    section.notes.emplace_back(
        "How many machines it takes needs p99-seconds, what 99 of 100 answers may take.");
  }
  return !curve.empty() && inputs.p99_seconds;
}

void add_queue(const QueueResult& result, Section& section) {
  section.lines.push_back({"waited", 100.0 * result.waited_share, "%", "simulated: questions that waited"});
  section.lines.push_back({"mean_wait", result.mean_wait, "s", "simulated"});
  section.lines.push_back({"median", result.median, "s", "simulated, wait and answer"});
  section.lines.push_back({"p99", result.p99, "s", "simulated, wait and answer"});
  section.lines.push_back(
      {"places_taken", 100.0 * result.busy, "%", "simulated: answers at once / most at once, mean"});
}

/// Machines for a rate that may be any: by groups of kLargestCell at most.
Result<double> machines_for(QueueModel model, double rate, double limit) {
  const double capacity = machine_capacity(model.curve);
  // A group at four fifths of what its machines could do at most has room to keep the p99 in.
  const double cell_rate = std::min(rate, 0.8 * kLargestCell * capacity);
  model.rate = cell_rate;
  const Result<MachinesNeeded> cell = machines_needed(model, limit, 4 * kLargestCell);
  if (!cell) return cell.error();
  return std::ceil(rate / cell_rate) * cell->machines;
}

}  // namespace

Section machines_section(const CostInputs& inputs, Basis basis, const std::vector<ServicePoint>& curve,
                         const std::vector<double>& spread) {
  Section section{"machines", "How many machines", {}, {}};
  if (!inputs.rate || !known(inputs, curve, section)) return section;
  QueueModel model = model_of(inputs, curve, spread);
  model.rate = *inputs.rate;
  const Result<MachinesNeeded> needed = machines_needed(model, *inputs.p99_seconds, kMostMachines);
  if (!needed) {
    section.notes.push_back(needed.error().text());
    return section;
  }
  const double hour = hourly_cost(inputs, basis).load();
  section.lines.push_back({"machines", static_cast<double>(needed->machines), "machines",
                           "the fewest whose simulated p99 is at most p99-seconds"});
  section.lines.push_back(
      {"machines_by_throughput_alone", std::ceil(*inputs.rate / machine_capacity(curve)), "machines",
       "rate / answers a second of a machine that is never idle, rounded up: with no bound on waiting"});
  add_queue(needed->result, section);
  section.lines.push_back({"fleet_per_hour", needed->machines * hour, "money/h", "machines * load_per_hour"});
  section.lines.push_back({"fleet_cost_per_answer", needed->machines * hour / (*inputs.rate * 3600.0),
                           "money", "fleet_per_hour / (rate * 3600)"});
  section.notes.emplace_back(kQueueNote);
  return section;
}

Section plan_section(const CostInputs& inputs, Basis basis, const std::vector<ServicePoint>& curve,
                     const std::vector<double>& spread) {
  Section section{"plan", "A service on paper", {}, {}};
  if (!inputs.users || !known(inputs, curve, section)) return section;
  const double regions = std::ceil(number_of(inputs, &I::regions));
  const double a_day = *inputs.users * number_of(inputs, &I::asks_per_day);
  const double mean = a_day / kSecondsPerDay;
  const double peak = mean * number_of(inputs, &I::peak_factor);
  const Result<double> region =
      machines_for(model_of(inputs, curve, spread), peak / regions, *inputs.p99_seconds);
  if (!region) {
    section.notes.push_back(region.error().text());
    return section;
  }
  const double each = std::ceil(*region * (1.0 + number_of(inputs, &I::spare_share)));
  const double machines = each * regions;
  const HourlyCost hour = hourly_cost(inputs, basis);
  const double days = number_of(inputs, &I::month_days);
  const double busy = std::min(mean / machine_capacity(curve) / machines, 1.0);
  const double month = machines * 24.0 * days * (hour.idle() + busy * hour.power_above_idle);
  const double idle_watts = number_of(inputs, &I::watts_idle);
  const double load_watts = inputs.watts_load.value_or(idle_watts);
  section.lines = {
      {"questions_per_day", a_day, "requests", "users * asks-per-day"},
      {"mean_rate", mean, "requests/s", "questions_per_day / 86400"},
      {"peak_rate", peak, "requests/s", "mean_rate * peak-factor"},
      {"machines_per_region_at_peak", *region, "machines",
       "ceil(peak_rate / regions / rate of a group) * simulated machines of a group"},
      {"machines_per_region", each, "machines",
       "machines_per_region_at_peak * (1 + spare-share), rounded up"},
      {"machines", machines, "machines", "machines_per_region * regions"},
      {"mean_use", 100.0 * busy, "%",
       "mean_rate / answers a second of a machine that is never idle / machines"},
      {"power_at_peak", machines * load_watts / 1e6, "MW", "machines * watts-load / 1000000"},
      {"upload_at_peak", peak * number_of(inputs, &I::picture_kilobytes) * 8.0 / 1e6, "Gbit/s",
       "peak_rate * picture-kilobytes * 8 / 1000000"},
      {"cost_per_month", month, "money",
       "machines * 24 * month-days * (idle_per_hour + mean_use * power_above_idle_per_hour)"},
      {"cost_per_answer", month / (a_day * days), "money",
       "cost_per_month / (questions_per_day * month-days)"},
      {"cost_per_person_a_month", month / *inputs.users, "money", "cost_per_month / users"},
  };
  if (inputs.buy_price) {
    section.lines.push_back({"purchase", machines * *inputs.buy_price, "money", "machines * buy-price"});
  }
  section.notes = {
      "On paper: nothing of this was run. It assumes that",
      "- each region has the same part of the people and its own peak, and helps no other;",
      "- within a region, groups of at most " + std::to_string(kLargestCell) +
          " machines (by throughput at four fifths of it) have a queue each, and questions are spread evenly "
          "over them;",
      ("- every machine is as fast as the one that was measured, and stays on all day; nothing is scaled "
       "down "
       "at night;"),
      "- questions are independent (no prefix or picture is found again) and as long as those measured;",
      ("- the price of a machine does not fall with their number; staff, buildings, cooling, load balancers, "
       "storage of "
       "pictures and traffic beyond network-per-hour cost extra."),
      kQueueNote,
  };
  return section;
}

}  // namespace fovea::cost
