#include "core/watch/server_probe.h"

#include <gtest/gtest.h>

namespace fovea::watch {
namespace {

// Expected quantiles: Prometheus's documented rule, linear within the bucket that holds the rank q * count.
TEST(HistogramQuantile, IsLinearWithinItsBucket) {
  const auto metrics = MetricsText::parse(
      "h_bucket{le=\"0.1\"} 50\nh_bucket{le=\"0.5\"} 90\nh_bucket{le=\"1\"} 100\nh_bucket{le=\"+Inf\"} "
      "100\n");
  EXPECT_DOUBLE_EQ(histogram_quantile(metrics, {}, "h", 0.5), 0.1);
  EXPECT_DOUBLE_EQ(histogram_quantile(metrics, {}, "h", 0.25), 0.05);
  EXPECT_DOUBLE_EQ(histogram_quantile(metrics, {}, "h", 0.99), 0.95);
  EXPECT_LT(histogram_quantile(metrics, metrics, "h", 0.99), 0.0) << "nothing since";
  EXPECT_LT(histogram_quantile(metrics, {}, "other", 0.99), 0.0);
  const auto slow =
      MetricsText::parse("h_bucket{le=\"0.1\"} 0\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 9\n");
  EXPECT_DOUBLE_EQ(histogram_quantile(slow, {}, "h", 0.99), 1.0) << "beyond the last bound";
}

TEST(MetricsText, ReadsLabelsAndSkipsWhatIsNoSample) {
  const auto metrics = MetricsText::parse(
      "# HELP a Something.\n# TYPE a counter\na{route=\"/v1/\\\"x\\\"\",status=\"429\"} 3\na{status=\"200\"} "
      "1e2 1700000000\n"
      "b 2.5\nbroken{x=\"1\nnonsense\nc{} 4\nd x\n");
  EXPECT_DOUBLE_EQ(metrics.sum("a"), 103.0);
  EXPECT_DOUBLE_EQ(metrics.sum_where("a", "status", {"429", "503"}), 3.0);
  EXPECT_EQ(metrics.values.at("a")[0].labels.at("route"), "/v1/\"x\"");
  EXPECT_DOUBLE_EQ(metrics.sum("b"), 2.5);
  EXPECT_DOUBLE_EQ(metrics.sum("c"), 4.0);
  EXPECT_DOUBLE_EQ(metrics.sum("d"), 0.0);
}

std::string metrics_of(int looks, int answers, int refused, int tokens) {
  const std::string done = std::to_string(answers);
  return "fovea_ready 1\nfovea_requests_total{route=\"/metrics\",status=\"200\"} " + std::to_string(looks) +
         "\nfovea_requests_total{route=\"/v1/chat/completions\",status=\"200\"} " + std::to_string(answers) +
         "\nfovea_refusals_total{reason=\"not_found\"} " + std::to_string(looks) +
         "\nfovea_refusals_total{reason=\"rate_limit\"} " + std::to_string(refused) +
         "\nfovea_engine_running 2\nfovea_engine_waiting 5\nfovea_tokens_generated_total " +
         std::to_string(tokens) + "\nfovea_request_latency_seconds_bucket{le=\"1\"} " + done +
         "\nfovea_request_latency_seconds_bucket{le=\"+Inf\"} " + done +
         "\nfovea_ttft_seconds_bucket{le=\"0.5\"} " + std::to_string(answers) +
         "\nfovea_ttft_seconds_bucket{le=\"+Inf\"} " + std::to_string(answers) +
         "\nfovea_resident_bytes 1000\n";
}

TEST(ServerProbe, CountsWhatHappenedSinceTheLookBefore) {
  ServerProbe probe;
  const ServerUse first = probe.look("u", 100.0, metrics_of(1, 10, 0, 500));
  EXPECT_TRUE(first.reached);
  EXPECT_DOUBLE_EQ(first.waiting, 5.0);
  EXPECT_EQ(first.resident, 1000U);
  EXPECT_LT(first.refused, 0.0) << "not known yet";
  const ServerUse second = probe.look("u", 102.0, metrics_of(2, 14, 3, 700));
  EXPECT_DOUBLE_EQ(second.requests_per_second, 2.0) << "this look is not one of them";
  EXPECT_DOUBLE_EQ(second.tokens_per_second, 100.0);
  EXPECT_DOUBLE_EQ(second.refused, 3.0);
  EXPECT_GT(second.p99, 0.9);
  const ServerUse third = probe.look("u", 104.0, metrics_of(3, 14, 3, 700));
  EXPECT_DOUBLE_EQ(third.refused, 0.0);
  EXPECT_LT(third.p99, 0.0) << "nothing was asked";
  // Started anew, it counts from 0.
  EXPECT_DOUBLE_EQ(probe.look("u", 106.0, metrics_of(1, 0, 1, 0)).refused, 1.0);
}

TEST(ServerProbe, AKeyGoesOverHttpsOrStaysHere) {
  for (const char* url :
       {"https://example.org", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/"})
    EXPECT_TRUE(may_have_key(url)) << url;
  for (const char* url :
       {"http://192.168.0.2:8080", "http://localhost.example.org", "http://127.0.0.1.example.org:80",
        "http://127.0.0.1@example.org", "http://localhost:1@example.org", "", "ftp://localhost"})
    EXPECT_FALSE(may_have_key(url)) << url;
}

TEST(ServerProbe, SaysWhyAServerIsNotReached) {
  ServerProbe probe;
  const ServerUse other = probe.look("http://127.0.0.1:1", 1.0, "process_cpu_seconds_total 3\n");
  EXPECT_FALSE(other.reached);
  EXPECT_NE(other.fault.find("no server of this program"), std::string::npos);
  const ServerUse none = probe.look("http://127.0.0.1:1", 1.0);
  EXPECT_FALSE(none.reached);
  EXPECT_FALSE(none.fault.empty());
}

}  // namespace
}  // namespace fovea::watch
