#pragma once

#include "app/web_bench/chromium.h"
#include "core/bench/web/ask_path.h"
#include "core/bench/web/logged_engine.h"

#include <filesystem>
#include <memory>
#include <string>

namespace fovea::web_bench {

/// The server's page in a browser: pictures are chosen, the question is typed and "Send" clicked as a person
/// does it; an observer in the page says when (see page_observer.h). Before each question the conversation is
/// cleared. One thread.
class PagePath : public bench::AskPath {
 public:
  /// Starts a browser and opens the page at `url`. Errors: Chromium::start's, and kUnreachable.
  static Result<std::unique_ptr<PagePath>> open(const std::filesystem::path& chromium, const std::string& url,
                                                bench::LoggedEngine& engine);

  std::string name() const override;
  bench::PathAnswer ask(const bench::WebTask& task) override;

  const Chromium& browser() const { return *browser_; }

 private:
  PagePath(std::unique_ptr<Chromium> browser, bench::LoggedEngine& engine)
      : browser_(std::move(browser)), engine_(engine) {}

  Result<void> load(const std::string& url);
  Result<nlohmann::json> evaluate(const std::string& expression);
  Result<std::int64_t> evaluate_later(const std::string& expression);
  Result<nlohmann::json> value_of(std::int64_t evaluation, double seconds);
  /// Seconds of this process's monotonic clock at the page's time 0.
  Result<double> clock_of_page();
  Result<void> click(const std::string& selector);
  Result<double> choose(const std::vector<std::string>& files);
  Result<bench::PathAnswer> ask_page(const bench::WebTask& task);

  std::unique_ptr<Chromium> browser_;
  bench::LoggedEngine& engine_;
  std::string session_;
};

}  // namespace fovea::web_bench
