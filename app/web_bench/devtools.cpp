#include "app/web_bench/devtools.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fovea::web_bench {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::size_t kLargestMessage = 64U << 20;
constexpr std::size_t kMostEvents = 256;
constexpr double kUsualSeconds = 30.0;

Error gone(const std::string& why) {
  return {
      ErrorCode::kUnreachable, "The browser " + why, "Run `chromium --headless about:blank` to see why.", {}};
}

double seconds_until(Clock::time_point end) {
  return std::chrono::duration<double>(end - Clock::now()).count();
}

Clock::time_point in(double seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

DevTools::~DevTools() {
  close(to_);
  close(from_);
}

Result<std::int64_t> DevTools::send(const std::string& method, json parameters, const std::string& session) {
  json message = {{"id", ++last_}, {"method", method}, {"params", std::move(parameters)}};
  if (!session.empty()) message["sessionId"] = session;
  const std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace);
  const char* at = text.c_str();
  std::size_t left = text.size() + 1;  // the zero byte ends it
  while (left > 0) {
    const ssize_t written = ::send(to_, at, left, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return gone("went away.");
    at += written;
    left -= static_cast<std::size_t>(written);
  }
  return last_;
}

Result<json> DevTools::answer(std::int64_t command, double seconds) {
  const Clock::time_point end = in(seconds);
  while (!answers_.contains(command)) {
    if (const Result<void> more = read_message(seconds_until(end)); !more) return more.error();
  }
  json message = std::move(answers_.extract(command).mapped());
  if (const auto error = message.find("error"); error != message.end()) {
    return Error{
        ErrorCode::kModelError, "The browser refused: " + error->value("message", std::string("?")), {}, {}};
  }
  return message.value("result", json::object());
}

Result<json> DevTools::call(const std::string& method, json parameters, const std::string& session) {
  const Result<std::int64_t> sent = send(method, std::move(parameters), session);
  if (!sent) return sent.error();
  return answer(*sent, kUsualSeconds);
}

Result<void> DevTools::wait_for(const std::string& event, const std::string& session, double seconds) {
  const Clock::time_point end = in(seconds);
  while (true) {
    const auto found = std::find_if(events_.begin(), events_.end(), [&](const json& one) {
      return one.value("method", "") == event && one.value("sessionId", "") == session;
    });
    if (found != events_.end()) {
      events_.erase(found);
      return {};
    }
    if (Result<void> more = read_message(seconds_until(end)); !more) return more;
  }
}

Result<void> DevTools::read_message(double seconds) {
  const Clock::time_point end = in(seconds);
  std::array<char, 65536> piece{};
  while (true) {
    if (const std::size_t zero = held_.find('\0'); zero != std::string::npos) {
      json message =
          json::parse(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(zero), nullptr, false);
      held_.erase(0, zero + 1);
      if (!message.is_object()) return gone("said what is no JSON.");
      take(std::move(message));
      return {};
    }
    if (held_.size() > kLargestMessage) return gone("said too much at once.");
    const double left = seconds_until(end);
    if (left <= 0.0) return gone("did not answer in time.");
    pollfd wait{from_, POLLIN, 0};
    const int ready = poll(&wait, 1, std::max(1, static_cast<int>(1000.0 * std::min(left, 60.0))));
    if (ready < 0 && errno != EINTR) return gone("can't be read.");
    if (ready <= 0) continue;
    const ssize_t count = read(from_, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return gone("went away.");
    held_.append(piece.data(), static_cast<std::size_t>(count));
  }
}

void DevTools::take(json message) {
  const auto id = message.find("id");
  if (id != message.end() && id->is_number_integer()) {
    const auto command = id->get<std::int64_t>();
    answers_[command] = std::move(message);
    return;
  }
  if (!message.value("method", json()).is_string()) return;
  events_.push_back(std::move(message));
  if (events_.size() > kMostEvents) events_.pop_front();
}

}  // namespace fovea::web_bench
