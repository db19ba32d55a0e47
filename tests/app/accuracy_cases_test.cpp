#include "app/cli/bench/accuracy_cases.h"

#include "tests/app/test_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::cli {
namespace {

using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A message in short: who says it, and its parts.
std::string in_short(const Message& message) {
  std::string out = message.role == Role::kUser ? "user" : message.role == Role::kAssistant ? "model" : "?";
  for (const ContentPart& part : message.content) {
    if (const auto* text = std::get_if<TextPart>(&part)) out += " " + text->text;
    if (const auto* image = std::get_if<ImagePart>(&part)) out += " <" + image->image.name + ">";
    if (const auto* clip = std::get_if<VideoPart>(&part)) out += " {" + clip->video.path + "}";
  }
  return out;
}

class AccuracyCasesTest : public ::testing::Test {
 protected:
  AccuracyCasesTest() {
    TemporaryFolder::write("set/a.png", test::kPngHead);
    TemporaryFolder::write("set/b.png", std::string(test::kPngHead) + "b");
    TemporaryFolder::write("set/clip.mp4", std::string_view("\0\0\0\x18"
                                                            "ftypmp42\0\0\0\0mp42isom",
                                                            24));
  }

  Result<std::vector<bench::AccuracyCase>> read(const std::string& json, std::size_t most = 1000) {
    TemporaryFolder::write("set/cases.json", json);
    return read_accuracy_cases("set/cases.json", most, in_);
  }
  std::vector<std::string> messages(const std::string& json) {
    const auto cases = read(json);
    if (!cases) return {cases.error().text()};
    std::vector<std::string> out;
    for (const Message& message : cases->front().request.messages) out.push_back(in_short(message));
    return out;
  }
  /// What is said of a case that is wrong; a good one stands before it.
  std::string fault(const std::string& members) {
    const auto cases = read(R"([{"file": "a.png", "question": "q", "answer": "a"}, )" + members + "]");
    return cases ? "none" : cases.error().message;
  }

  TemporaryFolder folder_;
  test::StringInput in_;
};

TEST_F(AccuracyCasesTest, OnePicture) {
  EXPECT_THAT(messages(R"([{"file": "a.png", "question": "What?", "answer": "a"}])"),
              ElementsAre("user <set/a.png> What?"));
  const auto cases = read(R"([{"file": "a.png", "question": "What?", "answer": "a"},
                              {"file": "b.png", "question": "What?", "answer": "b", "kind": "names"}])");
  ASSERT_TRUE(cases) << cases.error().text();
  EXPECT_EQ(cases->at(0).kind, "all");
  EXPECT_EQ(cases->at(1).kind, "names");
  EXPECT_EQ(cases->at(1).answer, "b");
  EXPECT_TRUE(cases->at(1).boxes.empty());
  EXPECT_EQ(cases->at(1).request.sampling.temperature, 0.0);
  EXPECT_FALSE(cases->at(1).request.messages[0].plain_text);
}

TEST_F(AccuracyCasesTest, SeveralPicturesAreOneMessageInTheirOrder) {
  EXPECT_THAT(messages(R"([{"files": ["b.png", "a.png"], "question": "Differ?", "answer": "a"}])"),
              ElementsAre("user <set/b.png> <set/a.png> Differ?"));
}

TEST_F(AccuracyCasesTest, AClipIsAVideoSampledAsTheModelDoes) {
  const auto cases = read(R"([{"clip": "clip.mp4", "question": "What happens?", "answer": "a"}])");
  ASSERT_TRUE(cases) << cases.error().text();
  const Message& message = cases->front().request.messages.front();
  EXPECT_EQ(in_short(message), "user {set/clip.mp4} What happens?");
  const VideoSampling& sampling = std::get<VideoPart>(message.content.front()).video.sampling;
  EXPECT_EQ(sampling.frames_per_second, 0.0);
  EXPECT_EQ(sampling.frame_count, 0);
}

TEST_F(AccuracyCasesTest, EarlierTurnsComeBeforeAndHaveThePictures) {
  EXPECT_THAT(messages(R"([{"files": ["a.png", "b.png"], "question": "And now?", "answer": "a",
                            "earlier": [["First?", "One."], ["Second?", "Two."]]}])"),
              ElementsAre("user <set/a.png> <set/b.png> First?", "model One.", "user Second?", "model Two.",
                          "user And now?"));
  EXPECT_THAT(messages(R"([{"file": "a.png", "question": "q", "answer": "a", "earlier": []}])"),
              ElementsAre("user <set/a.png> q"));
}

TEST_F(AccuracyCasesTest, BoxesOfTheAnswerAreRead) {
  const auto cases = read(R"([{"file": "a.png", "question": "Where?", "verdict": "box",
                "answer": "[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"x\"}, {\"bbox_2d\": [5, 6, 7, 8]}]"}])");
  ASSERT_TRUE(cases) << cases.error().text();
  ASSERT_EQ(cases->front().boxes.size(), 2U);
  EXPECT_DOUBLE_EQ(cases->front().boxes[1].bottom, 0.008);
}

