#include "core/input/text/template/runtime.h"

namespace fovea::jinja {

Runtime::~Runtime() {
  // One by one, with all of them still held here: nothing is freed in a deep chain.
  for (const std::shared_ptr<Namespace>& space : namespaces_) {
    space->attributes.clear();
    space->index.clear();
  }
}

Value Runtime::make_namespace() {
  work(sizeof(Namespace));
  namespaces_.push_back(std::make_shared<Namespace>());
  return Value(namespaces_.back());
}

}  // namespace fovea::jinja
