#include "app/server/http/message_exchange.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace fovea::server {

void MessageExchange::respond(HttpResponse response) {
  append(std::move(response.body), State::kEnded);
}

void MessageExchange::begin(int, std::string, HttpFields) {
  append(std::string(), State::kStreaming);
}

std::vector<std::string> MessageExchange::messages_of(std::string_view events) {
  constexpr std::string_view kData = "data: ";
  std::vector<std::string> messages;
  while (!events.empty()) {
    const std::size_t end = std::min(events.find("\n\n"), events.size());
    const std::string_view event = events.substr(0, end);
    if (event.starts_with(kData)) messages.emplace_back(event.substr(kData.size()));
    events.remove_prefix(std::min(end + 2, events.size()));
  }
  return messages;
}

void MessageExchange::send(std::string bytes) {
  append(messages_of(bytes), State::kStreaming);
}

void MessageExchange::end(std::string last) {
  append(messages_of(last), State::kEnded);
}

}  // namespace fovea::server
