#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// A piece of a tool call as a stream brings it: the first has the name, all of them parts of the arguments.
struct ToolCallPiece {
  std::optional<std::int64_t>
      index;  ///< which call of the answer; servers that send calls whole leave it out
  std::string name;
  std::string arguments;  ///< a part of a JSON object's text
};

/// Writes the calls of a server's answer as a model on this machine would:
/// `<tool_call>\n{"name": ..., "arguments": ...}\n</tool_call>`, each when it is whole, so that whoever reads
/// answers finds calls in one form. What the server called them (`id`) is lost; calls are told apart by
/// their order. One thread at a time.
class ToolCallText {
 public:
  static constexpr std::size_t kMostCalls = 128;  ///< of one answer; later ones are dropped

  /// The calls that are whole because another begins.
  std::string push(const std::vector<ToolCallPiece>& pieces);
  /// Nothing comes after: the last call. One that was cut has no end, as a cut answer's.
  std::string finish();

  /// Whether any piece came.
  bool any() const { return count_ > 0; }

 private:
  struct Open {
    std::optional<std::int64_t> index;
    std::string name;
    std::string arguments;
  };

  std::optional<Open> open_;
  std::size_t count_ = 0;
};

}  // namespace fovea
