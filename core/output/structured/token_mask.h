#pragma once

#include "core/output/structured/grammar_masks.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace fovea {

/// Which tokens may come next in one answer that must keep to a grammar. One thread at a time.
class TokenMask {
 public:
  explicit TokenMask(std::shared_ptr<GrammarMasks> masks)
      : masks_(std::move(masks)), state_(masks_->start()) {}

  /// A bit for each token, id i at bit i % 64 of word i / 64; valid until the next call. End-of-text tokens
  /// have no bytes: whether they may come is may_end(). Cost as GrammarMasks::allowed().
  std::span<const std::uint64_t> allowed();
  /// Goes on by a token. False, and nothing changes, when it is not allowed.
  bool advance(std::int32_t id);
  /// The same by text.
  bool advance(std::string_view text);

  bool may_end() const { return masks_->complete(state_); }
  bool must_end() const { return may_end() && masks_->exhausted(state_); }

 private:
  std::shared_ptr<GrammarMasks> masks_;
  GrammarMasks::State state_;
  GrammarMasks::Mask allowed_;  ///< the last one
};

}  // namespace fovea
