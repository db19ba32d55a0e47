#pragma once

#include "app/cli/console.h"
#include "core/api/error.h"
#include "core/api/message.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::cli {

inline constexpr std::uint64_t kLargestPictureFile = 256'000'000;  ///< bytes
inline constexpr std::uint64_t kLargestTotal = 1'000'000'000;      ///< bytes of all pictures of one question

/// What was typed, told apart.
struct Arguments {
  std::vector<std::string> files;  ///< in the order given; patterns expanded; "-" is standard input
  std::string question;            ///< empty if there is none
};

/// Files and the question among the arguments of `ask`. A pattern that the shell left alone (`scans/*.png`)
/// is expanded. The question is the last argument that is neither a file nor looks like a file's name; with
/// `question_given` (by -q) every argument is a file. kNotFound: a file that is not there.
Result<Arguments> sort_arguments(const std::vector<std::string>& arguments, bool question_given);

/// The files that `pattern` means: itself if it is there, else what it matches, in alphabetical order.
/// kNotFound, with what to do, if there is nothing.
Result<std::vector<std::string>> expanded(const std::string& pattern);

/// Reads pictures, checks clips. kInvalidImage, kInvalidVideo, kNotFound, kTooLarge, kUnsupported; the
/// message names the file as it was typed. A clip is not read here: the part holds its path.
Result<std::vector<ContentPart>> read_attachments(const std::vector<std::string>& files,
                                                  Input& standard_input);

}  // namespace fovea::cli
