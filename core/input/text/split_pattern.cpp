#include "core/input/text/split_pattern.h"

#include "core/input/text/pattern_translation.h"
#include "core/input/text/tokenizer_errors.h"

#include <ctime>
#include <string>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace fovea::text {
namespace {

/// Backtracking steps of one match. A run of white space as long as the longest text needs one a byte.
constexpr std::uint32_t kMatchLimit = 50'000'000;
constexpr std::size_t kJitStackStart = 32 << 10, kJitStackMost = 8 << 20;
constexpr unsigned kMatchesPerClockReading = 64;

Error too_slow() {
  return Error{ErrorCode::kTooLong, "The text cannot be split into words in reasonable time.",
               "Send a shorter text.", ""};
}

/// What this thread has computed so far; waiting for a busy machine does not count.
std::chrono::nanoseconds thread_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::size_t character_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

struct SplitWorkspace::State {
  pcre2_match_data* match = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack = pcre2_jit_stack_create(kJitStackStart, kJitStackMost, nullptr);
  std::chrono::nanoseconds deadline = thread_time() + kSplitTime;
  unsigned matches = 0;

  State() {
    if (context == nullptr) return;
    pcre2_set_match_limit(context, kMatchLimit);
    if (stack != nullptr) pcre2_jit_stack_assign(context, nullptr, stack);
  }
  ~State() {
    pcre2_match_data_free(match);
    pcre2_match_context_free(context);
    pcre2_jit_stack_free(stack);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  bool late() { return ++matches % kMatchesPerClockReading == 0 && thread_time() > deadline; }
};

SplitWorkspace::SplitWorkspace() : state_(std::make_unique<State>()) {}
SplitWorkspace::~SplitWorkspace() = default;

Result<SplitPattern> SplitPattern::compile(std::string_view oniguruma) {
  auto pattern = to_pcre2_pattern(oniguruma);
  if (!pattern) return pattern.error();
  int code = 0;
  PCRE2_SIZE at = 0;
  const std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_NEVER_BACKSLASH_C;
  pcre2_code* const compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern->data()), pattern->size(),
                                             options, &code, &at, nullptr);
  if (compiled == nullptr) {
    return unsupported_tokenizer("a split pattern that is no regular expression");
  }
  // Without JIT (a system that forbids writable code) the same matches are found more slowly.
  pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
  return SplitPattern(std::shared_ptr<const void>(
      compiled, [](const void* p) { pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(p))); }));
}

Result<void> SplitPattern::split(std::string_view text, Span span, SplitWorkspace& workspace,
                                 std::vector<Span>& out) const {
  SplitWorkspace::State& state = *workspace.state_;
  const auto* const code = static_cast<const pcre2_code*>(code_.get());
  const char* const subject = text.data() + span.begin;
  const std::size_t length = span.end - span.begin;
  std::size_t done = 0;               // everything before is in `out`
  std::size_t last_end = length + 1;  // where the last match ended
  auto put = [&](std::size_t begin, std::size_t end) {
    if (begin < end)
      out.push_back(
          {static_cast<std::uint32_t>(span.begin + begin), static_cast<std::uint32_t>(span.begin + end)});
  };
  // Tried at each character in turn rather than searched for, so that the clock is read in between.
  for (std::size_t at = 0; at < length;) {
    if (state.late()) return too_slow();
    const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(subject), length, at, PCRE2_NO_UTF_CHECK,
                                  state.match, state.context);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH) return too_slow();
    const std::size_t end = found < 0 ? at : pcre2_get_ovector_pointer(state.match)[1];
    // An empty match cuts the text too, unless the match before it ended at the same place.
    if (found >= 0 && (end > at || last_end != at)) {
      put(done, at);
      put(at, end);
      done = end;
      last_end = end;
    }
    at = end > at ? end : at + character_length(subject[at]);
  }
  put(done, length);
  return {};
}

}  // namespace fovea::text
