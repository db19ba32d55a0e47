#pragma once

#include <string>
#include <utility>
#include <variant>

namespace fovea {

/// What kind of thing went wrong; decides an exit code, an HTTP status, a colour. The text is in Error.
enum class ErrorCode {
  kInvalidArgument,  ///< a request's field is out of range or makes no sense; `field` names it
  kInvalidImage,     ///< a picture cannot be read
  kInvalidVideo,     ///< a clip cannot be read
  kInvalidText,      ///< text that is not UTF-8, or holds what no text may hold
  kNotFound,         ///< a file, folder or model is not there
  kDamagedModel,     ///< a model's file contradicts itself or is cut off
  kUnsupported,      ///< understood, but not what this program does
  kTooLarge,         ///< over a stated limit
  kTooLong,          ///< does not fit the model's context
  kOutOfMemory,      ///< this request or model does not fit the memory
  kBudgetExceeded,   ///< a template or parser used up its steps
  kModelError,       ///< the model gave something that is no answer (non-finite logits)
  kBusy,             ///< refused for now: the queue is full
  kUnreachable,      ///< a server cannot be reached, or does not answer as it should
  kForbidden,        ///< a server says that this user may not have it
  kDiskFull,         ///< there is no room to write
  kCancelled,        ///< stopped on the caller's word
  kEngineFailed,     ///< the engine cannot go on; a restart is needed
  kInternal,         ///< our own bug
};

/// A failure, in words for the user: what was wrong (`message`) and what to do about it (`remedy`, may be
/// empty). Neither holds an address, a stack or a path that the user did not give.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string remedy;
  std::string field;  ///< the request's field at fault, where there is one

  /// Message and remedy as one line.
  std::string text() const { return remedy.empty() ? message : message + " " + remedy; }
};

/// A value or the reason why there is none (what std::expected is in C++23). Reading the one that is not
/// there is a bug of the caller and throws std::bad_variant_access.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace fovea
