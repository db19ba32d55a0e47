#pragma once

#include "core/child/archive.h"
#include "core/child/fields.h"

namespace fovea::child {

struct Load {
  EngineOptions options;
};
struct Submit {
  std::uint64_t id = 0;    ///< the parent's own number for the request
  std::int64_t begin = 0;  ///< when the caller submitted it: ns of the monotonic clock, which both share
  GenerationRequest request;
};
struct Cancel {
  std::uint64_t id = 0;
};
struct AskMetrics {};
struct AskScheduling {};
struct Call {
  std::uint64_t id = 0;
  std::variant<AskMetrics, AskScheduling, SchedulingOptions, GenerationRequest>
      what;  ///< the last: a question to plan
};
/// What the parent says; each process begins with Load.
using ToChild = std::variant<Load, Submit, Cancel, Call>;

struct Taken {
  std::uint64_t id = 0;
  std::optional<Error> refused;
};
struct Done {};
struct Answer {
  std::uint64_t id = 0;  ///< of the Call
  std::variant<Error, Done, EngineMetrics, SchedulingOptions, QuestionPlan> what;
};
/// Said once a second, from the start on and whatever else the child does.
struct Alive {};
/// What the child says. ModelInfo: it is loaded. Error: it could not be, and the process ends.
using ToParent = std::variant<Alive, LoadProgress, ModelInfo, Error, Taken, GenerationEvent, Answer>;

template <typename A>
void fields(A& a, Load& v) {
  a(v.options);
}
template <typename A>
void fields(A& a, Submit& v) {
  a(v.id, v.begin, v.request);
}
template <typename A>
void fields(A& a, Cancel& v) {
  a(v.id);
}
template <typename A>
void fields(A&, AskMetrics&) {}
template <typename A>
void fields(A&, AskScheduling&) {}
template <typename A>
void fields(A& a, Call& v) {
  a(v.id, v.what);
}
template <typename A>
void fields(A& a, Taken& v) {
  a(v.id, v.refused);
}
template <typename A>
void fields(A&, Alive&) {}
template <typename A>
void fields(A&, Done&) {}
template <typename A>
void fields(A& a, Answer& v) {
  a(v.id, v.what);
}

template <typename T>
std::string encoded(const T& value) {
  ByteWriter writer;
  writer(value);
  return writer.take();
}

/// Nothing if the bytes are not exactly one T.
template <typename T>
std::optional<T> decoded(std::string_view bytes) {
  T value;
  ByteReader reader(bytes);
  reader(value);
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return value;
}

}  // namespace fovea::child
