#include "core/input/text/template/bind.h"

#include <algorithm>

namespace fovea::jinja {
namespace {

[[noreturn]] void wrong(std::string_view what, const std::string& how) {
  fail("'" + std::string(what) + "' " + how + ".");
}

}  // namespace

Bound::Bound(std::string_view what, const Arguments& arguments,
             std::initializer_list<std::string_view> parameters, std::size_t required)
    : what_(what), values_(parameters.size(), nullptr) {
  if (arguments.positional.size() > parameters.size()) wrong(what, "was given too many arguments");
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) values_[i] = &arguments.positional[i];
  for (const auto& [name, value] : arguments.named) {
    const auto* at = std::find(parameters.begin(), parameters.end(), name);
    if (at == parameters.end()) wrong(what, "has no argument '" + name + "'");
    const Value*& slot = values_[static_cast<std::size_t>(at - parameters.begin())];
    if (slot != nullptr) wrong(what, "was given the argument '" + name + "' twice");
    slot = &value;
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (values_[i] == nullptr) wrong(what, "was given too few arguments");
  }
}

bool Bound::truth(std::size_t index, bool fallback) const {
  return given(index) ? truthy(*values_[index]) : fallback;
}

std::int64_t Bound::integer(std::size_t index, std::int64_t fallback) const {
  if (!given(index)) return fallback;
  values_[index]->require_defined();
  if (!values_[index]->is_integral())
    wrong(what_, "needs a whole number, not " + values_[index]->type_name());
  return values_[index]->integer();
}

const std::string& Bound::string(std::size_t index) const {
  if (!given(index)) wrong(what_, "was given too few arguments");
  values_[index]->require_defined();
  if (!values_[index]->is_string()) wrong(what_, "needs a string, not " + values_[index]->type_name());
  return values_[index]->bytes();
}

}  // namespace fovea::jinja
