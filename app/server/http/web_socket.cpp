#include "app/server/http/web_socket.h"

#include "app/server/http/connection.h"
#include "app/server/http/message_exchange.h"

#include <chrono>
#include <deque>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace fovea::server {
namespace {

namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr std::size_t kReadSize = 64 << 10;

/// The fields of a message as a request: those of the socket's, without what opened it.
HttpHead message_head(const HttpHead& opening) {
  HttpHead head = opening;
  head.method = "POST";
  std::erase_if(head.fields, [](const auto& field) {
    return field.first.starts_with("sec-websocket-") || field.first == "upgrade" ||
           field.first == "connection" || field.first == "content-type" || field.first == "content-length";
  });
  head.fields.emplace_back("content-type", "application/json");
  return head;
}

bool is_cancel(std::string message) {
  std::erase_if(message, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  return message == R"({"type":"cancel"})";
}

class BeastWebSocket final : public WebSocket, public std::enable_shared_from_this<BeastWebSocket> {
 public:
  BeastWebSocket(boost::beast::tcp_stream stream, const HttpHead& head, std::size_t largest,
                 ConnectionHost& host, std::function<void()> closed)
      : stream_(std::move(stream)),
        deadline_(stream_.get_executor()),
        head_(message_head(head)),
        host_(host),
        on_closed_(std::move(closed)) {
    // Pings a silent caller, and ends one who does not answer or takes no bytes.
    websocket::stream_base::timeout times{};
    times.handshake_timeout = milliseconds(host.limits().header_seconds);
    times.idle_timeout = 2 * milliseconds(host.limits().write_seconds);
    times.keep_alive_pings = true;
    stream_.next_layer().expires_never();
    stream_.set_option(times);
    stream_.read_message_max(largest);
  }

  ~BeastWebSocket() override { release(); }

  void open(const boost::beast::http::request<boost::beast::http::string_body>& request) {
    stream_.async_accept(request, [self = shared_from_this()](const error_code& error) {
      if (error || self->closed_) return self->end();
      self->open_ = true;
      self->read();
      if (self->farewell_) self->send_farewell();
    });
  }

  void close() override {
    if (closed_) return;
    closed_ = true;
    deadline_.cancel();
    release();
    if (exchange_) exchange_->mark_gone();
    exchange_.reset();
    error_code ignored;
    stream_.next_layer().socket().close(ignored);
  }

  void close_if_idle() override {
    if (!exchange_) say_goodbye(websocket::close_code::going_away);
  }

 private:
  static std::chrono::milliseconds milliseconds(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000.0));
  }

  /// Ends it from within.
  void end() {
    if (closed_) return;
    close();
    on_closed_();
  }

  void release() {
    if (reserved_ > 0) host_.release_body(std::exchange(reserved_, 0));
  }

  void read() {
    stream_.async_read_some(buffer_, kReadSize,
                            [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                              if (self->closed_) return;
                              if (error)
                                return self->end();  // the caller's farewell and a message over the limit too
                              self->on_piece(bytes);
                            });
  }

  void on_piece(std::size_t bytes) {
    if (!message_begun_) {
      message_begun_ = true;
      begun_ = std::chrono::steady_clock::now();
      deadline_.expires_after(milliseconds(host_.limits().body_seconds));
      deadline_.async_wait([weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (!error && self && self->message_begun_) self->end();
      });
    }
    if (!host_.reserve_body(bytes)) return say_goodbye(websocket::close_code::try_again_later);
    reserved_ += bytes;
    if (stream_.is_message_done()) {
      message_begun_ = false;
      deadline_.cancel();
      on_message(boost::beast::buffers_to_string(buffer_.data()), stream_.got_text());
      buffer_.consume(buffer_.size());
    }
    if (!closed_) read();
  }

  void on_message(std::string message, bool text) {
    if (!text) return say(R"({"error":{"message":"Questions are text messages.","code":"unsupported"}})");
    if (message.size() < 100 && is_cancel(message)) {
      if (exchange_) exchange_->mark_gone();
      const bool ran = std::exchange(exchange_, nullptr) != nullptr;
      release();
      return say(ran ? R"({"object":"cancelled"})"
                     : R"({"object":"cancelled","note":"Nothing was running."})");
    }
    if (exchange_) {
      host_.release_body(message.size());
      reserved_ -= message.size();
      return say(
          R"({"error":{"message":"One question at a time: wait for the answer, or cancel it.","code":"busy"}})");
    }
    HttpAdmission admission = host_.handler().admit(head_);
    if (admission.refusal) {
      release();
      return say(std::move(admission.refusal->body));
    }
    HttpRequest request;
    request.head = head_;
    request.body = std::move(message);
    request.begun = begun_;
    request.upload_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    request.caller = std::move(admission.caller);
    exchange_ = std::make_shared<MessageExchange>(
        host_.limits().unread_bytes, [weak = weak_from_this(), executor = stream_.get_executor()] {
          boost::asio::post(executor, [weak] {
            if (const auto self = weak.lock()) self->flush();
          });
        });
    const std::shared_ptr<MessageExchange> exchange = exchange_;
    host_.handler().handle(std::move(request), exchange);
  }

  void flush() {
    if (closed_ || !exchange_) return;
    if (exchange_->overflowed()) return end();
    MessageExchange::Taken taken = exchange_->take();
    for (std::string& message : taken.pieces) say(std::move(message));
    if (!taken.ended || closed_) return;
    exchange_.reset();
    release();
    if (host_.draining()) say_goodbye(websocket::close_code::going_away);
  }

  void say(std::string message) {
    queued_bytes_ += message.size();
    queue_.push_back(std::move(message));
    // What the caller leaves unread waits here; a whole answer may be larger than what may wait of a stream.
    if (queue_.size() > 1 && queued_bytes_ - queue_.back().size() > host_.limits().unread_bytes) return end();
    if (queue_.size() == 1) write();
  }

  void write() {
    stream_.text(true);
    stream_.async_write(boost::asio::buffer(queue_.front()),
                        [self = shared_from_this()](const error_code& error, std::size_t) {
                          if (self->closed_) return;
                          if (error) return self->end();
                          self->queued_bytes_ -= self->queue_.front().size();
                          self->queue_.pop_front();
                          if (!self->queue_.empty()) return self->write();
                          if (self->farewell_) self->send_farewell();
                        });
  }

  /// The last message goes out first, and before it the acceptance: until then Beast would write as a client.
  void say_goodbye(websocket::close_code code) {
    if (closed_ || farewell_) return;
    farewell_ = code;
    if (open_ && queue_.empty()) send_farewell();
  }

  void send_farewell() {
    stream_.async_close(*farewell_, [self = shared_from_this()](const error_code&) { self->end(); });
  }

  websocket::stream<boost::beast::tcp_stream> stream_;
  boost::asio::steady_timer deadline_;
  const HttpHead head_;
  ConnectionHost& host_;
  const std::function<void()> on_closed_;
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<MessageExchange> exchange_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t reserved_ = 0;
  std::chrono::steady_clock::time_point begun_;
  std::optional<websocket::close_code> farewell_;
  bool open_ = false;
  bool message_begun_ = false;
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<WebSocket> open_web_socket(
    boost::beast::tcp_stream stream,
    const boost::beast::http::request<boost::beast::http::string_body>& request, const HttpHead& head,
    std::size_t largest, ConnectionHost& host, std::function<void()> closed) {
  auto socket = std::make_shared<BeastWebSocket>(std::move(stream), head, largest, host, std::move(closed));
  socket->open(request);
  return socket;
}

}  // namespace fovea::server
