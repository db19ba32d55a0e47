#include "core/remote/sse_parser.h"

namespace fovea {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

SseParser::State SseParser::push(std::string_view bytes) {
  while (!bytes.empty() && state_ == State::kGoesOn) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const std::size_t length = bytes.find_first_of("\r\n");
    const std::string_view piece = bytes.substr(0, length);
    if (piece.size() > most_bytes_ - line_.size()) {
      state_ = State::kTooLarge;
      break;
    }
    line_ += piece;
    if (length == std::string_view::npos) break;
    after_cr_ = bytes[length] == '\r';
    bytes.remove_prefix(length + 1);
    end_line();
  }
  return state_;
}

void SseParser::end_line() {
  std::string_view line = line_;
  if (first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  first_line_ = false;
  if (line.empty()) {
    dispatch();
  } else if (const std::size_t colon = line.find(':'); line.substr(0, colon) == "data") {
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (value.size() + 1 > most_bytes_ - data_.size()) {
      state_ = State::kTooLarge;
      return;
    }
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  }
  line_.clear();
}

void SseParser::dispatch() {
  if (has_data_ && !sink_(data_)) state_ = State::kStopped;
  data_.clear();
  has_data_ = false;
}

}  // namespace fovea
