#pragma once

#include "app/server/http/queued_exchange.h"

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace fovea::server {

/// The way back for a request of its own on a connection: bytes of HTTP/1.
class Exchange final : public QueuedExchange {
 public:
  struct Manners {
    bool keep_alive = true;
    bool chunked = true;           ///< false for HTTP/1.0: a stream ends by closing
    bool body = true;              ///< false for HEAD
    std::size_t unread_bytes = 0;  ///< see QueuedExchange
  };

  Exchange(Manners manners, std::function<void()> wake)
      : QueuedExchange(manners.unread_bytes, std::move(wake)), manners_(manners) {}

  void respond(HttpResponse response) override;
  void begin(int status, std::string type, HttpFields fields) override;
  void send(std::string bytes) override;
  void end(std::string last) override;

  bool keep_alive() const { return manners_.keep_alive; }

 private:
  const Manners manners_;
};

}  // namespace fovea::server
