#pragma once

namespace fovea {

/// While it lives, this thread works in parallel as it likes; at its end the threads that OpenMP keeps for it
/// are let go. For threads that compute now and then: each thread that ever did has a crew of its own, and as
/// soon as all crews together outnumber the processor's cores, GCC's OpenMP runtime no longer lets any of
/// them spin for the next piece of work but puts it to sleep at once (libgomp, config/linux/wait.h), which a
/// decode step with its hundreds of short pieces pays for with every one.
class ParallelScope {
 public:
  ParallelScope() = default;
  ~ParallelScope();
  ParallelScope(const ParallelScope&) = delete;
  ParallelScope& operator=(const ParallelScope&) = delete;
};

}  // namespace fovea
