#include "app/cli/exit_code.h"
#include "tests/app/ask_fixture.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::cli {
namespace {

using namespace std::chrono_literals;
using test::AskTest;
using test::fails;
using test::finishes;
using test::says;
using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(AskTest, TheAnswerAloneGoesToStandardOutput) {
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?"}), kOk);
  EXPECT_EQ(fovea_.out.text, "The sign says STOP.\n");
  EXPECT_THAT(fovea_.err.text,
              HasSubstr("scripted (Qwen3-VL, 12.6 M parameters, fp32). Not a model: a script."));
}

TEST_F(AskTest, ASchemaReachesTheEngineOrIsRefusedBeforeAModelIsLoaded) {
  TemporaryFolder::write("total.json", R"({"type": "integer"})");
  TemporaryFolder::write("odd.json", R"({"type": "integer", "multipleOf": 3})");
  ASSERT_EQ(fovea_.run({"ask", "a.png", "What?", "--json-schema", "total.json"}), kOk);
  EXPECT_EQ(fovea_.request().response_schema, R"({"type": "integer"})");
  ASSERT_EQ(fovea_.run({"ask", "a.png", "What?", "--json-answer"}), kOk);
  EXPECT_EQ(fovea_.record->requests.at(1).response_schema, R"({"type": "object"})");
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--json-schema", "odd.json"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text,
              HasSubstr("odd.json: The JSON Schema cannot be used: The keyword \"multipleOf\""));
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--json-schema", "none.json"}), kWrongArguments);
  EXPECT_EQ(fovea_.run({"ask", "a.png", "What?", "--json-schema", "total.json", "--json-answer"}),
            kWrongArguments);
}

TEST_F(AskTest, APresetNeedsNoQuestionAndTellsTheConfidence) {
  TextDelta delta;
  delta.text = R"({"result": "unsure", "reasons": []})";
  TokenLogprob token;
  token.bytes = delta.text;
  token.among_allowed = static_cast<float>(std::log(0.25));
  delta.logprobs = {token};
  fovea_.script.steps = {test::ScriptStep{{}, delta}, finishes(1)};
  ASSERT_EQ(fovea_.run({"ask", "a.png", "b.png", "--preset", "moderation"}), kOk);
  EXPECT_EQ(fovea_.request().messages.front().role, Role::kSystem);
  EXPECT_EQ(fovea_.request().messages.back().content.size(), 3U);
  EXPECT_THAT(fovea_.request().response_schema, HasSubstr("unsure"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("The result is 25 % certain"));
  ASSERT_EQ(fovea_.run({"ask", "a.png", "--preset", "moderation", "--json"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr(R"("confidence":0.24999)"));
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("logprobs")));
  EXPECT_EQ(fovea_.run({"ask", "a.png", "--preset", "moderation", "--json-answer"}), kWrongArguments);
}

TEST_F(AskTest, SendsPicturesFirstThenTheQuestion) {
  ASSERT_EQ(fovea_.run({"ask", "a.png", "b.png", "What?", "--system", "Be brief."}), kOk);
  const auto& messages = fovea_.request().messages;
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].role, Role::kSystem);
  EXPECT_EQ(std::get<TextPart>(messages[0].content.at(0)).text, "Be brief.");
  ASSERT_EQ(messages[1].content.size(), 3U);
  EXPECT_EQ(std::get<ImagePart>(messages[1].content[1]).image.name, "b.png");
  EXPECT_EQ(std::get<TextPart>(messages[1].content[2]).text, "What?");
}

