#pragma once

#include "core/engine/drafter.h"
#include "core/engine/model_runner.h"
#include "core/output/answer_stream.h"
#include "core/output/sampler.h"
#include "core/output/structured/answer_constraint.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace fovea {

struct Sequence;

/// One sequence's answer, made token by token: sampler, text, events. One thread at a time.
class Answer {
 public:
  struct Limits {
    std::int64_t room = 1;    ///< tokens that the answer may have at most, ≥ 1
    std::int64_t drafts = 0;  ///< guesses of its next tokens that are made at most, ≥ 0
  };
  /// `tokens` is needed where the request has a schema. Errors: of the sampling settings; kInvalidArgument:
  /// an answer to continue that the schema does not allow.
  static Result<std::unique_ptr<Answer>> begin(const Sequence& sequence, const ModelRunner& runner,
                                               const Limits& limits,
                                               const std::shared_ptr<const TokenBytes>& tokens = nullptr);

  /// Picks the next token from logits [vocabulary], which it may change, appends it to the sequence and sends
  /// what it adds. Says why the answer ends with it, if it does. kModelError: logits that are no numbers.
  Result<std::optional<FinishReason>> advance(Sequence& sequence, std::span<float> logits);

  /// Guesses of the tokens that come next, for the next step to check; none in an answer that is drawn. Valid
  /// until the next call.
  std::span<const std::int32_t> draft();

  /// Sends what was held back when the answer is cut from outside.
  void flush(Sequence& sequence);

  std::string_view stop_string() const { return stream_.stop_string(); }

 private:
  Answer(const AnswerSettings& settings, TokenText tokens, const ResolvedSampling& sampling,
         std::span<const std::int32_t> prompt, std::size_t vocabulary, const Limits& limits);

  Result<void> constrain(const Sequence& sequence, const ModelRunner& runner,
                         const std::shared_ptr<const TokenBytes>& tokens);
  void send(Sequence& sequence, const AnswerStream::Step& step, const Sampler::Choice& choice);

  std::function<std::string_view(std::int32_t)> bytes_of_;
  AnswerStream stream_;
  Sampler sampler_;
  std::optional<Drafter> drafter_;
  std::optional<AnswerConstraint> constraint_;
  std::int64_t room_;
};

}  // namespace fovea
