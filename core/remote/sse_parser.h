#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace fovea {

/// Server-sent events out of bytes that come in any pieces, after WHATWG HTML, section 9.2.6: lines end in
/// LF, CR or CRLF, `data` fields of one event are joined by LF, comments and other fields are passed over, a
/// byte order mark at the beginning too. An event that no blank line ended is not one. One thread.
class SseParser {
 public:
  /// Takes an event's data; false ends the parsing.
  using EventSink = std::function<bool(std::string_view data)>;

  enum class State {
    kGoesOn,
    kStopped,   ///< the sink wanted no more
    kTooLarge,  ///< a line, or the data of an event, was over the bound
  };

  /// `most_bytes`: of one line and of one event's data.
  SseParser(EventSink sink, std::size_t most_bytes) : sink_(std::move(sink)), most_bytes_(most_bytes) {}

  /// Takes more bytes. Once it gave something else than kGoesOn it gives that again and does nothing.
  State push(std::string_view bytes);

 private:
  void end_line();
  void dispatch();

  EventSink sink_;
  std::size_t most_bytes_;
  State state_ = State::kGoesOn;
  std::string line_;
  std::string data_;
  bool has_data_ = false;  // a `data` field came, be it an empty one
  bool after_cr_ = false;  // an LF now belongs to the line end before it
  bool first_line_ = true;
};

}  // namespace fovea
