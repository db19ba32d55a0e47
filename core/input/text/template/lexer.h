#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::jinja {

enum class TokenKind {
  kData,           ///< text between tags; `text`
  kVariableBegin,  ///< {{
  kVariableEnd,    ///< }}
  kBlockBegin,     ///< {%
  kBlockEnd,       ///< %}
  kName,           ///< `text`
  kString,         ///< `text`, escapes resolved
  kInteger,        ///< `integer`
  kFloat,          ///< `number`
  kOperator,       ///< `text`: one of + - / // * % ** ~ [ ] ( ) { } == != > >= < <= = . : | , ;
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  int line = 1;
  std::string text;
  std::int64_t integer = 0;
  double number = 0;
};

/// Cuts a template into tokens as Jinja does with trim_blocks and lstrip_blocks on and keep_trailing_newline
/// off (the settings of transformers' chat templates): comments and raw blocks are resolved, white space
/// control (-, +) is applied, line ends become \n. `source` must be valid UTF-8. The last token is kEnd.
/// Linear in the source. Throws Failure with the line where the text breaks off or holds what no token begins
/// with.
std::vector<Token> tokenize(std::string_view source);

/// A token as a message names it: 'endif', '}}', "text of the template".
std::string describe(const Token& token);

}  // namespace fovea::jinja
