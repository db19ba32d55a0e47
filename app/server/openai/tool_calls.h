#pragma once

#include "core/api/message.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

/// Takes calls out of an answer as it comes. Both families write `<tool_call>...</tool_call>`: Qwen3-VL with
/// a JSON object {"name", "arguments"} inside, GLM-4.6V with the name and then
/// <arg_key>K</arg_key><arg_value>V</arg_value> pairs. What is between the tags and is neither is given back
/// as text. One thread at a time.
class ToolCallParser {
 public:
  struct Piece {
    std::string text;             ///< what is surely no call
    std::vector<ToolCall> calls;  ///< those that ended in this piece; ids "call_0", "call_1", …
  };

  Piece push(std::string_view text);
  /// Nothing comes after: what was held back is text.
  Piece finish();

  std::size_t calls() const { return calls_; }

 private:
  std::string held_;
  std::size_t calls_ = 0;
  bool inside_ = false;
};

}  // namespace fovea::server
