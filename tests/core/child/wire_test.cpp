#include "core/child/wire.h"

#include "core/child/frame.h"

#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fovea::child {
namespace {

ToChild full_submit() {
  GenerationRequest request;
  Message message;
  message.role = Role::kAssistant;
  message.plain_text = true;
  message.reasoning = "because";
  message.tool_calls.push_back({"c1", "look", "{\"x\":1}"});
  ImageInput encoded_picture{"a.png", std::make_shared<const std::vector<std::uint8_t>>(300, 7), nullptr};
  ImageInput decoded_picture{"b", nullptr,
                             std::make_shared<const RgbImage>(RgbImage{2, 1, {1, 2, 3, 4, 5, 6}})};
  VideoInput clip{"c",
                  "/clip.mp4",
                  std::make_shared<const std::vector<RgbImage>>(2, RgbImage{1, 1, {9, 8, 7}}),
                  24.5,
                  {1, 9, 2.5, 3}};
  message.content = {TextPart{"hello"}, ImagePart{encoded_picture}, ImagePart{decoded_picture},
                     VideoPart{clip}};
  request.messages = {message, Message::text(Role::kTool, "t")};
  request.continue_answer = true;
  request.tools_json = "[]";
  request.response_schema = "{\"type\":\"object\"}";
  request.template_variables = {{"a", "1"}, {"b", "\"x\""}};
  request.sampling = {0.5, 3, 0.9, 0.1, 1.2, 0.3, -0.4, 77, 5};
  request.image_budget = {1, 2};
  request.video_budget = {3, 4};
  request.thinking = Thinking::kOff;
  request.stop = {"\n", "END"};
  request.max_new_tokens = 9;
  request.ignore_eos = true;
  request.priority = -3;
  request.deadline_seconds = 1.5;
  request.client = "me";
  return Submit{42, 123456789, request};
}

ToParent full_event() {
  RequestMetrics metrics;
  for (std::size_t i = 0; i < kStageCount; ++i) metrics.stages.seconds[i] = 0.5 + static_cast<double>(i);
  metrics.token_times = {0.1, 0.2};
  metrics.answer_cached = true;
  metrics.untold = {true, false, true};
  metrics.peak_memory_bytes = 99;
  metrics.forecast_memory_bytes = 98;
  metrics.forecast_ttft = 0.75;
  return GenerationEvent{7, Failed{{ErrorCode::kOutOfMemory, "m", "r", "f"}, metrics}};
}

TEST(Wire, CarriesEveryFieldOfARequest) {
  const std::string bytes = encoded(full_submit());
  const std::optional<ToChild> back = decoded<ToChild>(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(encoded(*back), bytes);
  const GenerationRequest& request = std::get<Submit>(*back).request;
  EXPECT_EQ(request.response_schema, "{\"type\":\"object\"}");
  EXPECT_TRUE(request.continue_answer);
  EXPECT_EQ(request.sampling.seed, 77U);
  EXPECT_EQ(request.sampling.temperature, 0.5);
  EXPECT_EQ(request.template_variables.at("b"), "\"x\"");
  EXPECT_EQ(request.client, "me");
  EXPECT_EQ(request.messages[0].tool_calls[0].arguments_json, "{\"x\":1}");
  EXPECT_EQ(std::get<ImagePart>(request.messages[0].content[1]).image.encoded->size(), 300U);
  EXPECT_EQ(std::get<ImagePart>(request.messages[0].content[2]).image.decoded->pixels[5], 6);
  EXPECT_EQ(std::get<VideoPart>(request.messages[0].content[3]).video.sampling.frame_count, 3);
}

TEST(Wire, CarriesUnsetOptionsAsUnset) {
  const std::optional<ToChild> back = decoded<ToChild>(encoded(ToChild{Submit{}}));
  ASSERT_TRUE(back);
  EXPECT_FALSE(std::get<Submit>(*back).request.sampling.temperature);
  EXPECT_FALSE(std::get<Submit>(*back).request.sampling.seed);
}

TEST(Wire, CarriesEventsWithTheirMetrics) {
  const std::string bytes = encoded(full_event());
  const std::optional<ToParent> back = decoded<ToParent>(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(encoded(*back), bytes);
  const Failed& failed = std::get<Failed>(std::get<GenerationEvent>(*back).what);
  EXPECT_EQ(failed.error.code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(failed.metrics.token_times.size(), 2U);
  EXPECT_EQ(failed.metrics.stages[Stage::kPaint], 13.5);
  EXPECT_EQ(failed.metrics.forecast_memory_bytes, 98U);
  EXPECT_EQ(failed.metrics.forecast_ttft, 0.75);
}

TEST(Wire, CarriesAPlanWithWhatWouldBecomeOfTheQuestion) {
  Answer answer;
  QuestionPlan plan;
  plan.preview.prompt_tokens = 812;
  plan.preview.ttft_seconds = 0.9;
  plan.preview.memory = MemoryForecast{1, 2, 3, 4, 5};
  plan.admission = AdmissionForecast{AdmissionForecast::Verdict::kTooLong, 6, 7, 8, 9};
  answer.what = plan;
  const auto back = decoded<Answer>(encoded(answer));
  ASSERT_TRUE(back);
  const auto& read = std::get<QuestionPlan>(back->what);
  EXPECT_EQ(read.preview.prompt_tokens, 812);
  EXPECT_EQ(read.preview.ttft_seconds, 0.9);
  EXPECT_EQ(read.preview.memory->limit, 5U);
  ASSERT_TRUE(read.admission);
  EXPECT_EQ(read.admission->verdict, AdmissionForecast::Verdict::kTooLong);
  EXPECT_EQ(read.admission->needed, 6U);
  EXPECT_EQ(read.admission->room, 7U);
  EXPECT_EQ(read.admission->most_tokens, 8);
  EXPECT_EQ(read.admission->fitting_pixels, 9);
}

TEST(Wire, RefusesWhatIsCutOff) {
  const std::string bytes = encoded(full_submit());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decoded<ToChild>(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decoded<ToChild>(bytes + "x"));
}

TEST(Wire, SurvivesMutatedAndRandomBytes) {
  std::mt19937 random(1);
  const std::string request = encoded(full_submit());
  const std::string event = encoded(full_event());
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = round % 2 == 0 ? request : event;
    for (unsigned change = 1 + random() % 4; change > 0; --change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (const auto word = decoded<ToChild>(bytes)) encoded(*word);
    if (const auto word = decoded<ToParent>(bytes)) encoded(*word);
    std::string noise(random() % 64, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    (void)decoded<ToChild>(noise);
    (void)decoded<ToParent>(noise);
  }
}

/// Two ends of a socket, closed in the end.
struct Ends {
  int one = -1;
  int other = -1;
  Ends() {
    int both[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, both) == 0) {
      one = both[0];
      other = both[1];
    }
  }
  ~Ends() {
    ::close(one);
    ::close(other);
  }
};

TEST(Frame, ALyingLengthEndsTheConversation) {
  Ends ends;
  FrameReader reader(ends.other);
  ASSERT_TRUE(send_frame(ends.one, "abc"));
  ASSERT_TRUE(send_frame(ends.one, ""));
  ASSERT_EQ(reader.read(), FrameReader::Outcome::kFrame);
  EXPECT_EQ(reader.frame(), "abc");
  ASSERT_EQ(reader.read(), FrameReader::Outcome::kFrame);
  EXPECT_EQ(reader.frame(), "");
  const std::uint64_t lie = ~std::uint64_t{0};
  ASSERT_EQ(::write(ends.one, &lie, sizeof lie), static_cast<ssize_t>(sizeof lie));
  EXPECT_EQ(reader.read(), FrameReader::Outcome::kEnded);
}

TEST(Frame, ReadingAndSendingEndWhenNothingMoves) {
  const auto moment = std::chrono::milliseconds(20);
  Ends ends;
  FrameReader reader(ends.other);
  EXPECT_EQ(reader.read(moment), FrameReader::Outcome::kNothing);
  const std::uint64_t size = 4;
  ASSERT_EQ(::write(ends.one, &size, sizeof size), static_cast<ssize_t>(sizeof size));
  ASSERT_EQ(::write(ends.one, "ab", 2), 2);
  EXPECT_EQ(reader.read(moment), FrameReader::Outcome::kArrived);
  EXPECT_EQ(reader.read(moment), FrameReader::Outcome::kNothing);
  ASSERT_EQ(::write(ends.one, "cd", 2), 2);
  ASSERT_EQ(reader.read(moment), FrameReader::Outcome::kFrame);
  EXPECT_EQ(reader.frame(), "abcd");
  EXPECT_FALSE(send_frame(ends.one, std::string(kSharedUpTo + 1, 'x'), moment)) << "nobody reads";
}

/// Bytes of which no stretch is like another.
std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 >> 8);
  return text;
}

TEST(Frame, FramesOfAllSizesArriveWhole) {
  Ends ends;
  const std::size_t sizes[] = {1, kSharedFrom - 1, kSharedFrom, 5 << 20, 3, kSharedUpTo, kSharedUpTo + 1, 2};
  std::thread sender([&] {
    for (const std::size_t size : sizes) EXPECT_TRUE(send_frame(ends.one, pattern(size)));
  });
  FrameReader reader(ends.other);
  for (const std::size_t size : sizes) {
    EXPECT_EQ(reader.read(), FrameReader::Outcome::kFrame);
    EXPECT_TRUE(reader.frame() == pattern(size)) << size;
  }
  sender.join();
}

TEST(Frame, APictureIsNotHeldUpByTheSocketsSize) {
  Ends ends;
  const std::string picture = pattern(std::size_t{4} << 20);
  ASSERT_TRUE(send_frame(ends.one, picture, std::chrono::milliseconds(1000)))
      << "nobody has to read meanwhile";
  FrameReader reader(ends.other);
  ASSERT_EQ(reader.read(), FrameReader::Outcome::kFrame);
  EXPECT_TRUE(reader.frame() == picture);
}

/// Sends a length, with a descriptor if it is one.
void send_length(int socket, std::uint64_t length, int descriptor) {
  iovec part{&length, sizeof length};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  }
  ASSERT_EQ(::sendmsg(socket, &message, 0), static_cast<ssize_t>(sizeof length));
}

TEST(Frame, ADescriptorThatIsNotWhatWasSaidEndsTheConversation) {
  constexpr std::uint64_t kMark = std::uint64_t{1} << 63;
  const int memory = ::memfd_create("short", 0);
  ASSERT_EQ(::write(memory, "abc", 3), 3);
  const std::pair<std::uint64_t, int> lies[] = {
      {kMark | 4, memory},                  // shorter than it says
      {kMark | 4, -1},                      // none at all
      {kMark | (kSharedUpTo + 1), memory},  // over the limit
      {4, memory},                          // beside a frame that needs none
  };
  for (const auto& [length, descriptor] : lies) {
    Ends ends;
    FrameReader reader(ends.other);
    send_length(ends.one, length, descriptor);
    EXPECT_EQ(reader.read(), FrameReader::Outcome::kEnded) << length;
  }
  ::close(memory);
}

}  // namespace
}  // namespace fovea::child
