#include "core/api/outbound_ledger.h"

#include "core/api/utf8.h"

#include <algorithm>
#include <chrono>

namespace fovea {
namespace {

std::string kept_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  host = host.substr(0, OutboundLedger::kLongestHost);
  std::string kept;
  while (!host.empty()) {
    const Utf8Step step = utf8_first(host);
    kept += step.kind == Utf8Kind::kWhole ? host.substr(0, step.length) : kReplacementCharacter;
    host.remove_prefix(step.length);
  }
  return kept;
}

}  // namespace

std::string_view outbound_verdict_name(OutboundVerdict verdict) {
  switch (verdict) {
    case OutboundVerdict::kUnderWay:
      return "under_way";
    case OutboundVerdict::kAnswered:
      return "answered";
    case OutboundVerdict::kRefused:
      return "refused";
    case OutboundVerdict::kFailed:
      return "failed";
    case OutboundVerdict::kStopped:
      return "stopped";
    case OutboundVerdict::kForbidden:
      return "forbidden";
  }
  return {};
}

std::uint64_t OutboundLedger::begin(const std::string& host, int port, const std::string& why) {
  OutboundExchange exchange;
  exchange.host = kept_host(host);
  exchange.port = port;
  exchange.why = why;
  exchange.begun =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  const std::lock_guard lock(mutex_);
  exchange.number = ++last_number_;
  if (exchanges_.size() == kMost) exchanges_.pop_front();
  exchanges_.push_back(std::move(exchange));
  ++changes_;
  return last_number_;
}

void OutboundLedger::end(std::uint64_t number, const OutboundEnd& how) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(exchanges_.rbegin(), exchanges_.rend(),
                                  [&](const OutboundExchange& one) { return one.number == number; });
  if (found == exchanges_.rend()) return;
  found->verdict = how.verdict;
  found->status = how.status;
  found->sent_bytes = how.sent_bytes;
  found->received_bytes = how.received_bytes;
  ++changes_;
}

std::vector<OutboundExchange> OutboundLedger::exchanges() const {
  const std::lock_guard lock(mutex_);
  return {exchanges_.begin(), exchanges_.end()};
}

std::uint64_t OutboundLedger::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

}  // namespace fovea
