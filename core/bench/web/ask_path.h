#pragma once

#include "core/api/engine.h"

#include <optional>
#include <string>
#include <vector>

namespace fovea::bench {

/// One of the tasks that every path is asked.
struct WebTask {
  std::string name;  ///< "OCR"; part of a group's label
  std::string question;
  std::vector<ImageInput> pictures;  ///< as the files hold them
  std::vector<std::string> files;    ///< of the pictures, absolute: a page is handed files
};

/// An answer as whoever asked over a path saw it.
struct PathAnswer {
  /// Seconds since the asking (a click, or a call): the stages of the whole way, token_times when text was
  /// there to be read (on a page: painted), total_seconds when the end was.
  RequestMetrics metrics;
  /// Of answer_parse and paint, what stood before the first token; the stages themselves are those at the
  /// end.
  double first_answer_parse = 0.0;
  double first_paint = 0.0;
  double request_bytes = 0.0;    ///< of the body; 0: nothing was sent
  double base64_seconds = -1.0;  ///< that making Base64 of the pictures took the asker; below 0: not told
  double chosen_seconds = -1.0;  ///< a page: from choosing the files to their being shown; below 0: no page
  std::string text;
  std::optional<Error> error;
};

/// A way to the model. One thread at a time.
class AskPath {
 public:
  virtual ~AskPath() = default;
  virtual std::string name() const = 0;  ///< "REST Base64"; part of a group's label
  /// Blocks until the answer is whole, or `error` says why there is none.
  virtual PathAnswer ask(const WebTask& task) = 0;
};

/// What the asker's own clock says of an answer, in seconds since the asking.
struct AskerTimes {
  double encoded = 0.0;       ///< the body was made
  std::vector<double> read;   ///< when each piece of text was there as text
  std::vector<double> shown;  ///< when each was on the screen; empty: this asker shows nothing
  double read_end = 0.0;      ///< it knew that the answer was over
  double shown_end = 0.0;     ///< and that was on the screen
};

/// What the other side of the way says: seconds since the same asking.
struct ServedTimes {
  double submitted = 0.0;      ///< the engine was handed the request
  double request_parse = 0.0;  ///< of that, the server took the body apart for so long
  RequestMetrics metrics;      ///< the engine's own
};

/// Both put together: what lies between making the body and the engine, parsing aside, is `upload`; what lies
/// between the engine's end and the asker's knowing of it `answer_parse`; from there to the screen `paint`.
/// A part that clocks would make negative counts as 0, and what is missing then is the difference between
/// total_seconds and the stages.
PathAnswer stitched(const AskerTimes& asker, const ServedTimes& served);

/// Asks the engine itself: the way without a server.
class InProcessPath : public AskPath {
 public:
  explicit InProcessPath(Engine& engine) : engine_(engine) {}
  std::string name() const override;
  PathAnswer ask(const WebTask& task) override;

 private:
  Engine& engine_;
};

}  // namespace fovea::bench
