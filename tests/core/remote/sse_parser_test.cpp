#include "core/remote/sse_parser.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using State = SseParser::State;

/// The events of `pieces`, pushed one after the other.
std::vector<std::string> events_of(const std::vector<std::string>& pieces, State* state = nullptr,
                                   std::size_t most_bytes = 1000) {
  std::vector<std::string> events;
  SseParser parser(
      [&](std::string_view data) {
        events.emplace_back(data);
        return data != "[DONE]";
      },
      most_bytes);
  State last = State::kGoesOn;
  for (const std::string& piece : pieces) last = parser.push(piece);
  if (state != nullptr) *state = last;
  return events;
}

const std::string kStream =
    "\xEF\xBB\xBF: hello\r\n\r\ndata: one\r\ndata: two\r\n\r\ndata: {\"a\": \"ä停😀\"}\r\n\r\n"
    "event: more\ndata:first\ndata: second\ndata\nid: 7\n\n"
    "data: by cr\r\rretry: 10\n\n\n: ping\n\ndata:\n\ndata:  two spaces\n\n";

const std::vector<std::string> kEvents = {"one\ntwo", "{\"a\": \"ä停😀\"}", "first\nsecond\n", "by cr",
                                          "",         " two spaces"};

TEST(SseParser, ReadsLinesFieldsAndComments) {
  EXPECT_EQ(events_of({kStream}), kEvents);
}

TEST(SseParser, GivesTheSameWhereverItIsCut) {
  for (std::size_t cut = 0; cut <= kStream.size(); ++cut) {
    EXPECT_EQ(events_of({kStream.substr(0, cut), kStream.substr(cut)}), kEvents) << "cut at " << cut;
    for (std::size_t second = cut; second <= kStream.size(); second += 5) {
      EXPECT_EQ(
          events_of({kStream.substr(0, cut), kStream.substr(cut, second - cut), kStream.substr(second)}),
          kEvents)
          << "cut at " << cut << " and " << second;
    }
  }
  std::vector<std::string> bytes;
  for (const char byte : kStream) bytes.emplace_back(1, byte);
  EXPECT_EQ(events_of(bytes), kEvents);
}

TEST(SseParser, AnEventWithoutItsBlankLineIsNone) {
  EXPECT_TRUE(events_of({"data: half\n"}).empty());
}

TEST(SseParser, StopsWhenTheSinkHasEnough) {
  State state = State::kGoesOn;
  EXPECT_EQ(events_of({"data: a\n\ndata: [DONE]\n\ndata: b\n\n", "data: c\n\n"}, &state),
            (std::vector<std::string>{"a", "[DONE]"}));
  EXPECT_EQ(state, State::kStopped);
}

TEST(SseParser, BoundsALineAndAnEvent) {
  State state = State::kGoesOn;
  EXPECT_TRUE(events_of({std::string(11, 'x')}, &state, 10).empty());
  EXPECT_EQ(state, State::kTooLarge);
  events_of({std::string(6, 'x'), std::string(6, 'x')}, &state, 10);
  EXPECT_EQ(state, State::kTooLarge);
  events_of({"data:1234\n", "data:1234\n", "data:12\n"}, &state, 10);
  EXPECT_EQ(state, State::kTooLarge);
  EXPECT_EQ(events_of({"data:1234\n\n", "data:5678\n\n"}, &state, 10),
            (std::vector<std::string>{"1234", "5678"}));
  EXPECT_EQ(state, State::kGoesOn);
}

}  // namespace
}  // namespace fovea
