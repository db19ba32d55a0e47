#include "app/server/call.h"

#include "app/server/wire/error_reply.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <utility>

namespace fovea::server {
namespace {

/// 16 hexadecimal digits that nobody can guess from those before.
std::string new_id() {
  thread_local std::random_device device;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", device(), device());
  return text.data();
}

}  // namespace

Call::Call(HttpRequest request, std::shared_ptr<HttpExchange> exchange, std::string route, HttpFields fields,
           CallBooks books)
    : request_(std::move(request)),
      exchange_(std::move(exchange)),
      fields_(std::move(fields)),
      books_(std::move(books)),
      body_there_(std::chrono::steady_clock::now()) {
  entry_.id = new_id();
  entry_.caller = request_.caller;
  entry_.peer = request_.head.peer;
  entry_.route = std::move(route);
  entry_.request_bytes = request_.body.size();
  fields_.emplace_back("X-Request-Id", entry_.id);
  books_.metrics.request_began();
}

Call::~Call() {
  if (ended_) return;
  respond(plain_error_reply(500, "internal", "Something went wrong inside the program. Please report it."),
          "internal");
}

double Call::seconds_since_body() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - body_there_).count();
}

void Call::note_media(int pictures, int clips) {
  entry_.pictures = pictures;
  entry_.clips = clips;
}

void Call::note_answers(const std::vector<CollectedAnswer>& answers) {
  for (const CollectedAnswer& answer : answers) {
    entry_.prompt_tokens = std::max(entry_.prompt_tokens, answer.metrics.prompt_tokens);
    entry_.completion_tokens += answer.metrics.completion_tokens;
    books_.metrics.answer_ended(answer);
  }
}

void Call::respond(HttpResponse response, const std::string& verdict) {
  response.fields.insert(response.fields.end(), fields_.begin(), fields_.end());
  note_end(response.status, verdict);
  exchange_->respond(std::move(response));
}

void Call::begin_stream() {
  streaming_ = true;
  HttpFields fields = fields_;
  fields.emplace_back("Cache-Control", "no-cache, no-store");
  fields.emplace_back("X-Accel-Buffering", "no");  // nginx would hold the tokens back
  exchange_->begin(200, "text/event-stream; charset=utf-8", std::move(fields));
}

void Call::end_stream(std::string last, const std::string& verdict) {
  note_end(200, verdict);
  exchange_->end(std::move(last));
}

void Call::note_end(int status, const std::string& verdict) {
  if (ended_) return;
  ended_ = true;
  held_.reset();
  const bool gone = exchange_->gone();
  entry_.status = gone ? 499 : status;
  entry_.verdict = gone ? "caller_gone" : verdict;
  entry_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - request_.begun).count();
  books_.metrics.request_ended(entry_.route, entry_.status);
  if (books_.question) books_.metrics.question_took(entry_.seconds);
  if (status >= 400) {
    if (const auto why = refusal_of_verdict(entry_.verdict)) books_.metrics.refused(*why);
  }
  if (books_.audit != nullptr) books_.audit->write(entry_);
  if (books_.ended) books_.ended(entry_.caller);
}

}  // namespace fovea::server
