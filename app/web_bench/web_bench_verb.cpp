#include "app/web_bench/web_bench_verb.h"

#include "app/cli/argument_parser.h"
#include "app/cli/bench/bench_values.h"
#include "app/cli/bench/measured_run.h"
#include "app/cli/bench/run_arguments.h"
#include "app/cli/exit_code.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/server/server.h"
#include "app/web_bench/page_path.h"
#include "app/web_bench/path_meter.h"
#include "app/web_bench/rest_path.h"
#include "app/web_bench/tasks_file.h"
#include "core/bench/web/logged_engine.h"
#include "core/bench/web/web_labels.h"
#include "core/bench/web/web_run.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

namespace fovea::web_bench {
namespace {

namespace fs = std::filesystem;

constexpr int kNewTokens = 128;
constexpr int kMostBrowsers = 32;
constexpr int kAtOnceRuns = 2;
constexpr const char* kUsualTasks = "web-vs-api.yaml";
constexpr const char* kUsualBrowsers = "1,4,8";

struct Options {
  std::optional<std::string> tasks;
  std::optional<std::int64_t> runs;
  std::optional<std::int64_t> warm_up;
  std::optional<std::int64_t> new_tokens;
  std::optional<std::string> browsers;
  std::optional<std::string> chromium;
  bool no_page = false;
  cli::ModelOptions model;
  cli::RunOutput output;
};

void declare(cli::ArgumentParser& parser, Options& options) {
  parser.example("fovea bench web-vs-api --out web");
  parser.example("fovea bench web-vs-api --runs 3 --browsers 1,2 --tasks my-tasks.yaml");
  parser.section("What is asked");
  parser.text("--tasks", "FILE", "Tasks in YAML: names, questions, pictures beside it", "five in the box",
              options.tasks);
  parser.integer("--runs", "Of each task over each path", "10", 1, 1000, options.runs);
  parser.integer("--warm-up", "Rounds through everything before them that don't count", "1", 0, 100,
                 options.warm_up);
  parser.integer("--new-tokens", "Tokens of an answer at most", std::to_string(kNewTokens), 1, 100'000,
                 options.new_tokens);
  parser.section("The browser");
  parser.text("--browsers", "N,N,...", "So many at once, each a browser of its own; beside them REST",
              kUsualBrowsers, options.browsers);
  parser.text("--chromium", "FILE", "The browser's program", "chromium on the PATH", options.chromium);
  parser.flag("--no-page", "Leave the page out", options.no_page);
  cli::declare_model_options(parser, options.model, cli::Speculation::kNever);
  cli::declare_run_output(parser, options.output);
  parser.footnote(
      "The same questions over four paths to one engine: asked in this process; over REST with pictures as "
      "files "
      "of a form; over REST with pictures in Base64; on the server's page in a headless Chromium, from the "
      "click to "
      "the painted tokens. The paths take turns. Answers are greedy; caches of pictures, prompts and answers "
      "are "
      "off, so that each question is read anew.");
}

/// The browser that is meant; nothing if the page is left out, with the reason in `why`.
Result<std::optional<fs::path>> browser_of(const Options& options, std::string& why) {
  if (options.no_page) {
    why = "left out on request";
    return std::optional<fs::path>();
  }
  if (options.chromium) {
    std::error_code ignored;
    if (!fs::is_regular_file(*options.chromium, ignored))
      return cli::wrong_argument("There is no file " + *options.chromium + ".", {}, "--chromium");
    return std::optional<fs::path>(*options.chromium);
  }
  const char* path = std::getenv("PATH");
  std::optional<fs::path> found = find_chromium(path == nullptr ? "" : path);
  if (!found) why = "left out: there is no chromium on the PATH (Debian's package is `chromium`)";
  return found;
}

/// Everything between the options and the measurement.
struct Bench {
  bench::WebPlan plan;
  int new_tokens = kNewTokens;
  std::vector<int> askers;
  std::optional<fs::path> chromium;
  std::string page_folder;
};

/// The run's server, on a free port of this machine, and the browsers that are open.
struct Stage {
  bench::LoggedEngine& engine;
  std::string url;
  std::vector<pid_t> browsers;
};

Result<std::unique_ptr<bench::AskPath>> open_page(const Bench& bench, Stage& stage) {
  Result<std::unique_ptr<PagePath>> page = PagePath::open(*bench.chromium, stage.url, stage.engine);
  if (!page) return page.error();
  stage.browsers.push_back((*page)->browser().pid());
  return std::unique_ptr<bench::AskPath>(std::move(*page));
}

/// Every task over every path in turns.
Result<void> measure_paths(cli::Measurement& m, const Bench& bench, Stage& stage, PathMeter& meter) {
  bench::InProcessPath in_process(stage.engine);
  RestPath binary(stage.url, Picture::kBinary, stage.engine);
  RestPath base64(stage.url, Picture::kBase64, stage.engine);
  std::vector<bench::AskPath*> paths = {&in_process, &binary, &base64};
  std::unique_ptr<PagePath> page;
  if (bench.chromium) {
    Result<std::unique_ptr<PagePath>> opened = PagePath::open(*bench.chromium, stage.url, stage.engine);
    if (!opened) return opened.error();
    page = std::move(*opened);
    stage.browsers = {page->browser().pid()};
    paths.push_back(page.get());
    m.recorder.record().settings.emplace_back("browser",
                                              page->browser().version() + ", headless, 1280 x 900" +
                                                  (without_sandbox() ? ", no sandbox (root)" : ""));
  }
  run_web_paths(bench.plan, paths, meter, m.recorder, m.observer, m.stopped);
  stage.browsers.clear();
  return {};
}

/// So many pages at once, and as many who ask over REST.
Result<void> measure_at_once(cli::Measurement& m, const Bench& bench, Stage& stage, PathMeter& meter) {
  bench::WebPlan plan = bench.plan;
  plan.runs = std::min(plan.runs, kAtOnceRuns);
  for (const int askers : bench.askers) {
    if (m.stopped()) return {};
    Result<void> rest = run_askers(
        plan, askers, bench::kRestBase64,
        [&]() -> Result<std::unique_ptr<bench::AskPath>> {
          return std::unique_ptr<bench::AskPath>(
              std::make_unique<RestPath>(stage.url, Picture::kBase64, stage.engine));
        },
        meter, m.recorder, m.observer, m.stopped);
    if (!rest) return rest;
    if (!bench.chromium || m.stopped()) continue;
    Result<void> pages = run_askers(
        plan, askers, bench::kPage, [&] { return open_page(bench, stage); }, meter, m.recorder, m.observer,
        m.stopped);
    stage.browsers.clear();
    if (!pages) return pages;
  }
  return {};
}

Result<void> measure(cli::Measurement& m, const Bench& bench) {
  bench::LoggedEngine engine(m.engine, bench.new_tokens);
  server::ServerOptions options;
  options.port = 0;
  options.page_folder = bench.page_folder;
  options.default_max_tokens = bench.new_tokens;
  const Result<std::unique_ptr<server::Server>> server =
      server::start_server(engine, std::move(options), "{}");
  if (!server) return server.error();
  Stage stage{engine, (*server)->url(), {}};
  PathMeter meter([&stage] { return stage.browsers; });
  if (Result<void> measured = measure_paths(m, bench, stage, meter); !measured) return measured;
  return measure_at_once(m, bench, stage, meter);
}

cli::RunSetup setup_of(const Bench& bench, const std::vector<std::string>& arguments,
                       const std::string& tasks, const std::string& page_left_out) {
  cli::RunSetup setup;
  setup.name = bench::kWebRun;
  setup.arguments = {"bench", "web-vs-api"};
  setup.arguments.insert(setup.arguments.end(), arguments.begin(), arguments.end());
  setup.settings = {
      {"tasks", tasks},
      {"runs", std::to_string(bench.plan.runs) + " of each task over each path, paths in turns"},
      {"warm-up", cli::counted(bench.plan.warm_up, "round") +
                      " through every task and path; several at once: each "
                      "asker has asked once"},
      {"answers", "at most " + cli::counted(bench.new_tokens, "token") + ", greedy, over every path"},
      {"caches", "off"},
      {"server", "in this process, on 127.0.0.1; one connection an asker, kept open"}};
  if (!page_left_out.empty()) setup.settings.emplace_back(bench::kPage, page_left_out);
  return setup;
}

int run(const std::vector<std::string>& arguments, cli::Host& host) {
  Options options;
  cli::ArgumentParser parser("bench web-vs-api",
                             "what the page in a browser takes longer than the API, and where");
  declare(parser, options);
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), cli::kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return cli::kOk;
  }
  if (options.model.server.address) {
    return fail(cli::wrong_argument("All paths have to reach one engine, which is in this process.",
                                    "Leave --server out.", "--server"),
                cli::kWrongArguments, host);
  }
  Bench bench;
  const auto folder = host.resources.folder("bench");
  if (!options.tasks && !folder)
    return fail(
        {ErrorCode::kNotFound, "The tasks in the box are missing.", "Name a file with --tasks.", "--tasks"},
        cli::kUnreadableMedia, host);
  const fs::path file = options.tasks ? fs::path(*options.tasks) : *folder / kUsualTasks;
  Result<std::vector<bench::WebTask>> tasks = read_tasks(file);
  if (!tasks) return fail(tasks.error(), cli::exit_code_of_input(tasks.error()), host);
  bench.plan.tasks = std::move(*tasks);
  bench.plan.runs = static_cast<int>(options.runs.value_or(bench.plan.runs));
  bench.plan.warm_up = static_cast<int>(options.warm_up.value_or(bench.plan.warm_up));
  bench.new_tokens = static_cast<int>(options.new_tokens.value_or(kNewTokens));
  Result<std::vector<int>> askers =
      cli::whole_numbers_of(options.browsers.value_or(kUsualBrowsers), "--browsers", 1, kMostBrowsers);
  if (!askers) return fail(askers.error(), cli::kWrongArguments, host);
  bench.askers = std::move(*askers);
  std::string left_out;
  const Result<std::optional<fs::path>> chromium = browser_of(options, left_out);
  if (!chromium) return fail(chromium.error(), cli::kWrongArguments, host);
  bench.chromium = *chromium;
  if (const auto page = host.resources.folder("web")) {
    bench.page_folder = page->string();
  } else if (bench.chromium) {
    bench.chromium.reset();
    left_out = "left out: the page's files are missing";
  }
  if (!left_out.empty()) cli::print_note(host.err, "The page is " + left_out + ".");
  options.model.adjust = [](EngineOptions& engine) {
    engine.vision_cache_bytes = 0;
    engine.prefix_cache = false;
    engine.answer_cache_bytes = 0;
  };
  const cli::RunSetup setup =
      setup_of(bench, arguments, options.tasks ? file.string() : "five in the box", left_out);
  return run_measured(setup, options.model, options.output, host,
                      [&](cli::Measurement& m) { return measure(m, bench); });
}

}  // namespace

cli::Verb web_bench_verb() {
  return cli::resumable({"bench web-vs-api",
                         "The page in a browser against the API: first and last token, by stage", false,
                         run});
}

}  // namespace fovea::web_bench
