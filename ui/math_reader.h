#pragma once

#include "ui/math_pieces.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::ui {

inline constexpr int kDeepestMath = 40;  ///< groups and commands within each other

/// Reads one formula from its beginning to its end; see math_as_text(). What is not well formed makes it
/// fail as a whole: functions then return something empty.
class MathReader {
 public:
  using Text = std::u16string;
  using View = std::u16string_view;
  using Pieces = std::vector<MathPiece>;
  using Row = std::vector<Pieces>;  ///< cells

  explicit MathReader(View tex) : tex_(tex) {}

  std::optional<Text> whole();

 private:
  // math_reader.cpp: the grammar.
  bool more() const { return at_ < tex_.size() && !failed_; }
  bool next_is(View text) const { return tex_.substr(at_).starts_with(text); }
  void skip_blanks();
  Text fail();
  /// The name behind a backslash: letters, or one other character.
  View command_name();
  /// What stands in braces, unread; nothing without them.
  View braced();
  /// What stands in brackets, as an option of a command; nothing without them.
  View option();
  /// A group in braces, or one symbol.
  Pieces argument();
  Text argument_text(bool tight = false);
  Pieces group();
  /// Pieces up to what ends a list: a brace, a cell's or a row's end, or the end of an environment.
  Pieces list();
  Text number();
  MathPiece symbol(char16_t c);
  /// The powers, indices and primes that follow, put on what they belong to.
  void scripts(MathPiece& base);
  std::vector<Row> rows();
  static Text rows_as_lines(const std::vector<Row>& rows);
  static Text on_one_line(Text text);

  // math_meaning.cpp: what commands stand for.
  MathPiece command();
  MathPiece meaning(View name);
  MathPiece rare(View name);
  MathPiece fraction(const Text& above, const Text& below, bool one_piece);
  MathPiece root();
  /// A delimiter that isn't there is written as a dot.
  MathPiece skip_no_delimiter();
  static MathPiece one_piece(Pieces pieces);
  MathPiece lettered(char16_t (*other)(char16_t));
  /// A line goes over every character, another mark over the last.
  static MathPiece accented(const Text& text, char16_t mark);
  MathPiece environment(const Text& name);

  View tex_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace fovea::ui
