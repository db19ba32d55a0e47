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

void MessageExchange::send(std::string bytes) {
  constexpr std::string_view kData = "data: ";
  std::vector<std::string> messages;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t end = std::min(rest.find("\n\n"), rest.size());
    const std::string_view event = rest.substr(0, end);
    if (event.starts_with(kData)) messages.emplace_back(event.substr(kData.size()));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  append(std::move(messages), State::kStreaming);
}

void MessageExchange::end() {
  append(std::string(), State::kEnded);
}

}  // namespace fovea::server
