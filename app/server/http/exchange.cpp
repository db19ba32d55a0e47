#include "app/server/http/exchange.h"

#include "app/server/http/response_text.h"

#include <utility>

namespace fovea::server {

void Exchange::respond(HttpResponse response) {
  append(response_text(response, manners_.keep_alive, manners_.body), State::kEnded);
}

void Exchange::begin(int status, std::string type, HttpFields fields) {
  append(stream_head_text(status, type, fields, manners_.keep_alive, manners_.chunked), State::kStreaming);
}

void Exchange::send(std::string bytes) {
  append(manners_.chunked ? chunk_text(bytes) : std::move(bytes), State::kStreaming);
}

void Exchange::end(std::string last) {
  if (manners_.chunked) last = (last.empty() ? std::string() : chunk_text(last)) + std::string(kLastChunk);
  append(std::move(last), State::kEnded);
}

}  // namespace fovea::server
