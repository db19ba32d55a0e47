#include "app/server/http/connection.h"

#include "app/server/http/response_text.h"
#include "app/server/http/target.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <poll.h>

namespace fovea::server {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kReadSize = 16 << 10;
constexpr std::size_t kMostSkipped = 8 << 20;  // bytes of a refused body that are read away
constexpr double kPoliteSeconds = 2.0;

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000.0));
}

std::string joined(std::vector<std::string> pieces) {
  if (pieces.size() == 1) return std::move(pieces.front());
  std::string all;
  for (const std::string& piece : pieces) all += piece;
  return all;
}

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket, ConnectionHost& host)
    : stream_(std::move(socket)),
      deadline_(stream_.get_executor()),
      host_(host),
      buffer_(host.limits().header_bytes + kReadSize) {}

Connection::~Connection() {
  release_body();
}

void Connection::start() {
  error_code ignored;
  stream_.socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  const auto end = stream_.socket().remote_endpoint(ignored);
  peer_ = end.address().to_string(ignored);
  wait_for_request(host_.limits().header_seconds);
}

void Connection::set_deadline(double seconds) {
  const std::uint64_t number = ++deadline_number_;
  deadline_.expires_after(milliseconds(seconds));
  deadline_.async_wait([weak = weak_from_this(), number](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->closed_ || number != self->deadline_number_) return;
    if (self->reading_ == Reading::kNothing) return self->close();
    self->late_ = true;
    self->stream_.cancel();
  });
}

void Connection::clear_deadline() {
  ++deadline_number_;
  deadline_.cancel();
}

void Connection::wait_for_request(double seconds) {
  if (buffer_.size() > 0) return read_head();
  idle_ = true;
  set_deadline(seconds);
  stream_.async_read_some(buffer_.prepare(kReadSize),
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            self->idle_ = false;
                            if (error || self->closed_) return self->close();
                            self->buffer_.commit(bytes);
                            self->read_head();
                          });
}

void Connection::read_head() {
  reading_ = Reading::kHead;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(host_.limits().header_bytes));
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // the head's admission says how much
  set_deadline(host_.limits().header_seconds);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (self->closed_) return;
                            if (error) return self->on_read_error(error);
                            self->on_head();
                          });
}

void Connection::on_read_error(const error_code& error) {
  const bool head = reading_ == Reading::kHead;
  HttpHandler& handler = host_.handler();
  if (late_) {
    return refuse(handler.fault(408, head ? "The request's head did not arrive in time."
                                          : "The request's body did not arrive in time."));
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    const bool line = head && parser_->get().target().empty();
    return refuse(line ? handler.fault(414, "The request's address is too long.")
                       : handler.fault(431, "The request's header fields are too long."));
  }
  if (error == http::error::body_limit) return refuse(handler.fault(413, "The request's body is too large."));
  const bool ours = error.category() == make_error_code(http::error::bad_method).category();
  if (ours && error != http::error::end_of_stream && error != http::error::partial_message) {
    return refuse(handler.fault(400, "This is no HTTP request: " + error.message() + "."));
  }
  close();
}

HttpHead Connection::taken_head() const {
  HttpHead head;
  head.method = std::string(parser_->get().method_string());
  head.peer = peer_;
  for (const auto& field : parser_->get()) {
    head.fields.emplace_back(in_lower_case({field.name_string().data(), field.name_string().size()}),
                             std::string(field.value()));
  }
  return head;
}

void Connection::on_head() {
  request_ = {};
  request_.begun = std::chrono::steady_clock::now();
  request_.head = taken_head();
  const std::string_view target(parser_->get().target().data(), parser_->get().target().size());
  HttpHandler& handler = host_.handler();
  if (target.size() > host_.limits().target_bytes) {
    return refuse(handler.fault(414, "The request's address is too long."));
  }
  std::optional<Target> parsed = parse_target(target);
  if (!parsed) return refuse(handler.fault(400, "The request's address is malformed."));
  request_.head.path = std::move(parsed->path);
  request_.head.query = std::move(parsed->query);
  if (parser_->get().version() != 10 && parser_->get().version() != 11) {
    return refuse(handler.fault(400, "Only HTTP/1.1 and HTTP/1.0 are understood."));
  }
  if (request_.head.count("host") > 1 ||
      (parser_->get().version() == 11 && request_.head.count("host") != 1)) {
    return refuse(handler.fault(400, "A request has one Host field."));
  }
  if (boost::beast::websocket::is_upgrade(parser_->get())) return on_upgrade();
  HttpAdmission admission = handler.admit(request_.head);
  if (admission.refusal) return refuse(*admission.refusal);
  request_.caller = std::move(admission.caller);
  const auto announced = parser_->content_length();
  clear_deadline();
  if (announced && *announced > admission.body_bytes) {
    return refuse(handler.fault(
        413, "The request's body is larger than " + std::to_string(admission.body_bytes) + " bytes."));
  }
  if (parser_->is_done()) return on_body();
  const std::size_t room = announced ? static_cast<std::size_t>(*announced) : admission.body_bytes;
  if (!host_.reserve_body(room)) {
    HttpResponse busy = handler.fault(503, "Too many large requests at once.");
    busy.fields.emplace_back("Retry-After", "1");
    return refuse(busy);
  }
  reserved_body_ = room;
  if (in_lower_case(request_.head.field("expect")) == "100-continue" && buffer_.size() == 0) {
    set_deadline(host_.limits().write_seconds);
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    boost::asio::async_write(
        stream_, boost::asio::buffer(kContinue),
        [self = shared_from_this(), largest = admission.body_bytes](const error_code& error, std::size_t) {
          if (error || self->closed_) return self->close();
          self->read_body(largest);
        });
    return;
  }
  read_body(admission.body_bytes);
}

