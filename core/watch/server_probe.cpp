#include "core/watch/server_probe.h"

#include "core/watch/http.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace fovea::watch {
namespace {

constexpr double kLongestWait = 0.5;  // seconds; a server in the middle of a step answers within milliseconds

double refusals(const MetricsText& metrics) {
  // What the engine refuses is answered with 429 or 503 too; the larger of the two counts neither twice.
  return std::max(metrics.sum("fovea_engine_refused_total"),
                  metrics.sum_where(
                      "fovea_refusals_total", "reason",
                      {"rate_limit", "in_flight", "queue_full", "overloaded", "stopping", "out_of_memory"}));
}

/// Requests but for those that only look, as this does.
double asked(const MetricsText& metrics) {
  return metrics.sum("fovea_requests_total") -
         metrics.sum_where("fovea_requests_total", "route", {"/metrics", "/health", "/ready"});
}

}  // namespace

bool is_here(const std::string& url) {
  if (url.find('@') != std::string::npos) return false;  // what stands before it is no host
  for (const char* here : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    const std::string_view rest =
        std::string_view(url).substr(std::min(url.size(), std::string_view(here).size()));
    if (url.starts_with(here) && (rest.empty() || rest.front() == ':' || rest.front() == '/')) return true;
  }
  return false;
}

bool may_have_key(const std::string& url) {
  return url.starts_with("https://") || is_here(url);
}

ServerUse ServerProbe::look(const std::string& url, double now) {
  std::optional<Noted> noted;
  if (ledger_ && !is_here(url)) noted.emplace(Noted{*ledger_, kWhyServerLook});
  const Result<std::string> text = http_get(url + "/metrics", may_have_key(url) ? key_ : std::string(),
                                            kLongestWait, noted ? &*noted : nullptr);
  if (text) return look(url, now, *text);
  ServerUse use;
  use.url = url;
  use.fault = text.error().text();
  before_.erase(url);
  return use;
}

ServerUse ServerProbe::look(const std::string& url, double now, std::string_view text) {
  ServerUse use;
  use.url = url;
  MetricsText metrics = MetricsText::parse(text);
  use.reached = metrics.values.contains("fovea_ready");
  if (!use.reached) {
    use.fault = url + " is no server of this program.";
    return use;
  }
  use.running = metrics.sum("fovea_engine_running");
  use.waiting = metrics.sum("fovea_engine_waiting");
  use.resident = static_cast<std::uint64_t>(std::max(0.0, metrics.sum("fovea_resident_bytes")));
  const auto before = before_.find(url);
  if (before != before_.end() && now > before->second.time) {
    const double seconds = now - before->second.time;
    const MetricsText& earlier = before->second.metrics;
    // A server that was started anew counts from 0 again.
    const auto since = [](double after, double earlier_value) {
      return after >= earlier_value ? after - earlier_value : after;
    };
    const auto rate = [&](const char* name) { return since(metrics.sum(name), earlier.sum(name)); };
    use.requests_per_second = since(asked(metrics), asked(earlier)) / seconds;
    use.tokens_per_second = rate("fovea_tokens_generated_total") / seconds;
    use.refused = since(refusals(metrics), refusals(earlier));
    use.ttft_p99 = histogram_quantile(metrics, earlier, "fovea_ttft_seconds", 0.99);
    use.p99 = histogram_quantile(metrics, earlier, "fovea_request_latency_seconds", 0.99);
  }
  before_[url] = {std::move(metrics), now};
  return use;
}

}  // namespace fovea::watch
