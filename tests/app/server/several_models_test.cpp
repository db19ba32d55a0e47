#include "test_server.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fovea::server::test {
namespace {

using fovea::test::finishes;
using fovea::test::says;
using fovea::test::Script;
using fovea::test::scripted_model;
using fovea::test::ScriptedEngine;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Script script_of(const std::string& name, const std::string& says_what) {
  Script script;
  script.model = scripted_model();
  script.model.name = name;
  script.steps = {says(says_what), finishes(1)};
  return script;
}

/// A server over the scripted models of an organisation, each of which says who it is.
class SeveralModels : public ServerTest {
 protected:
  Result<void> start_with(const std::vector<std::string>& names, ServerOptions options = {}) {
    options.port = 0;
    ServedModels models;
    for (const std::string& name : names) {
      engines_.push_back(std::make_unique<ScriptedEngine>(script_of(name, "I am " + name + ".")));
      models.engines.emplace_back(*engines_.back());
    }
    return serve(models, std::move(options));
  }

  /// The same, of which only one fits beside the other's place.
  Result<void> start_fleet(const std::vector<std::string>& names) {
    std::vector<FleetModel> models;
    for (const std::string& name : names) {
      models.push_back({script_of(name, "").model, 70,
                        [name](const LoadObserver&) -> Result<std::unique_ptr<Engine>> {
                          return std::unique_ptr<Engine>(
                              std::make_unique<ScriptedEngine>(script_of(name, "I am " + name + ".")));
                        },
                        nullptr});
    }
    FleetOptions fleet;
    fleet.limit = 120;
    fleet.program = 20;
    fleet_ = std::make_unique<Fleet>(std::move(models), std::move(fleet));
    ServedModels served;
    for (std::size_t i = 0; i < names.size(); ++i) served.engines.emplace_back(fleet_->at(i));
    served.fleet = fleet_.get();
    ServerOptions options;
    options.port = 0;
    return serve(served, std::move(options));
  }

  std::string asked(const std::string& model) {
    return post("/v1/chat/completions", question(",\"model\":\"" + model + "\""));
  }

  ~SeveralModels() override { server_.reset(); }  // before the engines

  std::vector<std::unique_ptr<ScriptedEngine>> engines_;
  std::unique_ptr<Fleet> fleet_;

 private:
  Result<void> serve(ServedModels models, ServerOptions options) {
    Result<std::unique_ptr<Server>> server = start_server(std::move(models), std::move(options), "{}");
    if (!server) return server.error();
    server_ = std::move(*server);
    return {};
  }
};

TEST_F(SeveralModels, EachAnswersByItsName) {
  ASSERT_TRUE(start_with({"org/large", "small"}));
  EXPECT_THAT(asked("org/large"), HasSubstr("I am org/large."));
  EXPECT_THAT(asked("small"), HasSubstr("I am small."));
  EXPECT_THAT(asked("large"), HasSubstr("I am org/large.")) << "the last part will do";
  EXPECT_THAT(post("/v1/chat/completions", question()), HasSubstr("I am org/large."))
      << "the first by default";
  EXPECT_THAT(post("/api/v1/generate", R"({"prompt":"?","model":"small"})"), HasSubstr("I am small."));
  EXPECT_THAT(post("/api/v1/generate", R"({"prompt":"?"})"), HasSubstr("I am org/large."));
  const std::string unknown = asked("medium");
  EXPECT_THAT(unknown, StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(unknown, HasSubstr("org/large, small"));
}

TEST_F(SeveralModels, AShortNameThatTwoHaveIsNobodys) {
  ASSERT_TRUE(start_with({"a/mini", "b/mini"}));
  EXPECT_THAT(asked("mini"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(asked("b/mini"), HasSubstr("I am b/mini."));
}

TEST_F(SeveralModels, AnotherNameIsTheFirstOnes) {
  ServerOptions options;
  options.model_names = {"gpt-9"};
  ASSERT_TRUE(start_with({"large", "small"}, options));
  EXPECT_THAT(asked("gpt-9"), HasSubstr("I am large."));
}

TEST_F(SeveralModels, NamesAreUnique) {
  const Result<void> same = start_with({"mini", "mini"});
  ASSERT_FALSE(same);
  EXPECT_THAT(same.error().message, HasSubstr("Two models are called mini"));
  ServerOptions options;
  options.model_names = {"small"};
  const Result<void> taken = start_with({"large", "small"}, options);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().field, "model_names");
}

TEST_F(SeveralModels, AreListedWithWhereTheyAre) {
  ASSERT_TRUE(start_fleet({"large", "small"}));
  std::string list = body_of(get("/v1/models"));
  EXPECT_THAT(list, HasSubstr("\"id\":\"large\""));
  EXPECT_THAT(list, HasSubstr("\"id\":\"small\""));
  EXPECT_THAT(list, Not(HasSubstr("\"loaded\":true")));
  EXPECT_THAT(get("/health"), HasSubstr("\"model_loaded\":false"));
  EXPECT_THAT(asked("small"), HasSubstr("I am small."));
  list = body_of(get("/v1/models/small"));
  EXPECT_THAT(list, HasSubstr("\"loaded\":true,\"state\":\"loaded\",\"memory_bytes\":70"));
  EXPECT_THAT(body_of(get("/v1/models/large")),
              HasSubstr("\"loaded\":false,\"state\":\"unloaded\",\"memory_bytes\":0"));
  EXPECT_THAT(get("/health"), HasSubstr(R"("model_loaded":true,"models":[{"id":"large","state":"unloaded")"));
  EXPECT_THAT(get("/ready"), HasSubstr(R"({"id":"small","state":"loaded","memory_bytes":70})"));
  EXPECT_THAT(asked("large"), HasSubstr("I am large."));
  const std::string metrics = get("/metrics");
  for (const char* line :
       {"fovea_model_state{model=\"large\",state=\"loaded\"} 1\n",
        "fovea_model_state{model=\"small\",state=\"unloaded\"} 1\n",
        "fovea_model_memory_bytes{model=\"large\"} 70\n", "fovea_model_memory_bytes{model=\"small\"} 0\n",
        "fovea_model_loads_total{model=\"small\"} 1\n", "\nfovea_memory_limit_bytes 120\n",
        "\nfovea_memory_planned_bytes 90\n"})
    EXPECT_THAT(metrics, HasSubstr(line));
}

TEST_F(SeveralModels, NamesAreToldToThoseWhoMayAsk) {
  ServerOptions options;
  EXPECT_TRUE(options.keys.add("desk", kDeskKey));
  ASSERT_TRUE(start_with({"large", "small"}, options));
  for (const char* path : {"/health", "/ready"}) {
    EXPECT_THAT(get(path), Not(HasSubstr("large"))) << path;
    EXPECT_THAT(get(path, std::string("X-Api-Key: ") + kDeskKey + "\r\n"), HasSubstr("large")) << path;
  }
}

TEST_F(SeveralModels, AModeIsForAll) {
  ASSERT_TRUE(start_with({"large", "small"}));
  const std::string body = R"({"mode":"high_throughput"})";
  EXPECT_THAT(exchange("PUT /v1/scheduling HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                       "application/json\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body),
              StartsWith("HTTP/1.1 200 "));
  for (const auto& engine : engines_) EXPECT_EQ(engine->scheduling().mode, SchedulingMode::kHighThroughput);
}

}  // namespace
}  // namespace fovea::server::test