TEST_F(AskTest, OptionsReachTheEngine) {
  ASSERT_EQ(fovea_.run({"ask",
                        "-q",
                        "What?",
                        "a.png",
                        "--max-tokens",
                        "7",
                        "--temperature",
                        "0.5",
                        "--top-p",
                        "0.9",
                        "--top-k",
                        "5",
                        "--min-p",
                        "0.1",
                        "--repetition-penalty",
                        "1.1",
                        "--presence-penalty",
                        "-0.5",
                        "--frequency-penalty",
                        "0.25",
                        "--seed",
                        "42",
                        "--stop",
                        "END",
                        "--stop",
                        "\n",
                        "--min-pixels",
                        "1024",
                        "--max-pixels",
                        "4096",
                        "--think",
                        "--device",
                        "cpu:operators",
                        "--dtype",
                        "bf16",
                        "--weights",
                        "int4",
                        "--weights-group",
                        "128",
                        "--weights-vision",
                        "--threads",
                        "3",
                        "--memory",
                        "4000",
                        "--answer-cache",
                        "64",
                        "--no-speculation"}),
            kOk);
  const GenerationRequest& request = fovea_.request();
  EXPECT_EQ(request.max_new_tokens, 7);
  EXPECT_EQ(request.sampling.temperature, 0.5);
  EXPECT_EQ(request.sampling.top_p, 0.9);
  EXPECT_EQ(request.sampling.top_k, 5);
  EXPECT_EQ(request.sampling.min_p, 0.1);
  EXPECT_EQ(request.sampling.repetition_penalty, 1.1);
  EXPECT_EQ(request.sampling.presence_penalty, -0.5);
  EXPECT_EQ(request.sampling.frequency_penalty, 0.25);
  EXPECT_EQ(request.sampling.seed, 42U);
  EXPECT_EQ(request.sampling.logprobs, -1);
  EXPECT_THAT(request.stop, ElementsAre("END", "\n"));
  EXPECT_EQ(request.image_budget.min_pixels, 1024);
  EXPECT_EQ(request.image_budget.max_pixels, 4096);
  EXPECT_EQ(request.thinking, Thinking::kOn);
  ASSERT_THAT(fovea_.loads, SizeIs(1));
  EXPECT_EQ(fovea_.loads[0].compute_type, ComputeType::kBFloat16);
  EXPECT_EQ(fovea_.loads[0].device, DeviceChoice{DeviceChoice::Kind::kCpuOperators});
  EXPECT_EQ(fovea_.loads[0].weights.format, WeightFormat::kInt4);
  EXPECT_EQ(fovea_.loads[0].weights.group, 128);
  EXPECT_TRUE(fovea_.loads[0].weights.vision);
  EXPECT_FALSE(fovea_.loads[0].weights.head);
  EXPECT_EQ(fovea_.loads[0].threads, 3);
  EXPECT_EQ(fovea_.loads[0].memory_bytes, 4'000'000'000U);
  EXPECT_EQ(fovea_.loads[0].answer_cache_bytes, 64'000'000U);
  EXPECT_EQ(fovea_.loads[0].draft_tokens, 0);
}

TEST_F(AskTest, WithoutOptionsTheCheckpointDecides) {
  ASSERT_EQ(fovea_.run({"ask", "What?"}), kOk);
  const GenerationRequest& request = fovea_.request();
  EXPECT_FALSE(request.sampling.temperature.has_value());
  EXPECT_FALSE(request.sampling.seed.has_value());
  EXPECT_EQ(request.thinking, Thinking::kModelDefault);
  EXPECT_EQ(request.max_new_tokens, 512);
  EXPECT_GT(fovea_.loads.at(0).draft_tokens, 0);
  EXPECT_EQ(fovea_.loads.at(0).model_folder, (fovea_.folder.path() / "resources/models/fovea-mini").string());
}

TEST_F(AskTest, ClipsAreSampledAsAsked) {
  TemporaryFolder::write("clip.mkv", "\x1A\x45\xDF\xA3....");
  ASSERT_EQ(fovea_.run({"ask", "clip.mkv", "What?", "--clip-frames", "8", "--clip-max-pixels", "5000"}), kOk);
  const auto& clip = std::get<VideoPart>(fovea_.request().messages.at(0).content.at(0)).video;
  EXPECT_EQ(clip.path, "clip.mkv");
  EXPECT_EQ(clip.sampling.frame_count, 8);
  EXPECT_EQ(fovea_.request().video_budget.max_pixels, 5000);
}

TEST_F(AskTest, WrongArgumentsEndWithTwoAndSayWhat) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"ask"}, "There is no question."},
      {{"ask", "a.png"}, "There is no question."},
      {{"ask", "a.png", ""}, "The question is empty."},
      {{"ask", "a.png", "-q", " \t"}, "The question is empty."},
      {{"ask", "What?", "--temperature", "nan"}, "--temperature takes a number from 0 up"},
      {{"ask", "What?", "--max-tokens", "1000000000"}, "--max-tokens takes a whole number from 1 to 1000000"},
      {{"ask", "What?", "--think", "--no-think"}, "exclude each other"},
      {{"ask", "What?", "--min-pixels", "9", "--max-pixels", "8"},
       "--min-pixels is larger than --max-pixels."},
      {{"ask", "What?", "--stop", ""}, "--stop is empty."},
      {{"ask", "What?", "--logprobs", "3"}, "--logprobs is shown with --json only."},
      {{"ask", "What?", "--model", ""}, "The model's name is empty."},
      {{"ask", "caf\xe9"}, "is not UTF-8 text."},
      {{"ask", "What?", "--tempreature", "0"}, "Did you mean --temperature?"},
      {{"aks", "What?"}, "Did you mean `fovea ask`?"},
      {{"a.png", "What?"}, "Did you mean `fovea ask ...`?"},
      {{"What is this?"}, "Did you mean `fovea ask ...`?"},
      {{"--hepl"}, "Did you mean `fovea --help`?"},
  };
  for (const auto& [arguments, message] : cases) {
    fovea_.err.text.clear();
    EXPECT_EQ(fovea_.run(arguments), kWrongArguments) << message;
    EXPECT_THAT(fovea_.err.text, HasSubstr(message));
  }
  EXPECT_THAT(fovea_.out.text, IsEmpty());
  EXPECT_THAT(fovea_.record->requests, IsEmpty());
}

