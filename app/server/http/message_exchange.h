#pragma once

#include "app/server/http/queued_exchange.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fovea::server {

/// The way back for a question that came over a WebSocket: an answer's body is one message, each event of a
/// stream too, without what frames it as an event. Each piece is a message.
class MessageExchange final : public QueuedExchange {
 public:
  MessageExchange(std::size_t unread_bytes, std::function<void()> wake)
      : QueuedExchange(unread_bytes, std::move(wake)) {}

  void respond(HttpResponse response) override;
  void begin(int status, std::string type, HttpFields fields) override;
  void send(std::string bytes) override;
  void end(std::string last) override;

 private:
  static std::vector<std::string> messages_of(std::string_view events);
};

}  // namespace fovea::server
