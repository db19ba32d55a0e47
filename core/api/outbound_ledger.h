#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// What became of an exchange.
enum class OutboundVerdict {
  kUnderWay,   ///< it goes on; the counts are not final
  kAnswered,   ///< the other side said yes, and all that was wanted came
  kRefused,    ///< it answered, but said no: `status`
  kFailed,     ///< no connection came about, or it was lost
  kStopped,    ///< ended from here: the user or a limit
  kForbidden,  ///< the program's own rules forbid the place: nobody was dialled
};

/// "under_way", "answered", "refused", "failed", "stopped", "forbidden".
std::string_view outbound_verdict_name(OutboundVerdict verdict);

/// Why connections are made.
inline constexpr const char* kWhyQuestion = "question";  ///< to a server that answers in a model's place
inline constexpr const char* kWhyListOfModels = "list of models";  ///< of such a server
inline constexpr const char* kWhyMedia = "media";  ///< a picture or clip that a question names by address
inline constexpr const char* kWhyModelFiles = "model files";       ///< from a hub
inline constexpr const char* kWhyAlert = "alert";                  ///< to the webhook that the user named
inline constexpr const char* kWhyServerLook = "look at a server";  ///< at its metrics

/// How an exchange ended.
struct OutboundEnd {
  OutboundVerdict verdict = OutboundVerdict::kAnswered;
  int status = 0;                    ///< of HTTP; 0: there was no answer
  std::uint64_t sent_bytes = 0;      ///< of bodies, before TLS
  std::uint64_t received_bytes = 0;  ///< of bodies, before TLS
};

/// One exchange with another machine: to whom, why, how much went each way, and what became of it.
struct OutboundExchange {
  std::uint64_t number = 0;  ///< counted from 1
  std::string host;
  int port = 0;
  std::string why;         ///< one of those above
  std::int64_t begun = 0;  ///< seconds since 1970, UTC
  OutboundVerdict verdict = OutboundVerdict::kUnderWay;
  int status = 0;                    ///< of HTTP; 0: there was no answer yet
  std::uint64_t sent_bytes = 0;      ///< of bodies, before TLS
  std::uint64_t received_bytes = 0;  ///< of bodies, before TLS

  bool ended() const { return verdict != OutboundVerdict::kUnderWay; }
};

/// What this process sends to other machines, for a user who wants to see it. Holds no content, no path and
/// no key. The oldest are forgotten beyond kMost. Any thread.
class OutboundLedger {
 public:
  static constexpr std::size_t kMost = 1000;
  static constexpr std::size_t kLongestHost = 255;  // RFC 1035, 2.3.4

  /// A connection is about to be made; the number is for end(). `host`, which others may have chosen, is kept
  /// without the brackets of IPv6, up to kLongestHost bytes and as UTF-8.
  std::uint64_t begin(const std::string& host, int port, const std::string& why);
  /// It is over. Unknown numbers are ignored.
  void end(std::uint64_t number, const OutboundEnd& how);

  /// The latest, oldest first.
  std::vector<OutboundExchange> exchanges() const;
  /// Grows with every begin() and end(): whoever shows the ledger need not copy it to see that it is as it
  /// was.
  std::uint64_t changes() const;

 private:
  mutable std::mutex mutex_;
  std::deque<OutboundExchange> exchanges_;
  std::uint64_t last_number_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace fovea