TEST_F(AskTest, MissingFilesEndWithFourBeforeAnythingIsLoaded) {
  EXPECT_EQ(fovea_.run({"ask", "cat.jpg", "What?"}), kUnreadableMedia);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no file cat.jpg here."));
  EXPECT_THAT(fovea_.loads, IsEmpty());
}

TEST_F(AskTest, UnusableModelsEndWithThree) {
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "no-such-model"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no model 'no-such-model' on this machine."));
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "a.png"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("'a.png' is a file."));
  fovea_.load_error =
      std::make_shared<Error>(Error{ErrorCode::kDamagedModel, "Model file damaged: x", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: Model file damaged: x\n"));
  fovea_.load_error = std::make_shared<Error>(Error{ErrorCode::kOutOfMemory, "Too big.", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kOutOfMemory);
}

TEST_F(AskTest, AModelIsAFolderOrAName) {
  std::filesystem::create_directory("mine");
  TemporaryFolder::write("hf/models--org--big/snapshots/0123/config.json", "{}");
  TemporaryFolder::write("hf/models--org--big/refs/main", "0123");
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "./mine"}), kOk);
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "org/big"}), kOk);
  EXPECT_EQ(fovea_.run({"ask", "What?", "--model", "fovea-mini"}), kOk);
  ASSERT_THAT(fovea_.loads, SizeIs(3));
  const auto folder = [&](std::size_t i) { return std::filesystem::path(fovea_.loads[i].model_folder); };
  EXPECT_TRUE(std::filesystem::equivalent(folder(0), "mine"));
  EXPECT_TRUE(std::filesystem::equivalent(folder(1), "hf/models--org--big/snapshots/0123"));
  EXPECT_TRUE(std::filesystem::equivalent(folder(2), "resources/models/fovea-mini"));
}

