#include "core/api/request_check.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

GenerationRequest good_request() {
  GenerationRequest request;
  request.messages.push_back(Message::text(Role::kUser, "What is this? ✓"));
  return request;
}

struct BadField {
  std::string name;
  std::string field;
  std::string range;  ///< part of the message
  std::function<void(GenerationRequest&)> spoil;
};

class RequestCheck : public testing::TestWithParam<BadField> {};

TEST(RequestCheckGood, TakesAPlainRequestAndEveryBorder) {
  GenerationRequest request = good_request();
  EXPECT_TRUE(validate(request));
  SamplingParams& sampling = request.sampling;
  for (const double temperature : {0.0, 5e-324, 1e300}) {
    sampling.temperature = temperature;
    EXPECT_TRUE(validate(request)) << temperature;
  }
  sampling.top_k = 0;
  sampling.top_p = 1.0;
  sampling.min_p = 1.0;
  sampling.repetition_penalty = 0.01;
  sampling.presence_penalty = -2.0;
  sampling.frequency_penalty = 2.0;
  sampling.logprobs = 20;
  sampling.seed = std::numeric_limits<std::uint64_t>::max();
  request.max_new_tokens = 1'000'000;
  request.stop = std::vector<std::string>(16, std::string(1024, 'x'));
  request.image_budget = {100, 100};
  EXPECT_TRUE(validate(request));
}

TEST_P(RequestCheck, NamesTheFieldAndTheRange) {
  GenerationRequest request = good_request();
  GetParam().spoil(request);
  const Result<void> checked = validate(request);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().field, GetParam().field);
  EXPECT_THAT(checked.error().message, testing::HasSubstr(GetParam().range));
  EXPECT_THAT(checked.error().message + checked.error().field, testing::HasSubstr(GetParam().field));
  EXPECT_EQ(checked.error().code, GetParam().range.find("UTF-8") == 0 || GetParam().range.find("NUL") == 0
                                      ? ErrorCode::kInvalidText
                                      : ErrorCode::kInvalidArgument);
}

void PrintTo(const BadField& field, std::ostream* out) {
  *out << field.field;
}

Message with_part(ContentPart part) {
  Message message;
  message.content.push_back(std::move(part));
  return message;
}

Message with_clip(const std::function<void(VideoInput&)>& spoil) {
  VideoInput video;
  video.path = "clip.mp4";
  spoil(video);
  return with_part(VideoPart{video});
}

