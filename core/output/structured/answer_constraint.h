#pragma once

#include "core/output/allowed_tokens.h"
#include "core/output/detokenizer.h"
#include "core/output/structured/token_mask.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace fovea {

/// The bytes of a model's tokens; special ones have none. Cost: all of them are sorted, 0.2 s for 151k.
std::shared_ptr<const TokenBytes> token_bytes(const TokenText& tokens, std::size_t vocabulary);

/// Keeps one answer to its schema, token by token. The model's reasoning before it is free, and a model that
/// reasons may begin with it. One thread at a time.
class AnswerConstraint {
 public:
  struct Settings {
    std::shared_ptr<GrammarMasks> masks;
    std::vector<std::int32_t> eos_ids;
    bool begins_inside_reasoning = false;  ///< see prompt_opens_reasoning()
    bool may_reason = false;               ///< otherwise the answer may begin with <think>
  };
  explicit AnswerConstraint(Settings settings);

  /// The answer begins with this text, which was there before. False: no valid answer begins so.
  bool begin_with(std::string_view text) { return mask_.advance(text); }

  /// What may come next; null: anything. Valid until the next call of any function.
  const AllowedTokens* allowed();

  /// The token, one of those allowed, came. True: the answer is whole and nothing could follow.
  bool push(std::int32_t id);

  /// What the text says after that token: whether the model reasons, and what of the answer came with it.
  /// Tells where the reasoning ends. False: a token held its end and text that no valid answer begins with.
  bool settle(bool inside_reasoning, std::string_view answer);

 private:
  Settings settings_;
  TokenMask mask_;
  std::optional<std::int32_t> opening_;  ///< the token of <think>, while it may come
  bool reasoning_;
  std::vector<std::int32_t> others_;
  AllowedTokens allowed_;
};

}  // namespace fovea
