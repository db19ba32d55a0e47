#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::text {

/// Reads JSON (RFC 8259) from front to back without building a tree, for files of many megabytes of which
/// nearly everything goes into tables: 11 MB of tokenizer.json in a tenth of the time that nlohmann's parser
/// takes.
///
/// Every step returns false once something is wrong, and all further ones too; `problem()` says what. Views
/// that it gives stay valid as long as the scanner and the text live.
class JsonScanner {
 public:
  static constexpr int kMaxDepth = 64;

  enum class Kind { kNull, kBool, kNumber, kString, kObject, kArray, kNothing };

  /// `json` must be UTF-8 and outlive the scanner.
  explicit JsonScanner(std::string_view json) : json_(json) {}

  /// What comes next; kNothing when it is no JSON value (reading it then fails).
  Kind peek();

  bool read_null();
  bool read_bool(bool& value);
  bool read_string(std::string_view& value);
  /// A whole number without fraction or exponent. Fails when it does not fit.
  bool read_integer(std::int64_t& value);
  /// Steps over a value of any kind, checking it; `raw`, when given, becomes its text.
  bool skip(std::string_view* raw = nullptr);

  /// Objects and arrays are walked with
  ///   if (!s.enter_object()) …;  while (s.next_member(key)) { read one value }
  /// and the loop ends at the bracket or at an error: ask ok().
  bool enter_object();
  bool next_member(std::string_view& key);
  bool enter_array();
  bool next_element();

  /// True when nothing but white space is left.
  bool finish();

  bool ok() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }
  /// Sets the problem, for callers that dislike a value. Always false. The first problem stays.
  bool fail(std::string problem);

 private:
  char peek_byte() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void skip_space();
  bool unexpected();
  bool enter(char bracket);
  /// Before a member or element: false at the closing bracket (consumed) or an error.
  bool next_item(char closing);
  bool literal(std::string_view word);
  bool skip_number();
  bool unescape(std::size_t begin, std::size_t end, std::string_view& value);
  bool hex4(std::size_t at, std::size_t end, char32_t& value) const;
  char* room(std::size_t bytes);

  std::string_view json_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool first_item_ = false;  ///< the innermost bracket was just opened
  std::string problem_;
  std::vector<std::unique_ptr<char[]>> chunks_;  ///< unescaped strings
  std::size_t chunk_left_ = 0;
  char* chunk_next_ = nullptr;
};

}  // namespace fovea::text
