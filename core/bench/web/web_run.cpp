#include "core/bench/web/web_run.h"

#include "core/api/names.h"
#include "core/bench/units.h"
#include "core/bench/web/web_labels.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace fovea::bench {
namespace {

RequestRecord record_of(PathAnswer& answer, const std::string& group, int run, double sent, double ended) {
  RequestRecord record;
  record.group = group;
  record.run = run;
  record.sent_seconds = sent;
  record.ended_seconds = ended;
  record.metrics = std::move(answer.metrics);
  record.answer = std::move(answer.text);
  if (answer.error) {
    record.error_code = error_code_name(answer.error->code);
    record.error = answer.error->text();
  }
  return record;
}

/// What only a path knows of an answer that came.
std::vector<RunFigure> path_figures(const PathAnswer& answer) {
  std::vector<RunFigure> out;
  const auto add = [&](const char* name, const char* unit, const char* formula, double value) {
    out.push_back({name, unit, formula, Better::kLower, {value}});
  };
  add("ttft_answer_parse_ms", "ms", "first text read - first token in the engine",
      kMilliseconds * answer.first_answer_parse);
  if (answer.first_paint > 0.0)
    add("ttft_paint_ms", "ms", "first text on the screen - first text read",
        kMilliseconds * answer.first_paint);
  if (answer.request_bytes > 0.0) add("request_bytes", "bytes", "size of the body", answer.request_bytes);
  if (answer.base64_seconds >= 0.0)
    add("base64_ms", "ms", "making Base64 of the pictures", kMilliseconds * answer.base64_seconds);
  if (answer.chosen_seconds >= 0.0)
    add("chosen_ms", "ms", "pictures shown below the question - files chosen; before the click",
        kMilliseconds * answer.chosen_seconds);
  return out;
}

/// Lets several threads put what they have into one recorder.
class Shared {
 public:
  explicit Shared(RunRecorder& recorder) : recorder_(recorder) {}

  void add(PathAnswer answer, const std::string& group, int run, double sent) {
    const std::vector<RunFigure> figures = answer.error ? std::vector<RunFigure>() : path_figures(answer);
    const std::lock_guard lock(mutex_);
    recorder_.add(record_of(answer, group, run, sent, recorder_.now()));
    recorder_.add_sampled(group, figures);
    ++done_;
    changed_.notify_all();
  }
  /// Blocks until `all` are done or none runs; says about ten times a second how many are.
  void wait(std::int64_t all, const std::function<void(std::int64_t)>& tell) {
    std::unique_lock lock(mutex_);
    while (done_ < all && running_ > 0) {
      changed_.wait_for(lock, std::chrono::milliseconds(100));
      tell(done_);
    }
  }
  void begins() {
    const std::lock_guard lock(mutex_);
    ++running_;
  }
  void ends() {
    const std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_all();
  }

 private:
  RunRecorder& recorder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t done_ = 0;
  int running_ = 0;
};

}  // namespace

std::vector<WebTurn> interleaved(int rounds, std::size_t tasks, std::size_t paths) {
  std::vector<WebTurn> turns;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t task = 0; task < tasks; ++task) {
      for (std::size_t i = 0; i < paths; ++i)
        turns.push_back({round, task, (i + task + static_cast<std::size_t>(round)) % paths});
    }
  }
  return turns;
}

