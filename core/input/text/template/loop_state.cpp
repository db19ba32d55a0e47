#include "core/input/text/template/loop_state.h"

#include "core/input/text/template/iteration.h"
#include "core/input/text/template/runtime.h"

namespace fovea::jinja {

bool LoopState::advance(Runtime& runtime) {
  Value item;
  if (after.has_value()) {
    item = std::move(*after);
    after.reset();
  } else if (exhausted || !source->next(runtime, item)) {
    exhausted = true;
    return false;
  }
  ++index0;
  before = std::move(current);
  current = std::move(item);
  return true;
}

bool LoopState::has_next(Runtime& runtime) {
  if (after.has_value()) return true;
  Value item;
  if (exhausted || !source->next(runtime, item)) {
    exhausted = true;
    return false;
  }
  after = std::move(item);
  return true;
}

std::size_t LoopState::count(Runtime& runtime) {
  if (!length.has_value()) {
    std::vector<Value> rest;
    Value item;
    while (!exhausted && source->next(runtime, item)) {
      runtime.work(sizeof(Value));
      rest.push_back(std::move(item));
    }
    length = rest.size() + static_cast<std::size_t>(index0 + 1) + (after.has_value() ? 1U : 0U);
    source = iterate(Value::list(std::move(rest)));
  }
  return *length;
}

namespace {

Value cycle(const LoopState& loop, const Arguments& arguments) {
  if (arguments.positional.empty() || !arguments.named.empty())
    fail("loop.cycle needs the items to cycle through.");
  return arguments.positional[static_cast<std::size_t>(loop.index0) % arguments.positional.size()];
}

Value changed(LoopState& loop, const Arguments& arguments, Runtime& runtime) {
  if (!arguments.named.empty()) fail("loop.changed takes no named arguments.");
  const auto same = [&] {
    if (!loop.last_changed.has_value() || loop.last_changed->size() != arguments.positional.size())
      return false;
    for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
      if (!runtime.equal_values((*loop.last_changed)[i], arguments.positional[i])) return false;
    }
    return true;
  };
  if (same()) return Value(false);
  loop.last_changed = arguments.positional;
  return Value(true);
}

}  // namespace

std::optional<Value> loop_attribute(const std::shared_ptr<LoopState>& loop, std::string_view name,
                                    Runtime& runtime) {
  if (name == "index0") return Value(loop->index0);
  if (name == "index") return Value(loop->index0 + 1);
  if (name == "first") return Value(loop->index0 == 0);
  if (name == "last") return Value(!loop->has_next(runtime));
  if (name == "length") return Value::count(loop->count(runtime));
  if (name == "revindex") return Value(static_cast<std::int64_t>(loop->count(runtime)) - loop->index0);
  if (name == "revindex0") return Value(static_cast<std::int64_t>(loop->count(runtime)) - loop->index0 - 1);
  if (name == "depth") return Value(std::int64_t{1});
  if (name == "depth0") return Value(std::int64_t{0});
  if (name == "previtem") {
    return loop->before.has_value() && loop->index0 > 0 ? *loop->before
                                                        : Value::undefined("There is no previous item.");
  }
  if (name == "nextitem") {
    return loop->has_next(runtime) ? *loop->after : Value::undefined("There is no next item.");
  }
  if (name == "cycle" || name == "changed") {
    auto method = std::make_shared<Callable>();
    method->name = "loop." + std::string(name);
    // Weak: a loop that kept its own method (changed) would never be freed.
    const std::weak_ptr<LoopState> owner = loop;
    const bool cycles = name == "cycle";
    method->call = [owner, cycles](Runtime& inner, Arguments& arguments) {
      const std::shared_ptr<LoopState> held = owner.lock();
      if (held == nullptr) fail("A loop's method was called after the loop.");
      return cycles ? cycle(*held, arguments) : changed(*held, arguments, inner);
    };
    return Value(std::shared_ptr<const Callable>(std::move(method)));
  }
  return std::nullopt;
}

}  // namespace fovea::jinja
