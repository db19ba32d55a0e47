#include "core/input/text/json_scanner.h"

#include "core/input/text/utf8.h"

#include <algorithm>
#include <charconv>

namespace fovea::text {

bool JsonScanner::fail(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
  return false;
}

bool JsonScanner::unexpected() {
  return fail("not what belongs there at byte " + std::to_string(at_));
}

void JsonScanner::skip_space() {
  while (at_ < json_.size()) {
    const char c = json_[at_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    ++at_;
  }
}

JsonScanner::Kind JsonScanner::peek() {
  if (!ok()) return Kind::kNothing;
  skip_space();
  switch (peek_byte()) {
    case 'n':
      return Kind::kNull;
    case 't':
    case 'f':
      return Kind::kBool;
    case '"':
      return Kind::kString;
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    default:
      return peek_byte() == '-' || (peek_byte() >= '0' && peek_byte() <= '9') ? Kind::kNumber
                                                                              : Kind::kNothing;
  }
}

bool JsonScanner::literal(std::string_view word) {
  if (json_.substr(at_, word.size()) != word) return unexpected();
  at_ += word.size();
  return true;
}

bool JsonScanner::read_null() {
  return peek() == Kind::kNull ? literal("null") : unexpected();
}

bool JsonScanner::read_bool(bool& value) {
  if (peek() != Kind::kBool) return unexpected();
  value = peek_byte() == 't';
  return literal(value ? "true" : "false");
}

bool JsonScanner::skip_number() {
  auto digits = [&] {
    const std::size_t begin = at_;
    while (peek_byte() >= '0' && peek_byte() <= '9') ++at_;
    return at_ > begin;
  };
  if (peek_byte() == '-') ++at_;
  if (peek_byte() == '0') {
    ++at_;
  } else if (!digits()) {
    return unexpected();
  }
  if (peek_byte() == '.') {
    ++at_;
    if (!digits()) return unexpected();
  }
  if (peek_byte() == 'e' || peek_byte() == 'E') {
    ++at_;
    if (peek_byte() == '+' || peek_byte() == '-') ++at_;
    if (!digits()) return unexpected();
  }
  return true;
}

bool JsonScanner::read_integer(std::int64_t& value) {
  if (peek() != Kind::kNumber) return unexpected();
  const std::size_t begin = at_;
  if (!skip_number()) return false;
  const char* const end = json_.data() + at_;
  const auto [stop, code] = std::from_chars(json_.data() + begin, end, value);
  if (code != std::errc() || stop != end) {
    return fail("'" + std::string(json_.substr(begin, std::min<std::size_t>(at_ - begin, 40))) +
                "' where a whole number was expected");
  }
  return true;
}

bool JsonScanner::read_string(std::string_view& value) {
  if (peek() != Kind::kString) return unexpected();
  const std::size_t begin = ++at_;
  bool escaped = false;
  for (; at_ < json_.size(); ++at_) {
    const char c = json_[at_];
    if (c == '"') {
      const std::size_t end = at_++;
      if (escaped) return unescape(begin, end, value);
      value = json_.substr(begin, end - begin);
      return true;
    }
    if (c == '\\') {
      escaped = true;
      ++at_;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      break;
    }
  }
  at_ = std::min(at_, json_.size());
  return unexpected();
}

char* JsonScanner::room(std::size_t bytes) {
  constexpr std::size_t kChunk = 64 << 10;
  if (bytes > chunk_left_) {
    chunk_left_ = std::max(bytes, kChunk);
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_left_));
    chunk_next_ = chunks_.back().get();
  }
  char* const begin = chunk_next_;
  chunk_next_ += bytes;
  chunk_left_ -= bytes;
  return begin;
}

bool JsonScanner::hex4(std::size_t at, std::size_t end, char32_t& value) const {
  if (end - at < 4) return false;
  std::uint32_t number = 0;
  const auto [stop, code] = std::from_chars(json_.data() + at, json_.data() + at + 4, number, 16);
  value = number;
  return code == std::errc() && stop == json_.data() + at + 4;
}

bool JsonScanner::unescape(std::size_t begin, std::size_t end, std::string_view& value) {
  std::string out;
  out.reserve(end - begin);
  for (std::size_t i = begin; i < end;) {
    const std::size_t plain = std::min(json_.find('\\', i), end);
    out.append(json_.substr(i, plain - i));
    if (plain == end) break;
    const char kind = json_[plain + 1];
    i = plain + 2;
    static constexpr std::string_view kShort = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (const std::size_t k = kShort.find(kind); k != std::string_view::npos) {
      out.push_back(kMeant[k]);
      continue;
    }
    char32_t c = 0, low = 0;
    if (kind != 'u' || !hex4(i, end, c)) return unexpected();
    i += 4;
    if (c >= 0xD800 && c < 0xDC00 && json_.substr(i, 2) == "\\u" && i + 2 <= end && hex4(i + 2, end, low) &&
        low >= 0xDC00 && low < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      i += 6;
    }
    if (c >= 0xD800 && c < 0xE000) return fail("half a surrogate pair before byte " + std::to_string(at_));
    append_utf8(out, c);
  }
  char* const kept = room(out.size());
  std::copy(out.begin(), out.end(), kept);
  value = {kept, out.size()};
  return true;
}

bool JsonScanner::enter(char bracket) {
  skip_space();
  if (!ok() || peek_byte() != bracket) return unexpected();
  if (++depth_ > kMaxDepth) return fail("nested deeper than " + std::to_string(kMaxDepth) + " levels");
  ++at_;
  first_item_ = true;
  return true;
}

bool JsonScanner::enter_object() {
  return enter('{');
}
bool JsonScanner::enter_array() {
  return enter('[');
}

bool JsonScanner::next_item(char closing) {
  if (!ok()) return false;
  skip_space();
  if (peek_byte() == closing) {
    ++at_;
    --depth_;
    first_item_ = false;
    return false;
  }
  if (!first_item_) {
    if (peek_byte() != ',') return unexpected();
    ++at_;
  }
  first_item_ = false;
  return true;
}

bool JsonScanner::next_member(std::string_view& key) {
  if (!next_item('}') || !read_string(key)) return false;
  skip_space();
  if (peek_byte() != ':') return unexpected();
  ++at_;
  return true;
}

bool JsonScanner::next_element() {
  return next_item(']');
}

bool JsonScanner::skip(std::string_view* raw) {
  const Kind kind = peek();
  const std::size_t begin = at_;
  bool flag = false;
  std::string_view text;
  switch (kind) {
    case Kind::kNull:
      read_null();
      break;
    case Kind::kBool:
      read_bool(flag);
      break;
    case Kind::kNumber:
      skip_number();
      break;
    case Kind::kString:
      read_string(text);
      break;
    case Kind::kObject:
      if (enter_object()) {
        while (next_member(text) && skip()) continue;
      }
      break;
    case Kind::kArray:
      if (enter_array()) {
        while (next_element() && skip()) continue;
      }
      break;
    case Kind::kNothing:
      return unexpected();
  }
  if (raw != nullptr) *raw = json_.substr(begin, at_ - begin);
  return ok();
}

bool JsonScanner::finish() {
  if (!ok()) return false;
  skip_space();
  return at_ == json_.size() || unexpected();
}

}  // namespace fovea::text
