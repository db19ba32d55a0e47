#include "app/cli/console.h"

#include <array>

namespace fovea::cli {

LineReader::Kind LineReader::next(std::string& line) {
  line.clear();
  bool too_long = false;
  for (;;) {
    const std::size_t end = pending_.find('\n', searched_);
    if (end != std::string::npos || ended_) {
      if (end == std::string::npos && pending_.empty()) return too_long ? Kind::kTooLong : Kind::kEnd;
      line = pending_.substr(0, end);
      pending_.erase(0, end == std::string::npos ? end : end + 1);
      searched_ = 0;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (!too_long) return Kind::kLine;
      line.clear();
      return Kind::kTooLong;
    }
    searched_ = pending_.size();
    if (pending_.size() > kLongest) {
      too_long = true;
      pending_.clear();
      searched_ = 0;
    }
    std::array<char, 4096> buffer;
    const std::ptrdiff_t count = input_.read(buffer.data(), buffer.size());
    if (count == Input::kInterrupted) {
      pending_.clear();
      searched_ = 0;
      return Kind::kInterrupted;
    }
    if (count <= 0) {
      ended_ = true;
    } else {
      pending_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
}

}  // namespace fovea::cli
