#pragma once

#include "core/bench/web/ask_path.h"
#include "core/bench/web/logged_engine.h"

#include <memory>
#include <string>

namespace fovea::web_bench {

enum class Picture {
  kBinary,  ///< as a file of a form
  kBase64,  ///< as a data URL within the JSON, as OpenAI's clients send it
};

/// POST /v1/chat/completions with a streamed answer, over one connection that stays open. One thread.
class RestPath : public bench::AskPath {
 public:
  RestPath(const std::string& url, Picture picture, bench::LoggedEngine& engine);
  ~RestPath() override;
  RestPath(const RestPath&) = delete;
  RestPath& operator=(const RestPath&) = delete;

  std::string name() const override;
  bench::PathAnswer ask(const bench::WebTask& task) override;

 private:
  struct Connection;

  std::string url_;
  Picture picture_;
  bench::LoggedEngine& engine_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace fovea::web_bench
