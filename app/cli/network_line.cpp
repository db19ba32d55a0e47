#include "app/cli/network_line.h"

#include "app/cli/quantities.h"

#include <map>
#include <utility>
#include <vector>

namespace fovea::cli {

std::string network_lines(const OutboundLedger& ledger, const Style& style) {
  struct Sum {
    std::int64_t exchanges = 0;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
  };
  std::map<std::string, Sum> servers;
  const std::vector<OutboundExchange> exchanges = ledger.exchanges();
  for (const OutboundExchange& one : exchanges) {
    Sum& sum = servers[one.host + ":" + std::to_string(one.port)];
    ++sum.exchanges;
    sum.sent += one.sent_bytes;
    sum.received += one.received_bytes;
  }
  std::string out;
  for (const auto& [server, sum] : servers) {
    out += "  " + style.dim("network       ") + " " + server + ": " + counted(sum.exchanges, "request") +
           ", " + bytes_text(sum.sent) + " sent, " + bytes_text(sum.received) + " received\n";
  }
  const std::uint64_t earlier = exchanges.empty() ? 0 : exchanges.front().number - 1;
  if (earlier > 0) {
    out += "  " + style.dim("network       ") +
           " not counted: " + counted(static_cast<std::int64_t>(earlier), "earlier request") + "\n";
  }
  return out;
}

}  // namespace fovea::cli
