#include "core/bench/web/ask_path.h"

#include "core/bench/answer_collector.h"
#include "core/bench/web/web_labels.h"

#include <algorithm>
#include <utility>

namespace fovea::bench {

PathAnswer stitched(const AskerTimes& asker, const ServedTimes& served) {
  const auto between = [](double from, double to) { return std::max(0.0, to - from); };
  PathAnswer answer;
  RequestMetrics& metrics = answer.metrics;
  metrics = served.metrics;
  const bool shows = !asker.shown.empty() || asker.shown_end > 0.0;
  metrics.token_times = shows ? asker.shown : asker.read;
  metrics.total_seconds = shows ? asker.shown_end : asker.read_end;
  StageTimes& stages = metrics.stages;
  stages[Stage::kClientEncode] = asker.encoded;
  stages[Stage::kRequestParse] = served.request_parse;
  stages[Stage::kUpload] = between(asker.encoded + served.request_parse, served.submitted);
  const double engine_end = served.submitted + served.metrics.total_seconds;
  stages[Stage::kAnswerParse] = between(engine_end, asker.read_end);
  stages[Stage::kPaint] = shows ? between(asker.read_end, asker.shown_end) : 0.0;
  if (!asker.read.empty() && !served.metrics.token_times.empty()) {
    answer.first_answer_parse = between(served.submitted + served.metrics.ttft(), asker.read.front());
  }
  if (!asker.read.empty() && !asker.shown.empty()) {
    answer.first_paint = between(asker.read.front(), asker.shown.front());
  }
  return answer;
}

std::string InProcessPath::name() const {
  return kInProcess;
}

PathAnswer InProcessPath::ask(const WebTask& task) {
  GenerationRequest request;
  Message message;
  for (const ImageInput& picture : task.pictures) message.content.emplace_back(ImagePart{picture});
  message.content.emplace_back(TextPart{task.question});
  request.messages.push_back(std::move(message));
  CollectedAnswer collected = wait_for_answer(engine_, request);
  PathAnswer answer;
  answer.metrics = std::move(collected.metrics);
  answer.text = std::move(collected.text);
  answer.error = std::move(collected.error);
  return answer;
}

}  // namespace fovea::bench
