#include "tests/app/server/test_server.h"

#include <filesystem>
#include <fstream>

namespace fovea::server::test {
namespace {

using fovea::test::finishes;
using fovea::test::says;
using fovea::test::scripted_model;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace fs = std::filesystem;

class Metrics : public ServerTest {
 public:
  ~Metrics() override { fs::remove_all(root_); }

 protected:
  Metrics() {
    script_.model = scripted_model();
    script_.steps = {says("Yes."), finishes(1)};
    std::string name = (fs::temp_directory_path() / "fovea-metrics-XXXXXX").string();
    root_ = mkdtemp(name.data());
  }

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  static std::string key_field() { return std::string("X-Api-Key: ") + kDeskKey + "\r\n"; }
  /// What the metrics say, looked at again for some seconds until `wanted` is among it.
  std::string metrics_with(const std::string& wanted) {
    std::string text = get("/metrics", key_field());
    for (int i = 0; i < 50 && text.find(wanted) == std::string::npos; ++i) {
      usleep(100'000);
      text = get("/metrics", key_field());
    }
    return text;
  }

  fs::path root_;
};

TEST_F(Metrics, QuestionsAloneHaveALatency) {
  start();
  for (const char* look : {"/health", "/ready", "/metrics", "/v1/models"}) get(look);
  EXPECT_THAT(get("/metrics"), HasSubstr("\nfovea_request_latency_seconds_count 0\n"));
  post("/v1/chat/completions", question());
  const std::string text = get("/metrics");
  EXPECT_THAT(text, HasSubstr("\nfovea_request_latency_seconds_count 1\n"));
  EXPECT_THAT(text, HasSubstr("fovea_requests_total{route=\"/health\",status=\"200\"} 1\n"));
}

TEST_F(Metrics, RefusalsAreCountedByReason) {
  ServerOptions options;
  EXPECT_TRUE(options.keys.add("desk", kDeskKey));
  options.rate_limit = 2;
  options.body_bytes = 1000;
  start(std::move(options));
  const std::string before = get("/metrics", key_field());
  for (const char* reason : {"unauthorized", "forbidden_host", "forbidden_origin", "rate_limit", "in_flight",
                             "too_large", "too_slow", "malformed", "unsupported_type", "not_found",
                             "queue_full", "overloaded", "stopping", "out_of_memory"}) {
    EXPECT_THAT(before, HasSubstr("fovea_refusals_total{reason=\"" + std::string(reason) + "\"} 0\n"))
        << "a rate needs a first value";
  }
  get("/v1/models");
  get("/health", "Origin: https://evil.example\r\n");
  exchange("GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  exchange("NONSENSE\r\n\r\n");
  get("/no/such/route", key_field());
  post("/v1/chat/completions", std::string(2000, ' '), key_field());
  post("/v1/chat/completions", question(), key_field());
  post("/v1/chat/completions", question(), key_field());
  post("/v1/chat/completions", question(), key_field() + "Content-Encoding: gzip\r\n");
  const std::string after = get("/metrics", key_field());
  for (const char* once : {"unauthorized", "forbidden_host", "forbidden_origin", "rate_limit", "too_large",
                           "malformed", "unsupported_type", "not_found"}) {
    EXPECT_THAT(after, HasSubstr("fovea_refusals_total{reason=\"" + std::string(once) + "\"} 1\n"));
  }
}

TEST_F(Metrics, AFullQueueIsARefusal) {
  script_.refusal = std::make_shared<Error>(Error{ErrorCode::kBusy, "Full.", "Later.", {}});
  start();
  EXPECT_THAT(post("/v1/chat/completions", question(R"(,"n":2)")), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(get("/metrics"), HasSubstr("fovea_refusals_total{reason=\"queue_full\"} 1\n"));
}

TEST_F(Metrics, TooManyAtOnceOfOneCallerIsARefusal) {
  script_.steps = {says("A")};  // and no end until it is cancelled
  ServerOptions options;
  options.in_flight = 1;
  start(std::move(options));
  Caller first(server_->port());
  first.send(post_text("/v1/chat/completions", question(R"(,"stream":true)")));
  first.read_until("\"A\"");
  EXPECT_THAT(post("/v1/chat/completions", question()), StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(get("/metrics"), HasSubstr("fovea_refusals_total{reason=\"in_flight\"} 1\n"));
}

TEST_F(Metrics, TellWhatTheHardwareTells) {
  write("sys/class/powercap/intel-rapl:0/name", "package-0\n");
  write("sys/class/powercap/intel-rapl:0/energy_uj", "5000000\n");
  ServerOptions options;
  options.hardware = {FOVEA_FAKE_NVML, root_};
  start(std::move(options));
  const std::string text = metrics_with("fovea_gpu_power_watts{gpu=\"1\"");
  EXPECT_THAT(text, HasSubstr("fovea_gpu_power_watts{gpu=\"0\",name=\"GPU 0\"} 120.5\n"));
  EXPECT_THAT(text, HasSubstr("fovea_gpu_memory_used_bytes{gpu=\"0\",name=\"GPU 0\"} 950\n"));
  EXPECT_THAT(text, HasSubstr("fovea_gpu_memory_total_bytes{gpu=\"1\",name=\"GPU 1\"} 2000\n"));
  EXPECT_THAT(text, HasSubstr("fovea_gpu_utilization_ratio{gpu=\"0\",name=\"GPU 0\"} 0.75\n"));
  EXPECT_THAT(text, Not(HasSubstr("fovea_gpu_utilization_ratio{gpu=\"1\""))) << "this GPU does not tell";
  EXPECT_THAT(text, Not(HasSubstr("fovea_gpu_temperature_celsius{"))) << "the library has no such function";
  write("sys/class/powercap/intel-rapl:0/energy_uj", "7500000\n");
  EXPECT_THAT(metrics_with("joules_total{package=\"0\"} 2.5"),
              HasSubstr("fovea_cpu_package_joules_total{package=\"0\"} 2.5\n"));
}

TEST_F(Metrics, WithoutHardwareThatTellsThereIsNoSampleAndNoZero) {
  ServerOptions options;
  options.hardware = {"no-such-library.so", root_};
  start(std::move(options));
  const std::string text = get("/metrics");
  EXPECT_THAT(text, HasSubstr("# TYPE fovea_gpu_power_watts gauge\n"));
  EXPECT_THAT(text, Not(HasSubstr("\nfovea_gpu_")));
  EXPECT_THAT(text, Not(HasSubstr("\nfovea_cpu_")));
}

}  // namespace
}  // namespace fovea::server::test
