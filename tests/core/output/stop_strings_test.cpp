#include "core/output/stop_strings.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

struct Ended {
  std::string text;
  std::string which;
};

/// The rule, searched for in the plainest way in the whole text.
Ended whole(const std::string& text, const std::vector<std::string>& stops) {
  for (std::size_t end = 1; end <= text.size(); ++end) {
    std::string which;
    for (const std::string& stop : stops) {
      const bool here = stop.size() <= end && text.compare(end - stop.size(), stop.size(), stop) == 0;
      if (here && stop.size() > which.size()) which = stop;
    }
    if (!which.empty()) return {text.substr(0, end - which.size()), which};
  }
  return {text, ""};
}

TEST(StopStrings, EqualSearchingTheWholeTextHoweverItIsCut) {
  std::mt19937 random(1);
  const auto below = [&random](std::size_t n) { return random() % n; };
  const auto word = [&](std::size_t longest, std::size_t letters) {
    std::string made;
    for (std::size_t i = 1 + below(longest); i > 0; --i) made += static_cast<char>('a' + below(letters));
    return made;
  };
  int stopped = 0;
  for (int round = 0; round < 5'000; ++round) {
    const std::size_t letters = 1 + below(3);
    std::vector<std::string> stops;
    for (std::size_t i = below(4); i > 0; --i) stops.push_back(word(6, letters));
    const std::string text = word(40, letters);
    const Ended wanted = whole(text, stops);

    StopStrings filter(stops);
    std::string given;
    for (std::size_t at = 0; at < text.size() && !filter.found();) {
      const std::size_t length = below(6);
      filter.push(std::string_view(text).substr(at, length), given);
      at += std::min(length, text.size() - at);
      // What was given is never taken back, and nothing is held that cannot become a stop string.
      ASSERT_TRUE(wanted.text.starts_with(given));
      if (filter.found()) break;
      const std::string held = text.substr(given.size(), at - given.size());
      const bool possible =
          std::any_of(stops.begin(), stops.end(), [&](const std::string& s) { return s.starts_with(held); });
      ASSERT_TRUE(held.empty() || possible) << held;
    }
    if (!filter.found()) filter.flush(given);
    ASSERT_EQ(given, wanted.text);
    ASSERT_EQ(filter.which(), wanted.which);
    stopped += filter.found() ? 1 : 0;
  }
  EXPECT_GT(stopped, 500);
  EXPECT_LT(stopped, 4'500);
}

TEST(StopStrings, TheFirstToBeCompleteWins) {
  StopStrings filter({"abcd", "bc"});
  std::string given;
  filter.push("xab", given);
  EXPECT_EQ(given, "x");
  filter.push("cd", given);
  EXPECT_EQ(given, "xa");
  EXPECT_EQ(filter.which(), "bc");
  filter.push("more", given);
  EXPECT_EQ(given, "xa");
}

TEST(StopStrings, HeldTextNeverCutsACharacter) {
  StopStrings filter({"é"});  // C3 A9
  std::string given;
  filter.push("è", given);  // C3 A8
  EXPECT_EQ(given, "è");
}

TEST(StopStrings, LongStringsOfOneLetterAreLinear) {
  StopStrings filter({std::string(1023, 'a') + "b"});
  std::string given;
  const std::string text(500'000, 'a');
  for (std::size_t at = 0; at < text.size(); at += 1000)
    filter.push(std::string_view(text).substr(at, 1000), given);
  filter.flush(given);
  EXPECT_EQ(given.size(), text.size());
}

}  // namespace
}  // namespace fovea