TEST_F(AccuracyCasesTest, OnlyTheFirstAreRead) {
  const auto cases = read(R"([{"file": "a.png", "question": "q", "answer": "a"}, 3])", 1);
  ASSERT_TRUE(cases) << cases.error().text();
  EXPECT_EQ(cases->size(), 1U);
}

TEST_F(AccuracyCasesTest, WhatIsWrongWithACaseIsSaidWithItsNumber) {
  const std::string rest = R"("question": "q", "answer": "a")";
  const std::string asked = R"("file": "a.png", )" + rest;
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"3", "case 2 is no object."},
      {R"({"file": "a.png", "answer": "a"})", "case 2 lacks question."},
      {R"({"file": "a.png", "question": "q"})", "case 2 lacks answer."},
      {R"({"file": "a.png", "question": 3, "answer": "a"})", "case 2: question is no text."},
      {R"({"file": "a.png", "question": "q", "answer": ["a"]})", "case 2: answer is no text."},
      {"{" + asked + R"(, "kind": 3})", "case 2: kind is no text."},
      {"{" + rest + "}", "case 2 lacks file, files or clip."},
      {"{" + asked + R"(, "files": ["a.png"]})", "case 2 has both file and files; it may have one of them."},
      {"{" + asked + R"(, "clip": "clip.mp4"})", "case 2 has both file and clip; it may have one of them."},
      {R"({"files": ["a.png"], "clip": "clip.mp4", )" + rest + "}",
       "case 2 has both files and clip; it may have one of them."},
      {R"({"file": 3, )" + rest + "}", "case 2: file is no file name."},
      {R"({"file": ["a.png"], )" + rest + "}", "case 2: file is no file name."},
      {R"({"file": "", )" + rest + "}", "case 2: file has an empty name."},
      {R"({"files": [], )" + rest + "}", "case 2: files is empty."},
      {R"({"files": "a.png", )" + rest + "}", "case 2: files is no list of file names."},
      {R"({"files": ["a.png", 3], )" + rest + "}", "case 2: files is no list of file names."},
      {R"({"files": ["a.png", "clip.mp4"], )" + rest + "}",
       "case 2: set/clip.mp4 is a clip, and files are pictures; name it in clip."},
      {R"({"clip": "a.png", )" + rest + "}", "case 2: set/a.png is a picture; name it in file."},
      {R"({"clip": "gone.mp4", )" + rest + "}", "case 2: There is no file set/gone.mp4 here."},
      {R"({"files": ["a.png", "gone.png"], )" + rest + "}", "case 2: There is no file set/gone.png here."},
      {"{" + asked + R"(, "earlier": "q"})", "case 2: earlier is no list of pairs [question, answer]."},
      {"{" + asked + R"(, "earlier": [["q", "a"], ["q"]]})",
       "case 2: turn 2 of earlier is no pair [question, answer]."},
      {"{" + asked + R"(, "earlier": [["q", "a", "q"]]})",
       "case 2: turn 1 of earlier is no pair [question, answer]."},
      {"{" + asked + R"(, "earlier": [["q", 3]]})",
       "case 2: turn 1 of earlier is no pair [question, answer]."},
      {"{" + asked + R"(, "earlier": [[3, "a"]]})",
       "case 2: turn 1 of earlier is no pair [question, answer]."},
      {"{" + asked + R"(, "earlier": ["qa"]})", "case 2: turn 1 of earlier is no pair [question, answer]."},
      {"{" + asked + R"(, "verdict": "boxes"})",
       "case 2: there is no verdict \"boxes\"; it is \"box\" or left out."},
      {"{" + asked + R"(, "verdict": true})", "case 2: there is no verdict true; it is \"box\" or left out."},
      {"{" + asked + R"(, "verdict": "box"})",
       "case 2: verdict is \"box\", and answer holds no box such as {\"bbox_2d\": [100, 200, 300, 400]}."},
      {R"({"file": "a.png", "question": "q", "verdict": "box", "answer": "{\"point_2d\": [1, 2]}"})",
       "case 2: verdict is \"box\", and answer holds no box such as {\"bbox_2d\": [100, 200, 300, 400]}."},
      {R"({"file": "a.png", "question": "q", "verdict": "box",
           "answer": "{\"bbox_2d\": [1, 2, 3, 4]} {\"bbox_2d\": [3, 2, 1, 4]}"})",
       "case 2: a box in answer can't be read; it is left, top, right, bottom from 0 to 1000, and has an "
       "area."}};
  for (const auto& [members, said] : wrong) EXPECT_EQ(fault(members), "set/cases.json: " + said) << members;
}

TEST_F(AccuracyCasesTest, WhatIsNoListOfCasesIsSaid) {
  EXPECT_EQ(read("[{").error().message, "set/cases.json: is no JSON.");
  EXPECT_EQ(read("{}").error().message, "set/cases.json: is no list of cases.");
  EXPECT_EQ(read("[]").error().message, "set/cases.json: is no list of cases.");
  EXPECT_THAT(read("[]").error().remedy, HasSubstr("fovea bench accuracy --help"));
  const auto gone = read_accuracy_cases("nowhere.json", 1, in_);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(gone.error().message, StartsWith("nowhere.json can't be read."));
}

}  // namespace
}  // namespace fovea::cli
