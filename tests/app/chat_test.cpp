#include "app/cli/console.h"
#include "app/cli/exit_code.h"
#include "tests/app/test_host.h"

#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::cli {
namespace {

using namespace std::chrono_literals;
using test::fails;
using test::finishes;
using test::kPngHead;
using test::Program;
using test::says;
using test::StringInput;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ChatTest : public ::testing::Test {
 protected:
  ChatTest() {
    TemporaryFolder::write("a.png", kPngHead);
    TemporaryFolder::write("my cat.png", kPngHead);
    fovea_.script.steps = {says("Yes."), finishes(1)};
  }

  int chat(std::string lines, std::vector<std::string> arguments = {}) {
    fovea_.in.text = std::move(lines);
    arguments.insert(arguments.begin(), "chat");
    return fovea_.run(arguments);
  }

  static std::string words(const Message& message) { return std::get<TextPart>(message.content.back()).text; }
  static std::string picture(const Message& message) {
    return std::get<ImagePart>(message.content.front()).image.name;
  }

  Program fovea_;
};

TEST_F(ChatTest, ContinuesAnAnswerThatWasCut) {
  Finished cut;
  cut.reason = FinishReason::kLength;
  fovea_.script.steps = {says("The sign "), test::ScriptStep{{}, cut}};
  EXPECT_EQ(chat("One?\n/continue\nTwo?\n"), kOk);
  const auto& requests = fovea_.record->requests;
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_TRUE(requests[1].continue_answer);
  ASSERT_EQ(requests[1].messages.size(), 2U);
  EXPECT_EQ(std::get<TextPart>(requests[1].messages[1].content[0]).text, "The sign ");
  EXPECT_FALSE(requests[2].continue_answer);
  ASSERT_EQ(requests[2].messages.size(), 3U);
  EXPECT_EQ(std::get<TextPart>(requests[2].messages[1].content[0]).text, "The sign The sign ");
}

TEST_F(ChatTest, ContinuesNothingThatIsWhole) {
  EXPECT_EQ(chat("/continue\nOne?\n/continue\n"), kOk);
  EXPECT_EQ(fovea_.record->requests.size(), 1U);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no answer yet."));
  EXPECT_THAT(fovea_.err.text, HasSubstr("The last answer is whole."));
}

TEST_F(ChatTest, EveryQuestionIsSentWithAllTurnsBeforeIt) {
  EXPECT_EQ(chat("One?\nTwo?\n", {"a.png", "--system", "Be brief."}), kOk);
  EXPECT_EQ(fovea_.out.text, "Yes.\nYes.\n");
  ASSERT_EQ(fovea_.requests().size(), 2U);
  const auto& messages = fovea_.requests()[1].messages;
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_EQ(words(messages[0]), "Be brief.");
  EXPECT_EQ(picture(messages[1]), "a.png") << "pictures stay";
  EXPECT_EQ(words(messages[1]), "One?");
  EXPECT_EQ(messages[2].role, Role::kAssistant);
  EXPECT_EQ(words(messages[2]), "Yes.");
  EXPECT_EQ(words(messages[3]), "Two?");
  EXPECT_EQ(messages[3].content.size(), 1U);
}

TEST_F(ChatTest, ImageGoesWithTheNextQuestion) {
  EXPECT_EQ(chat("/image 'my cat.png'\n/image my\\ cat.png\n/clip a.png\nWhat?"), kOk);
  const auto& message = fovea_.request().messages.at(0);
  ASSERT_EQ(message.content.size(), 4U);
  EXPECT_EQ(picture(message), "my cat.png");
  EXPECT_THAT(fovea_.err.text, HasSubstr("Added to the next question: my cat.png"));
}

TEST_F(ChatTest, AMissingImageLeavesTheChatAsItWas) {
  EXPECT_EQ(chat("/image none.png\n/image\nWhat?\n"), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no file none.png here."));
  EXPECT_THAT(fovea_.err.text, HasSubstr("Which file?"));
  EXPECT_EQ(fovea_.request().messages.at(0).content.size(), 1U);
}

TEST_F(ChatTest, RetryAsksTheLastQuestionAgain) {
  EXPECT_EQ(chat("/retry\nOne?\nTwo?\n/retry\n"), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no question to ask again."));
  ASSERT_EQ(fovea_.requests().size(), 3U);
  ASSERT_EQ(fovea_.requests()[2].messages.size(), 3U);
  EXPECT_EQ(words(fovea_.requests()[2].messages[2]), "Two?");
}

TEST_F(ChatTest, AFailedQuestionIsNotKeptButCanBeRetried) {
  fovea_.script.steps = {says("half"), fails(ErrorCode::kOutOfMemory, "No memory.")};
  EXPECT_EQ(chat("One?\nTwo?\n/retry\n"), kOutOfMemory);
  ASSERT_EQ(fovea_.requests().size(), 3U);
  ASSERT_EQ(fovea_.requests()[1].messages.size(), 1U);
  EXPECT_EQ(words(fovea_.requests()[2].messages.at(0)), "Two?");
}

TEST_F(ChatTest, ResetForgetsTurnsAndPictures) {
  EXPECT_EQ(chat("One?\n/image a.png\n/reset\nTwo?\n"), kOk);
  const auto& messages = fovea_.requests().at(1).messages;
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].content.size(), 1U);
}

TEST_F(ChatTest, SystemIsSetShownAndTakenBack) {
  EXPECT_EQ(chat("/system Be kind.\n/system\nOne?\n/system -\nTwo?\n"), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The model is told: Be kind."));
  EXPECT_EQ(words(fovea_.requests().at(0).messages.at(0)), "Be kind.");
  EXPECT_EQ(fovea_.requests().at(1).messages.at(0).role, Role::kUser);
}

TEST_F(ChatTest, SaveWritesMarkdownAndOverwritesNothing) {
  EXPECT_EQ(chat("What?\n/save chat.md\n/save a.png\n/save none/chat.md\n", {"a.png"}), kOk);
  std::ifstream file("chat.md");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text, "# Chat with scripted\n\n## Question\n\nPicture: `a.png`\n\nWhat?\n\n## Answer\n\nYes.\n");
  EXPECT_THAT(fovea_.err.text, HasSubstr("a.png is there already."));
  EXPECT_THAT(fovea_.err.text, HasSubstr("none/chat.md could not be written; nothing is saved."));
  EXPECT_EQ(std::filesystem::file_size("a.png"), kPngHead.size());
  EXPECT_FALSE(std::filesystem::exists("chat.md.part"));
}

TEST_F(ChatTest, CommandsAreToldFromQuestions) {
  EXPECT_EQ(chat("/hlep\n//etc is what?\n/etc/passwd is what?\n\n   \n/help\n/quit\nNever asked.\n"), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("Did you mean /help?"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("/image FILE"));
  ASSERT_EQ(fovea_.requests().size(), 2U);
  EXPECT_EQ(words(fovea_.requests()[0].messages.at(0)), "/etc is what?");
  EXPECT_EQ(words(fovea_.requests()[1].messages.back()), "/etc/passwd is what?");
}

TEST_F(ChatTest, TimingsOfTheLastAnswer) {
  EXPECT_EQ(chat("/timings\nWhat?\n/timings\n"), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no answer yet."));
  EXPECT_THAT(fovea_.err.text, HasSubstr("Where the time went (2.00 s)"));
}

TEST_F(ChatTest, CtrlCStopsTheAnswerOnly) {
  fovea_.in.is_terminal = true;
  fovea_.script.steps = {says("begun")};
  std::thread presses([this] {
    for (int i = 0; i < 2; ++i) {
      std::this_thread::sleep_for(150ms);
      fovea_.interrupt.trigger();
    }
  });
  EXPECT_EQ(chat("One?\nTwo?\n"), kOk) << "leaving is no failure";
  presses.join();
  EXPECT_EQ(fovea_.out.text, "begun\nbegun\n");
  ASSERT_EQ(fovea_.requests().size(), 2U);
  EXPECT_EQ(words(fovea_.requests()[1].messages.at(1)), "begun") << "what there is stays part of the chat";
}

TEST_F(ChatTest, APipeGetsNoPrompt) {
  EXPECT_EQ(chat("What?\n"), kOk);
  EXPECT_THAT(fovea_.err.text, Not(HasSubstr("> ")));
  fovea_.in.is_terminal = true;
  EXPECT_EQ(chat("What?\n"), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("\n> "));
}

TEST_F(ChatTest, AClosedPipeEndsIt) {
  fovea_.out.closes_after = 5;
  EXPECT_EQ(chat("One?\nTwo?\nThree?\n"), kOutputClosed);
  EXPECT_EQ(fovea_.requests().size(), 2U);
}

TEST_F(ChatTest, RefusesWhatIsNoText) {
  EXPECT_EQ(chat("caf\xe9\nWhat?\n"), kOk);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The line is not UTF-8 text."));
  EXPECT_EQ(fovea_.requests().size(), 1U);
  EXPECT_EQ(chat("", {"-"}), kWrongArguments);
  EXPECT_EQ(chat("", {"none.png"}), kUnreadableMedia);
}

TEST(LineReaderTest, KnowsEveryLineEnd) {
  StringInput input;
  input.text = "one\r\n\ntwo three four\nlast";
  LineReader reader(input);
  std::string line;
  for (const char* expected : {"one", "", "two three four", "last"}) {
    ASSERT_EQ(reader.next(line), LineReader::Kind::kLine);
    EXPECT_EQ(line, expected);
  }
  EXPECT_EQ(reader.next(line), LineReader::Kind::kEnd);
}

TEST(LineReaderTest, SkipsALineThatIsTooLong) {
  StringInput input;
  input.text = std::string(LineReader::kLongest + 9000, 'x') + "\nnext\n" +
               std::string(LineReader::kLongest + 9000, 'x');
  LineReader reader(input);
  std::string line;
  EXPECT_EQ(reader.next(line), LineReader::Kind::kTooLong);
  EXPECT_THAT(line, IsEmpty());
  EXPECT_EQ(reader.next(line), LineReader::Kind::kLine);
  EXPECT_EQ(line, "next");
  EXPECT_EQ(reader.next(line), LineReader::Kind::kTooLong);
  EXPECT_EQ(reader.next(line), LineReader::Kind::kEnd);
}

}  // namespace
}  // namespace fovea::cli