void run_web_paths(const WebPlan& plan, const std::vector<AskPath*>& paths, ResourceMeter& meter,
                   RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped) {
  for (const WebTask& task : plan.tasks) {
    for (const AskPath* path : paths) recorder.record().group(web_label(task.name, path->name()));
  }
  recorder.save();
  const int rounds = plan.warm_up + plan.runs;
  const std::vector<WebTurn> turns = interleaved(rounds, plan.tasks.size(), paths.size());
  const std::size_t each = plan.tasks.size() * paths.size();
  const double begin = recorder.now();
  std::int64_t done = 0;
  std::int64_t skipped = 0;
  const auto ask = [&](const WebTurn& turn) {
    const WebTask& task = plan.tasks[turn.task];
    AskPath& path = *paths[turn.path];
    const std::string group = web_label(task.name, path.name());
    if (observer) {
      const double one = done > 0 ? (recorder.now() - begin) / static_cast<double>(done) : -1.0;
      const std::int64_t all = std::ssize(turns);
      const std::int64_t left = all - done - skipped;
      observer({"round " + std::to_string(turn.round + 1) + ", " + group, done + skipped, all,
                done > 0 ? one * static_cast<double>(left) : -1.0});
    }
    meter.begin();
    const double sent = recorder.now();
    PathAnswer answer = path.ask(task);
    const double ended = recorder.now();
    ++done;
    if (turn.round < plan.warm_up || (stopped && stopped())) return;
    if (!answer.error) {
      recorder.add_sampled(group, meter.figures(path.name()));
      recorder.add_sampled(group, path_figures(answer));
    }
    recorder.add(record_of(answer, group, turn.round - plan.warm_up + 1, sent, ended));
  };
  for (int round = 0; round < rounds; ++round) {
    const bool counts = round >= plan.warm_up;
    const std::string part = "round " + std::to_string(round - plan.warm_up + 1);
    if (counts && !recorder.begin_part(part)) {
      skipped += static_cast<std::int64_t>(each);
      continue;
    }
    for (std::size_t i = 0; i < each; ++i) {
      if (stopped && stopped()) return;
      ask(turns[static_cast<std::size_t>(round) * each + i]);
    }
    if (counts && !(stopped && stopped())) recorder.end_part(part);
  }
}

Result<void> run_askers(const WebPlan& plan, int askers, const std::string& path_name, const PathMaker& make,
                        ResourceMeter& meter, RunRecorder& recorder, const RunObserver& observer,
                        const Stopped& stopped) {
  const std::string group = at_once_label(askers, path_name);
  if (!recorder.begin_part(group)) return {};
  std::vector<std::unique_ptr<AskPath>> paths;
  const auto stop = [&] { return stopped && stopped(); };
  for (int i = 0; i < askers && !stop(); ++i) {
    if (observer) observer({"making ready " + std::to_string(askers) + " askers", i, 0, -1.0});
    Result<std::unique_ptr<AskPath>> path = make();
    if (!path) return path.error();
    (*path)->ask(plan.tasks.front());
    paths.push_back(std::move(*path));
  }
  if (stop()) return {};
  recorder.record().group(group, askers);
  Shared shared(recorder);
  const std::size_t tasks = plan.tasks.size();
  const std::int64_t all = std::int64_t{askers} * plan.runs * static_cast<std::int64_t>(tasks);
  const double begin = recorder.now();
  meter.begin();
  std::vector<std::thread> threads;
  for (std::size_t asker = 0; asker < paths.size(); ++asker) {
    shared.begins();
    threads.emplace_back([&, asker] {
      for (int run = 0; run < plan.runs; ++run) {
        for (std::size_t i = 0; i < tasks && !stop(); ++i) {
          const double sent = recorder.now();
          PathAnswer answer = paths[asker]->ask(plan.tasks[(asker + i) % tasks]);
          if (!stop()) shared.add(std::move(answer), group, run + 1, sent);
        }
      }
      shared.ends();
    });
  }
  shared.wait(all, [&](std::int64_t done) {
    if (!observer) return;
    const double one = done > 0 ? (recorder.now() - begin) / static_cast<double>(done) : -1.0;
    observer({group, done, all, done > 0 ? one * static_cast<double>(all - done) : -1.0});
  });
  for (std::thread& thread : threads) thread.join();
  recorder.add_sampled(group, meter.figures(path_name));
  if (!stop()) recorder.end_part(group);
  return {};
}

}  // namespace fovea::bench
