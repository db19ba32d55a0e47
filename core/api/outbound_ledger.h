#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace fovea {

/// One exchange with another machine: to whom, why, and how much went each way.
struct OutboundExchange {
  std::uint64_t number = 0;  ///< counted from 1
  std::string host;
  int port = 0;
  std::string why;                   ///< "list of models", "question"
  std::int64_t begun = 0;            ///< seconds since 1970, UTC
  bool ended = false;                ///< false: it goes on; the counts are not final
  std::uint64_t sent_bytes = 0;      ///< of bodies, before TLS
  std::uint64_t received_bytes = 0;  ///< of bodies, before TLS
};

/// What this process sends to other machines, for a user who wants to see it. Holds no content, no path and
/// no key. The oldest are forgotten beyond kMost. Any thread.
class OutboundLedger {
 public:
  static constexpr std::size_t kMost = 1000;

  /// A connection is about to be made; the number is for end().
  std::uint64_t begin(const std::string& host, int port, const std::string& why);
  /// It is over. Unknown numbers are ignored.
  void end(std::uint64_t number, std::uint64_t sent_bytes, std::uint64_t received_bytes);

  /// The latest, oldest first.
  std::vector<OutboundExchange> exchanges() const;

 private:
  mutable std::mutex mutex_;
  std::deque<OutboundExchange> exchanges_;
  std::uint64_t last_number_ = 0;
};

}  // namespace fovea