TEST_F(AskTest, AFailureKeepsTheTextSoFar) {
  fovea_.script.steps = {says("half an ans"),
                         fails(ErrorCode::kModelError, "Numbers that are none.", "Try fp32.")};
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kAnswerFailed);
  EXPECT_EQ(fovea_.out.text, "half an ans\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: Numbers that are none.\n       Try fp32.\n"));
}

TEST_F(AskTest, FailuresHaveTheirOwnStatus) {
  for (const auto& [code, status] :
       std::vector<std::pair<ErrorCode, ExitCode>>{{ErrorCode::kInvalidImage, kUnreadableMedia},
                                                   {ErrorCode::kInvalidVideo, kUnreadableMedia},
                                                   {ErrorCode::kOutOfMemory, kOutOfMemory},
                                                   {ErrorCode::kInvalidArgument, kWrongArguments},
                                                   {ErrorCode::kTooLong, kAnswerFailed},
                                                   {ErrorCode::kEngineFailed, kAnswerFailed}}) {
    fovea_.script.steps = {fails(code, "It failed.")};
    EXPECT_EQ(fovea_.run({"ask", "What?"}), status);
  }
  fovea_.script.refusal = std::make_shared<Error>(Error{ErrorCode::kBusy, "Busy.", {}, {}});
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: Busy."));
}

TEST_F(AskTest, CtrlCKeepsTheTextAndEndsWith130) {
  fovea_.script.steps = {says("begun")};  // and then nothing until it is cancelled
  std::thread presses([this] {
    std::this_thread::sleep_for(100ms);
    fovea_.interrupt.trigger();
  });
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kInterrupted);
  presses.join();
  EXPECT_EQ(fovea_.out.text, "begun\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("Stopped"));
  EXPECT_EQ(fovea_.record->cancelled, 1);
}

TEST_F(AskTest, CtrlCWhileLoadingEndsWith130) {
  fovea_.interrupt.trigger();
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kInterrupted);
  EXPECT_THAT(fovea_.record->requests, IsEmpty());
}

TEST_F(AskTest, AnAnswerThatIsCutOffSaysSo) {
  fovea_.script.steps = {says("word"), finishes(1, FinishReason::kLength)};
  EXPECT_EQ(fovea_.run({"ask", "What?"}), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The answer was cut off after 1 token; --max-tokens allows more."));
}

TEST_F(AskTest, QuietLeavesAnswersAndErrorsOnly) {
  fovea_.script.steps = {says("word"), finishes(1, FinishReason::kLength)};
  EXPECT_EQ(fovea_.run({"ask", "What?", "--quiet"}), kOk);
  EXPECT_THAT(fovea_.err.text, IsEmpty());
  fovea_.script.steps = {fails(ErrorCode::kModelError, "Numbers that are none.")};
  EXPECT_EQ(fovea_.run({"ask", "What?", "--quiet"}), kAnswerFailed);
  EXPECT_EQ(fovea_.err.text, "fovea: Numbers that are none.\n");
}

TEST_F(AskTest, AClosedPipeStopsTheAnswerQuietly) {
  fovea_.script.steps = {says("first "), says("second "), says("third ")};
  fovea_.out.closes_after = 8;
  EXPECT_EQ(fovea_.run({"ask", "What?", "--quiet"}), kOutputClosed);
  EXPECT_EQ(fovea_.record->cancelled, 1);
  EXPECT_THAT(fovea_.err.text, IsEmpty());
}

TEST_F(AskTest, AFullDiskIsAnError) {
  fovea_.out.fault_then = Output::Fault::kFailed;
  fovea_.out.closes_after = 3;
  EXPECT_EQ(fovea_.run({"ask", "What?", "--json"}), kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea: The output could not be written.\n"));
}

}  // namespace
}  // namespace fovea::cli