void Connection::on_upgrade() {
  const HttpAdmission admission = host_.handler().admit_socket(request_.head);
  if (admission.refusal) return refuse(*admission.refusal);
  if (buffer_.size() > 0)
    return refuse(host_.handler().fault(400, "Messages come after the socket is open."));
  clear_deadline();
  reading_ = Reading::kNothing;
  socket_ = open_web_socket(std::move(stream_), parser_->release(), request_.head, admission.body_bytes,
                            host_, [weak = weak_from_this()] {
                              if (const auto self = weak.lock()) self->close();
                            });
}

void Connection::read_body(std::size_t largest) {
  reading_ = Reading::kBody;
  parser_->body_limit(static_cast<std::uint64_t>(largest));
  set_deadline(host_.limits().body_seconds);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     if (self->closed_) return;
                     if (error) return self->on_read_error(error);
                     self->on_body();
                   });
}

void Connection::on_body() {
  reading_ = Reading::kNothing;
  clear_deadline();
  const bool modern = parser_->get().version() == 11;
  Exchange::Manners manners;
  manners.keep_alive = parser_->get().keep_alive() && !host_.draining();
  manners.chunked = modern;
  manners.body = request_.head.method != "HEAD";
  manners.unread_bytes = host_.limits().unread_bytes;
  request_.body = std::move(parser_->get().body());
  request_.upload_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - request_.begun).count();
  exchange_ =
      std::make_shared<Exchange>(manners, [weak = weak_from_this(), executor = stream_.get_executor()] {
        boost::asio::post(executor, [weak] {
          if (const auto self = weak.lock()) self->flush();
        });
      });
  const std::shared_ptr<Exchange> exchange = exchange_;
  const auto self = shared_from_this();
  host_.handler().handle(std::move(request_), exchange);
}

void Connection::refuse(const HttpResponse& response) {
  release_body();
  reading_ = Reading::kNothing;
  const bool body = !parser_ || parser_->get().method_string() != "HEAD";
  writing_ = response_text(response, false, body);
  written_ = 0;
  exchange_.reset();
  last_bytes_ = true;
  write_some();
}

void Connection::flush() {
  if (closed_ || !exchange_) return;
  if (exchange_->overflowed()) return close();
  if (write_under_way_) return;
  Exchange::Taken taken = exchange_->take();
  writing_ = joined(std::move(taken.pieces));
  written_ = 0;
  last_bytes_ = taken.ended;
  if (writing_.empty()) {
    if (last_bytes_) finish_exchange();
    return;
  }
  write_some();
}

void Connection::write_some() {
  write_under_way_ = true;
  set_deadline(host_.limits().write_seconds);
  stream_.async_write_some(boost::asio::buffer(writing_.data() + written_, writing_.size() - written_),
                           [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                             self->write_under_way_ = false;
                             if (self->closed_) return;
                             if (error) return self->close();
                             self->written_ += bytes;
                             if (self->written_ < self->writing_.size()) return self->write_some();
                             self->clear_deadline();
                             if (self->last_bytes_) return self->finish_exchange();
                             self->flush();
                           });
}

void Connection::finish_exchange() {
  const bool again = exchange_ && exchange_->keep_alive() && !host_.draining();
  exchange_.reset();
  release_body();
  writing_ = {};
  if (!again) return close_politely(0);
  parser_.reset();
  wait_for_request(host_.limits().idle_seconds);
}

void Connection::close_politely(std::size_t skipped) {
  error_code ignored;
  if (skipped == 0) stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  if (skipped == 0) set_deadline(kPoliteSeconds);
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(kReadSize),
                          [self = shared_from_this(), skipped](const error_code& error, std::size_t bytes) {
                            if (self->closed_) return;
                            if (error || skipped + bytes > kMostSkipped) return self->close();
                            self->close_politely(skipped + std::max<std::size_t>(bytes, 1));
                          });
}

void Connection::watch() {
  if (!exchange_ || closed_) return;
  pollfd descriptor{stream_.socket().native_handle(), POLLRDHUP, 0};
  if (poll(&descriptor, 1, 0) > 0 && (descriptor.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) close();
}

void Connection::close_if_idle() {
  if (socket_) socket_->close_if_idle();
  if (idle_) close();
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  const auto self = shared_from_this();
  clear_deadline();
  release_body();
  if (exchange_) exchange_->mark_gone();
  exchange_.reset();
  error_code ignored;
  if (socket_) socket_->close();
  if (!socket_) stream_.socket().close(ignored);
  host_.closed(this);
}

void Connection::release_body() {
  if (reserved_body_ > 0) host_.release_body(reserved_body_);
  reserved_body_ = 0;
}

}  // namespace fovea::server
