#include "core/output/structured/answer_constraint.h"

#include <string>
#include <utility>

namespace fovea {

std::shared_ptr<const TokenBytes> token_bytes(const TokenText& tokens, std::size_t vocabulary) {
  std::vector<std::string> bytes(vocabulary);
  for (std::size_t id = 0; id < vocabulary; ++id) {
    const auto token = static_cast<std::int32_t>(id);
    if (!tokens.is_special(token)) bytes[id] = tokens.bytes_of(token);
  }
  return std::make_shared<const TokenBytes>(std::move(bytes));
}

AnswerConstraint::AnswerConstraint(Settings settings)
    : settings_(std::move(settings)), mask_(settings_.masks), reasoning_(settings_.begins_inside_reasoning) {
  if (settings_.may_reason && !reasoning_) opening_ = settings_.masks->tokens().find("<think>");
}

const AllowedTokens* AnswerConstraint::allowed() {
  if (reasoning_) return nullptr;
  others_.clear();
  if (mask_.may_end()) others_ = settings_.eos_ids;
  if (opening_) others_.push_back(*opening_);
  allowed_ = {mask_.allowed(), others_};
  return &allowed_;
}

bool AnswerConstraint::push(std::int32_t id) {
  if (reasoning_) return false;
  if (opening_ == id) {
    reasoning_ = true;
  } else {
    mask_.advance(id);  // an end-of-text token has no bytes and changes nothing
  }
  opening_.reset();
  return !reasoning_ && mask_.must_end();
}

bool AnswerConstraint::settle(bool inside_reasoning, std::string_view answer) {
  if (!reasoning_ || inside_reasoning) return true;
  reasoning_ = false;
  return mask_.advance(answer);
}

}  // namespace fovea
