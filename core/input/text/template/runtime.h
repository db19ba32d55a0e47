#pragma once

#include "core/input/text/template/budget.h"
#include "core/input/text/template/failure.h"
#include "core/input/text/template/value.h"

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fovea::jinja {

/// What one rendering shares among everything that runs in it: its budget, its clock, the line being worked
/// on.
class Runtime {
 public:
  Runtime(const TemplateBudget& budget, const std::tm& now) : budget_(budget), now_(now) {}
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  /// Empties every namespace: they may refer to one another in circles.
  ~Runtime();

  /// Counts `steps` pieces of work.
  void step(std::size_t steps = 1) {
    if (steps > budget_.steps - steps_) fail_budget("The template runs too long.");
    steps_ += steps;
  }
  /// Counts bytes read or written. Call it before making a string or list of that size.
  void work(std::size_t bytes) {
    if (bytes > budget_.bytes - bytes_) fail_budget("The template makes too much text.");
    bytes_ += bytes;
  }
  /// The same for a string that comes into being: it also has a largest size.
  void make_text(std::size_t bytes) {
    if (bytes > budget_.output) fail_budget("The template makes too long a text.");
    work(bytes);
  }
  /// The same for one that grows from `size` bytes by `more`.
  void grow_text(std::size_t size, std::size_t more) {
    if (more > budget_.output || size + more > budget_.output)
      fail_budget("The template makes too long a text.");
    work(more);
  }
  void make_items(std::size_t items) {
    if (items > budget_.bytes / sizeof(Value)) fail_budget("The template makes too long a list.");
    step(items);
    work(items * sizeof(Value));
  }

  /// a == b, a < b and hash(value), counted by what they walk.
  bool equal_values(const Value& a, const Value& b) {
    step(std::min(a.weight(), b.weight()));
    return equal(a, b);
  }
  bool less_values(const Value& a, const Value& b) {
    step(std::min(a.weight(), b.weight()));
    return less(a, b);
  }
  /// The value of `key` in `dict`, or null; fails for an unhashable key.
  const Value* find(const Dict& dict, const Value& key) {
    step(key.weight());
    return dict.find(key);
  }
  void set(Dict& dict, Value key, Value value) {
    step(key.weight());
    work(2 * sizeof(Value));
    dict.set(std::move(key), std::move(value));
  }

  /// A new string value, counted.
  Value text(std::string bytes) {
    make_text(bytes.size());
    return Value(std::move(bytes));
  }
  Value make_namespace();

  const TemplateBudget& budget() const { return budget_; }
  const std::tm& now() const { return now_; }

  int line = 0;              ///< of the template, for messages
  int evaluation_depth = 0;  ///< kept by DepthGuard

 private:
  TemplateBudget budget_;
  std::tm now_;
  std::size_t steps_ = 0;
  std::size_t bytes_ = 0;
  std::vector<std::shared_ptr<Namespace>> namespaces_;
};

/// Counts one level of recursion while it lives.
class DepthGuard {
 public:
  explicit DepthGuard(Runtime& runtime) : runtime_(runtime) {
    if (++runtime_.evaluation_depth > runtime_.budget().evaluation_depth) {
      --runtime_.evaluation_depth;
      fail_budget("The template calls itself too deeply.");
    }
  }
  ~DepthGuard() { --runtime_.evaluation_depth; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  Runtime& runtime_;
};

}  // namespace fovea::jinja
