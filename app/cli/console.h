#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fovea::cli {

/// Where text goes: standard output, standard error, or a string in a test. One thread at a time.
class Output {
 public:
  virtual ~Output() = default;

  /// Writes all of it at once, unbuffered. False when nothing more can be written; `fault()` says why.
  virtual bool write(std::string_view bytes) = 0;

  enum class Fault { kNone, kReaderGone, kFailed };
  /// kReaderGone: the pipe's other end was closed. kFailed: a full disk and the like.
  virtual Fault fault() const = 0;

  /// A person looks at it: control characters are made harmless, one line may be rewritten.
  virtual bool terminal() const = 0;
  /// Colour is wanted: a terminal, and neither NO_COLOR nor TERM=dumb.
  virtual bool colour() const = 0;
  /// Width in characters.
  virtual int columns() const = 0;
};

/// Where bytes come from: standard input, or a string in a test.
class Input {
 public:
  virtual ~Input() = default;

  static constexpr std::ptrdiff_t kInterrupted = -1;
  static constexpr std::ptrdiff_t kFailed = -2;

  /// Blocks until there is something: the number of bytes put into `buffer`, 0 at the end, or one of the
  /// above. kInterrupted as soon as Ctrl+C is pressed.
  virtual std::ptrdiff_t read(char* buffer, std::size_t size) = 0;
  virtual bool terminal() const = 0;
};

/// Reads an Input line by line.
class LineReader {
 public:
  enum class Kind { kLine, kEnd, kInterrupted, kTooLong };
  static constexpr std::size_t kLongest = 1 << 20;  ///< bytes; a longer line is skipped whole

  explicit LineReader(Input& input) : input_(input) {}

  /// The next line without its end ("\n" or "\r\n"). A last line without an end counts.
  Kind next(std::string& line);

 private:
  Input& input_;
  std::string pending_;
  std::size_t searched_ = 0;  ///< pending_ has no line end before this
  bool ended_ = false;
};

/// Colour for one Output, or none.
class Style {
 public:
  explicit Style(const Output& output) : colour_(output.colour()) {}

  std::string dim(std::string_view text) const { return wrap("\x1b[2m", text); }
  std::string bold(std::string_view text) const { return wrap("\x1b[1m", text); }
  std::string red(std::string_view text) const { return wrap("\x1b[31m", text); }
  std::string yellow(std::string_view text) const { return wrap("\x1b[33m", text); }
  std::string cyan(std::string_view text) const { return wrap("\x1b[36m", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const {
    if (!colour_) return std::string(text);
    return std::string(code).append(text).append("\x1b[0m");
  }

  bool colour_;
};

}  // namespace fovea::cli
