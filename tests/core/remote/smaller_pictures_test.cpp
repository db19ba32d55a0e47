// Pictures on their way to a server: made smaller where that is wanted, told of once, never without a word.
#include "core/remote/data_url.h"
#include "remote_fixture.h"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace fovea::test {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

ImageInput picture(std::size_t size, const std::string& name = "a.png") {
  return {name, std::make_shared<const Bytes>(size, std::uint8_t{7}), nullptr};
}

GenerationRequest question_about(const std::vector<ImageInput>& pictures) {
  GenerationRequest request = question();
  for (const ImageInput& one : pictures)
    request.messages[0].content.insert(request.messages[0].content.begin(), ImagePart{one});
  return request;
}

/// What a question said of its pictures.
std::vector<std::string> urls_of(const WireRequest& request) {
  std::vector<std::string> urls;
  const auto body = nlohmann::json::parse(request.body);
  for (const auto& part : body["messages"][0]["content"]) {
    if (part["type"] == "image_url") urls.push_back(part["image_url"]["url"]);
  }
  return urls;
}

class SmallerPicturesTest : public ::testing::Test {
 protected:
  SmallerPicturesTest()
      : server_([this](const WireRequest&, WireConnection& connection) {
          if (refusals_ > 0) {
            --refusals_;
            return connection.reply(503, "{}", "Retry-After: 0\r\n");
          }
          connection.begin_stream();
          connection.send(text_event("Yes"));
          std::this_thread::sleep_for(std::chrono::milliseconds(20));  // so that it comes in two pieces
          connection.send(text_event(".") + finish_event("stop") + std::string(kDone));
        }) {}

  /// A reducer that keeps a tenth of the bytes, and what has fewer than 100 as it is.
  RemoteOptions reducing() {
    RemoteOptions options = options_for(server_);
    options.reduction.longest_side = 512;
    options.reducer = [this](const ImageInput& image, const UploadReduction& how) -> Result<ReducedPicture> {
      ++reduced_;
      EXPECT_EQ(how.longest_side, 512);
      if (image.name == "bad.png") return Error{ErrorCode::kInvalidImage, "Can't read bad.png.", {}, {}};
      if (image.encoded->size() < 100) return ReducedPicture{image, false};
      return ReducedPicture{picture(image.encoded->size() / 10, image.name), true};
    };
    options.on_saving = [this](RequestId request, const UploadSaving& saving) {
      savings_.push_back(saving);
      told_of_.push_back(request);
    };
    return options;
  }

  std::atomic<int> refusals_{0};
  int reduced_ = 0;                    // the engine's thread's until an answer has ended
  std::vector<UploadSaving> savings_;  // the same
  std::vector<RequestId> told_of_;     // the same
  ScriptedServer server_;
};

TEST_F(SmallerPicturesTest, GoInThePlaceOfTheLargeOnesAndAreToldOf) {
  const auto engine = connected(reducing());
  finish_of(ask(*engine));  // another's
  const auto events = ask(*engine, question_about({picture(9'000'000), picture(60)}));
  finish_of(events);
  const auto urls = urls_of(server_.questions().at(1));
  ASSERT_EQ(urls.size(), 2U);
  EXPECT_EQ(urls[0], data_url(picture(60))) << "as it was";
  EXPECT_EQ(urls[1], data_url(picture(900'000)));
  ASSERT_EQ(savings_.size(), 1U);
  EXPECT_EQ(told_of_[0], events.back().request);
  EXPECT_EQ(savings_[0].pictures, 1);
  EXPECT_EQ(savings_[0].source_bytes, 12'000'000U);
  EXPECT_EQ(savings_[0].sent_bytes, 1'200'000U);
  EXPECT_GT(savings_[0].bytes_per_second, 0.0);
  EXPECT_NEAR(savings_[0].saved_seconds(), 10'800'000.0 / savings_[0].bytes_per_second, 1e-12);
}

TEST_F(SmallerPicturesTest, AreToldOfOnceThoughTheQuestionIsSentAgain) {
  refusals_ = 2;
  const auto engine = connected(reducing());
  finish_of(ask(*engine, question_about({picture(90'000)})));
  EXPECT_EQ(server_.questions().size(), 3U);
  EXPECT_EQ(reduced_, 1);
  EXPECT_EQ(savings_.size(), 1U);
}

TEST_F(SmallerPicturesTest, AreMadeOnceForAllTurnsOfAChat) {
  const auto engine = connected(reducing());
  const ImageInput large = picture(90'000);
  const ImageInput small = picture(60);
  for (int turn = 0; turn < 3; ++turn) finish_of(ask(*engine, question_about({large, small})));
  EXPECT_EQ(reduced_, 2);
  EXPECT_EQ(savings_.size(), 3U);
  for (const WireRequest& request : server_.questions()) {
    EXPECT_EQ(urls_of(request), urls_of(server_.questions()[0]));
  }
  finish_of(ask(*engine, question_about({picture(90'000)})));
  EXPECT_EQ(reduced_, 3) << "other bytes, though they say the same";
}

TEST_F(SmallerPicturesTest, OneThatCannotBeReadFailsItsQuestionBeforeItIsSent) {
  const auto engine = connected(reducing());
  const Error error = failure_of(ask(*engine, question_about({picture(90'000, "bad.png")})));
  EXPECT_EQ(error.code, ErrorCode::kInvalidImage);
  EXPECT_THAT(error.message, HasSubstr("bad.png"));
  EXPECT_TRUE(server_.questions().empty());
  EXPECT_TRUE(savings_.empty());
  finish_of(ask(*engine, question()));
}

TEST_F(SmallerPicturesTest, AreNotMadeUnlessThatIsWanted) {
  RemoteOptions options = reducing();
  options.reduction = {};
  const auto engine = connected(options);
  finish_of(ask(*engine, question_about({picture(90'000)})));
  EXPECT_EQ(urls_of(server_.questions().at(0)).at(0), data_url(picture(90'000)));
  EXPECT_EQ(reduced_, 0);
  EXPECT_TRUE(savings_.empty());
}

}  // namespace
}  // namespace fovea::test
