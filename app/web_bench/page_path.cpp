#include "app/web_bench/page_path.h"

#include "app/web_bench/page_observer.h"
#include "core/bench/web/web_labels.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

namespace fovea::web_bench {
namespace {

using nlohmann::json;
using Clock = bench::LoggedEngine::Clock;

constexpr double kLoadSeconds = 60.0;
constexpr double kAnswerSeconds = 600.0;
constexpr double kMilliseconds = 1000.0;

double seconds_of(Clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Error odd(const std::string& what) {
  return {ErrorCode::kModelError, "The page " + what, {}, {}};
}

double number(const json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_number() ? it->get<double>() : 0.0;
}

}  // namespace

Result<std::unique_ptr<PagePath>> PagePath::open(const std::filesystem::path& chromium,
                                                 const std::string& url, bench::LoggedEngine& engine) {
  Result<std::unique_ptr<Chromium>> browser = Chromium::start(chromium);
  if (!browser) return browser.error();
  std::unique_ptr<PagePath> page(new PagePath(std::move(*browser), engine));
  if (Result<void> loaded = page->load(url); !loaded) return loaded.error();
  return page;
}

std::string PagePath::name() const {
  return bench::kPage;
}

Result<void> PagePath::load(const std::string& url) {
  DevTools& devtools = browser_->devtools();
  const Result<json> target = devtools.call("Target.createTarget", {{"url", "about:blank"}});
  if (!target) return target.error();
  const Result<json> attached = devtools.call(
      "Target.attachToTarget", {{"targetId", target->value("targetId", "")}, {"flatten", true}});
  if (!attached) return attached.error();
  session_ = attached->value("sessionId", "");
  for (const char* domain : {"Page.enable", "DOM.enable"}) {
    if (const Result<json> enabled = devtools.call(domain, json::object(), session_); !enabled)
      return enabled.error();
  }
  const Result<json> observer =
      devtools.call("Page.addScriptToEvaluateOnNewDocument", {{"source", kPageObserver}}, session_);
  if (!observer) return observer.error();
  const Result<json> navigated = devtools.call("Page.navigate", {{"url", url}}, session_);
  if (!navigated) return navigated.error();
  if (navigated->contains("errorText"))
    return odd("does not open: " + navigated->value("errorText", "") + ".");
  return devtools.wait_for("Page.loadEventFired", session_, kLoadSeconds);
}

Result<std::int64_t> PagePath::evaluate_later(const std::string& expression) {
  return browser_->devtools().send(
      "Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}},
      session_);
}

Result<json> PagePath::value_of(std::int64_t evaluation, double seconds) {
  const Result<json> answer = browser_->devtools().answer(evaluation, seconds);
  if (!answer) return answer.error();
  if (answer->contains("exceptionDetails")) {
    return odd("is not the one this program serves: " +
               (*answer)["exceptionDetails"].value("/exception/description"_json_pointer, std::string("?")));
  }
  return answer->value("/result/value"_json_pointer, json());
}

Result<json> PagePath::evaluate(const std::string& expression) {
  const Result<std::int64_t> sent = evaluate_later(expression);
  if (!sent) return sent.error();
  return value_of(*sent, kLoadSeconds);
}

Result<double> PagePath::clock_of_page() {
  double shortest = std::numeric_limits<double>::infinity();
  double begin = 0.0;
  constexpr int kLooks = 8;
  for (int i = 0; i < kLooks; ++i) {
    const double before = seconds_of(Clock::now());
    const Result<json> now = evaluate("performance.now()");
    const double after = seconds_of(Clock::now());
    if (!now) return now.error();
    if (!now->is_number()) return odd("tells no time.");
    if (after - before >= shortest) continue;
    shortest = after - before;
    begin = (before + after) / 2.0 - now->get<double>() / kMilliseconds;
  }
  return begin;
}

Result<void> PagePath::click(const std::string& selector) {
  const Result<json> place =
      evaluate("(() => { const box = document.querySelector('" + selector +
               "').getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()");
  if (!place) return place.error();
  if (!place->is_array() || place->size() != 2) return odd("has no " + selector + ".");
  // The press is waited for, the release is not: nothing may stand between it and the question's begin.
  json event = {{"type", "mousePressed"}, {"x", (*place)[0]}, {"y", (*place)[1]},
                {"button", "left"},       {"buttons", 1},     {"clickCount", 1}};
  if (const Result<json> pressed = browser_->devtools().call("Input.dispatchMouseEvent", event, session_);
      !pressed)
    return pressed.error();
  event["type"] = "mouseReleased";
  event["buttons"] = 0;
  const Result<std::int64_t> released =
      browser_->devtools().send("Input.dispatchMouseEvent", std::move(event), session_);
  return released ? Result<void>() : Result<void>(released.error());
}

Result<double> PagePath::choose(const std::vector<std::string>& files) {
  DevTools& devtools = browser_->devtools();
  const Result<std::int64_t> shown =
      evaluate_later("foveaBench.chosen(" + std::to_string(files.size()) + ")");
  if (!shown) return shown.error();
  const Result<json> document = devtools.call("DOM.getDocument", {{"depth", 0}}, session_);
  if (!document) return document.error();
  const Result<json> field = devtools.call(
      "DOM.querySelector",
      {{"nodeId", document->value("/root/nodeId"_json_pointer, 0)}, {"selector", "#file"}}, session_);
  if (!field) return field.error();
  const Result<json> set = devtools.call("DOM.setFileInputFiles",
                                         {{"files", files}, {"nodeId", field->value("nodeId", 0)}}, session_);
  if (!set) return set.error();
  const Result<json> taken = value_of(*shown, kLoadSeconds);
  if (!taken) return taken.error();
  return taken->is_number() ? taken->get<double>() / kMilliseconds : -1.0;
}

Result<bench::PathAnswer> PagePath::ask_page(const bench::WebTask& task) {
  DevTools& devtools = browser_->devtools();
  if (Result<void> cleared = click("#clear"); !cleared) return cleared.error();
  double chosen = -1.0;
  double base64 = -1.0;
  if (!task.files.empty()) {
    const Result<double> shown = choose(task.files);
    if (!shown) return shown.error();
    chosen = *shown;
    const Result<json> again = evaluate("foveaBench.base64()");
    if (!again) return again.error();
    if (again->is_number()) base64 = again->get<double>() / kMilliseconds;
  }
  if (const Result<json> focused = evaluate("document.getElementById('question').focus()"); !focused)
    return focused.error();
  if (const Result<json> typed = devtools.call("Input.insertText", {{"text", task.question}}, session_);
      !typed)
    return typed.error();
  const Result<double> page_begin = clock_of_page();
  if (!page_begin) return page_begin.error();
  const Result<std::int64_t> armed = evaluate_later("foveaBench.arm()");
  if (!armed) return armed.error();
  if (Result<void> clicked = click("#send"); !clicked) return clicked.error();
  const Result<json> seen = value_of(*armed, kAnswerSeconds);
  if (!seen) return seen.error();
  if (!seen->is_object() || !seen->contains("timings")) return odd("says nothing of its answer.");
  if (seen->value("failed", false))
    return odd("could not show an answer: " + seen->value("state", std::string()));

  const json& timings = (*seen)["timings"];
  if (!timings.is_object()) return odd("was told no timings.");
  const std::optional<bench::LoggedEngine::Entry> entry =
      engine_.take(number(timings, "ttft"), number(timings, "tpot"));
  if (!entry) return odd("shows an answer that this engine did not give.");
  const double click_time = number(*seen, "click");
  const auto since_click = [&](double page_time) { return (page_time - click_time) / kMilliseconds; };
  bench::AskerTimes asker;
  asker.encoded = std::max(0.0, since_click(number(*seen, "encoded")));
  for (const json& time : (*seen)["read"]) asker.read.push_back(since_click(time.get<double>()));
  for (const json& time : (*seen)["shown"]) asker.shown.push_back(since_click(time.get<double>()));
  asker.read_end = since_click(number(*seen, "end"));
  asker.shown_end = since_click(number(*seen, "end_shown"));
  bench::ServedTimes served;
  served.submitted = seconds_of(entry->submitted) - *page_begin - click_time / kMilliseconds;
  served.request_parse = number(timings.value("stages", json::object()), "request_parse");
  served.metrics = entry->metrics;
  bench::PathAnswer answer = stitched(asker, served);
  answer.text = seen->value("text", std::string());
  answer.base64_seconds = base64;
  answer.chosen_seconds = chosen;
  return answer;
}

bench::PathAnswer PagePath::ask(const bench::WebTask& task) {
  Result<bench::PathAnswer> answer = ask_page(task);
  if (answer) return std::move(*answer);
  bench::PathAnswer failed;
  failed.error = answer.error();
  return failed;
}

}  // namespace fovea::web_bench