using Request = GenerationRequest;
INSTANTIATE_TEST_SUITE_P(
    Fields, RequestCheck,
    testing::Values(
        BadField{"NoMessage", "messages", "no message", [](Request& r) { r.messages.clear(); }},
        BadField{"TemperatureNegative", "temperature", "0 or more", [](Request& r) { r.sampling.temperature = -0.1; }},
        BadField{"TemperatureNan", "temperature", "0 or more", [](Request& r) { r.sampling.temperature = kNan; }},
        BadField{"TemperatureInfinite", "temperature", "0 or more", [](Request& r) { r.sampling.temperature = kInfinity; }},
        BadField{"TopK", "top_k", "0 (no limit) or more", [](Request& r) { r.sampling.top_k = -1; }},
        BadField{"TopPZero", "top_p", "above 0 and at most 1", [](Request& r) { r.sampling.top_p = 0.0; }},
        BadField{"TopPTwo", "top_p", "above 0 and at most 1", [](Request& r) { r.sampling.top_p = 2.0; }},
        BadField{"TopPNan", "top_p", "above 0 and at most 1", [](Request& r) { r.sampling.top_p = kNan; }},
        BadField{"MinPNegative", "min_p", "between 0 and 1", [](Request& r) { r.sampling.min_p = -0.01; }},
        BadField{"MinPLarge", "min_p", "between 0 and 1", [](Request& r) { r.sampling.min_p = 1.01; }},
        BadField{"Repetition", "repetition_penalty", "above 0", [](Request& r) { r.sampling.repetition_penalty = 0.0; }},
        BadField{"RepetitionNan", "repetition_penalty", "above 0", [](Request& r) { r.sampling.repetition_penalty = kNan; }},
        BadField{"Presence", "presence_penalty", "between -2 and 2", [](Request& r) { r.sampling.presence_penalty = 2.1; }},
        BadField{"Frequency", "frequency_penalty", "between -2 and 2", [](Request& r) { r.sampling.frequency_penalty = kNan; }},
        BadField{"LogprobsLow", "logprobs", "-1 (none) and 20", [](Request& r) { r.sampling.logprobs = -2; }},
        BadField{"LogprobsHigh", "logprobs", "-1 (none) and 20", [](Request& r) { r.sampling.logprobs = 21; }},
        BadField{"LengthZero", "max_new_tokens", "between 1 and 1000000", [](Request& r) { r.max_new_tokens = 0; }},
        BadField{"LengthNegative", "max_new_tokens", "between 1 and", [](Request& r) { r.max_new_tokens = -1; }},
        BadField{"LengthLarge", "max_new_tokens", "1000000", [](Request& r) { r.max_new_tokens = 1'000'001; }},
        BadField{"StopMany", "stop", "at most 16", [](Request& r) { r.stop.assign(17, "x"); }},
        BadField{"StopEmpty", "stop[1]", "1 to 1024 bytes", [](Request& r) { r.stop = {"x", ""}; }},
        BadField{"StopLong", "stop[0]", "1 to 1024 bytes", [](Request& r) { r.stop = {std::string(1025, 'x')}; }},
        BadField{"StopBytes", "stop[0]", "UTF-8", [](Request& r) { r.stop = {"\xC3"}; }},
        BadField{"BudgetNegative", "image_budget.max_pixels", "or more", [](Request& r) { r.image_budget.max_pixels = -1; }},
        BadField{"BudgetCrossed", "video_budget.min_pixels", "at most max_pixels", [](Request& r) { r.video_budget = {11, 10}; }},
        BadField{"Client", "client", "at most 256", [](Request& r) { r.client = std::string(257, 'c'); }},
        BadField{"Text", "messages[1].content[0].text", "UTF-8",
                 [](Request& r) { r.messages.push_back(Message::text(Role::kUser, "\xED\xA0\x80")); }},
        BadField{"Nul", "messages[0].content[0].text", "NUL",
                 [](Request& r) { r.messages[0] = Message::text(Role::kUser, std::string("a\0b", 3)); }},
        BadField{"Reasoning", "messages[0].reasoning", "UTF-8", [](Request& r) { r.messages[0].reasoning = "\xFF"; }},
        BadField{"ToolCall", "messages[0].tool_calls[0].arguments", "UTF-8",
                 [](Request& r) { r.messages[0].tool_calls.push_back({"1", "look", "\xFF"}); }},
        BadField{"Tools", "tools", "UTF-8", [](Request& r) { r.tools_json = "\x80"; }},
        BadField{"Variable", "template_variables", "UTF-8", [](Request& r) { r.template_variables["a"] = "\x80"; }},
        BadField{"EmptyPicture", "messages[1].content[0]", "is empty", [](Request& r) { r.messages.push_back(with_part(ImagePart{})); }},
        BadField{"PictureSize", "messages[1].content[0]", "width × height × 3",
                 [](Request& r) {
                   ImageInput image;
                   image.decoded = std::make_shared<RgbImage>(RgbImage{2, 2, std::vector<std::uint8_t>(11)});
                   r.messages.push_back(with_part(ImagePart{image}));
                 }},
        BadField{"EmptyClip", "messages[1].content[0]", "is empty", [](Request& r) { r.messages.push_back(with_part(VideoPart{})); }},
        BadField{"ClipFirst", "messages[1].content[0].first_frame", "0 or more",
                 [](Request& r) { r.messages.push_back(with_clip([](VideoInput& v) { v.sampling.first_frame = -1; })); }},
        BadField{"ClipEnd", "messages[1].content[0].end_frame", "above first_frame",
                 [](Request& r) { r.messages.push_back(with_clip([](VideoInput& v) { v.sampling = {5, 5, 0.0, 0}; })); }},
        BadField{"ClipRate", "messages[1].content[0].sampling.frames_per_second", "above 0",
                 [](Request& r) { r.messages.push_back(with_clip([](VideoInput& v) { v.sampling.frames_per_second = kNan; })); }},
        BadField{"ClipBoth", "messages[1].content[0].frame_count", "one of the two",
                 [](Request& r) { r.messages.push_back(with_clip([](VideoInput& v) { v.sampling = {0, -1, 1.0, 4}; })); }},
        BadField{"ClipNoRate", "messages[1].content[0].frames_per_second", "above 0",
                 [](Request& r) {
                   r.messages.push_back(with_clip([](VideoInput& v) { v.frames = std::make_shared<std::vector<RgbImage>>(1); }));
                 }}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
TEST(RequestCheckDeadline, RefusesADeadlineThatIsNoTime) {
  GenerationRequest request = good_request();
  request.deadline_seconds = -1.0;
  const Result<void> checked = validate(request);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().field, "deadline_seconds");
}

TEST(SchedulingCheck, TakesWhatItsPresetsGive) {
  for (const SchedulingMode mode :
       {SchedulingMode::kLowLatency, SchedulingMode::kHighThroughput, SchedulingMode::kCustom}) {
    EXPECT_TRUE(validate(scheduling_preset(mode))) << scheduling_mode_name(mode);
    EXPECT_EQ(scheduling_preset(mode).mode, mode);
  }
}

TEST(SchedulingCheck, NamesTheNumberThatIsOutOfRange) {
  SchedulingOptions none;
  none.max_batch = 0;
  SchedulingOptions forever;
  forever.max_wait_seconds = std::numeric_limits<double>::quiet_NaN();
  SchedulingOptions tiny;
  tiny.step_tokens = 1;
  EXPECT_EQ(validate(none).error().field, "max_batch");
  EXPECT_EQ(validate(forever).error().field, "max_wait_seconds");
  EXPECT_EQ(validate(tiny).error().field, "step_tokens");
}

}  // namespace fovea
