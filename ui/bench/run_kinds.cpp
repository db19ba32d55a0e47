#include "ui/bench/run_kinds.h"

#include "ui/words.h"

#include <utility>

namespace fovea::ui {
namespace {

using Form = RunParameter::Form;

RunParameter new_tokens(const QString& usual) {
  return {tr("Tokens of an answer"), "--new-tokens", usual,
          tr("Each answer has so many tokens, whatever they are")};
}
RunParameter repeats(const QString& usual) {
  return {tr("Repetitions"), "--repeat", usual, tr("Runs that count")};
}
RunParameter warm_up(const QString& usual) {
  return {tr("Warm-up"), "--warm-up", usual, tr("Runs or requests before it that don't count")};
}
RunParameter size() {
  return {tr("Size of the picture"), "--size", QStringLiteral("512x512"),
          tr("Of the made-up picture, in pixels")};
}
RunParameter no_picture() {
  return {tr("Ask about text, not a picture"),
          "--no-picture",
          {},
          tr("A made-up text instead of a picture"),
          Form::kFlag};
}
RunParameter prompt_tokens() {
  return {tr("Tokens of the text"), "--prompt-tokens", QStringLiteral("64"),
          tr("Length of the made-up text")};
}
RunParameter picture() {
  return {tr("Picture"), {}, {}, tr("Your own; without one a receipt from the samples"), Form::kPicture};
}

RunKind ttft() {
  return {
      tr("Time to first token"),
      tr("A question about a new picture and a second one about the same picture: time by stage."),
      {"bench", "ttft"},
      {size(), new_tokens(QStringLiteral("8")), repeats(QStringLiteral("5")), warm_up(QStringLiteral("1"))}};
}
RunKind decode() {
  return {tr("Speed of one answer"),
          tr("Tokens a second of one answer after its first token."),
          {"bench", "decode"},
          {prompt_tokens(), new_tokens(QStringLiteral("64")), repeats(QStringLiteral("5")),
           warm_up(QStringLiteral("1"))}};
}
RunKind load() {
  return {tr("Load"),
          tr("How answers come while requests arrive: from so many clients at any time, or at random times."),
          {"bench", "load"},
          {{tr("Clients at once"), "--concurrency", QStringLiteral("1"),
            tr("Each asks again when its answer is there; several numbers with commas are measured in turn")},
           {tr("Requests a second"),
            "--rate",
            {},
            tr("At random times, whether answers keep up or not, instead of clients; several with commas")},
           {tr("Requests"), "--requests", QStringLiteral("50"), tr("Of each number of clients or each rate")},
           size(),
           no_picture(),
           new_tokens(QStringLiteral("64")),
           repeats(QStringLiteral("1")),
           {tr("Limits"),
            "--goodput",
            {},
            tr("Counts the answers within all limits, in milliseconds: ttft:500,tpot:50,e2el:3000")}}};
}
RunKind batch() {
  return {tr("How many at once"),
          tr("1, 2, 4, ... requests at once until memory or the limit ends it; recommends a number."),
          {"bench", "sweep", "batch"},
          {{tr("Largest number"), "--most", QStringLiteral("256"), tr("Of requests at once")},
           {tr("Limit, s"), "--limit", QStringLiteral("60"),
            tr("Seconds to the last token after which no larger number is tried")},
           {tr("Answers within, s"), "--within", QStringLiteral("10"), tr("For the recommendation")},
           size(),
           no_picture(),
           new_tokens(QStringLiteral("64")),
           repeats(QStringLiteral("5"))}};
}
RunKind resolution() {
  return {tr("Size of the picture"),
          tr("The same question about the same picture, shown at several sizes: tokens, time, what changes."),
          {"bench", "sweep", "resolution"},
          {picture(),
           {tr("Question"), "--question", QStringLiteral("Read the text."), tr("Whose answer is compared")},
           {tr("Sides"), "--sides", QStringLiteral("128,192,256,384,512,768,1024"),
            tr("The picture is shown with at most N x N pixels, in turn")},
           {tr("Tokens of an answer"), "--new-tokens", QStringLiteral("128"), tr("At most")},
           repeats(QStringLiteral("5"))}};
}
RunKind ablation() {
  return {
      tr("Optimisations, one by one"),
      tr("All of the engine's optimisations off, then on one after the other."),
      {"bench", "ablation"},
      {picture(),
       {tr("Only this one"), "--only", {}, tr("Off and on; without a name all are measured"), Form::kSwitch},
       {tr("Tokens of an answer"), "--new-tokens", QStringLiteral("96"), tr("At most")},
       repeats(QStringLiteral("5"))}};
}
RunKind states() {
  return {tr("States of a service"),
          tr("Loaded and idle, one person, busy: processors, memory, power, latency."),
          {"bench", "states"},
          {{tr("Length of each, s"), "--seconds", QStringLiteral("30"), tr("How long each state lasts")},
           {tr("Pause of the person, s"), "--think", QStringLiteral("2"),
            tr("Reads for so long before asking again")},
           {tr("Requests a second"), "--rates", QStringLiteral("5,10"), tr("Of the busy states")},
           size(),
           no_picture(),
           new_tokens(QStringLiteral("64"))}};
}
RunKind long_run() {
  return {tr("A long time"),
          tr("The same work for a long time: whether it becomes slower, warmer, larger."),
          {"bench", "long"},
          {{tr("Minutes"), "--minutes", QStringLiteral("30"), tr("How long it lasts")},
           {tr("Windows"), "--windows", QStringLiteral("6"),
            tr("Of equal length, that are set against each other")},
           size(),
           no_picture(),
           new_tokens(QStringLiteral("64"))}};
}

}  // namespace

std::vector<RunKind> run_kinds() {
  return {ttft(), decode(), load(), batch(), resolution(), ablation(), states(), long_run()};
}

std::vector<std::string> arguments_of(const RunKind& kind, const std::vector<QString>& values,
                                      const RunModel& model) {
  std::vector<std::string> out = kind.verb;
  for (std::size_t i = 0; i < kind.parameters.size() && i < values.size(); ++i) {
    const RunParameter& parameter = kind.parameters[i];
    const QString value = values[i].trimmed();
    if (value.isEmpty() || value == parameter.usual) continue;
    if (!parameter.option.empty()) out.push_back(parameter.option);
    if (parameter.form != Form::kFlag) out.push_back(value.toStdString());
  }
  if (!model.folder.empty()) out.insert(out.end(), {"--model", model.folder});
  if (model.compute_type != "auto" && !model.compute_type.empty())
    out.insert(out.end(), {"--dtype", model.compute_type});
  if (model.engine != "auto" && !model.engine.empty()) out.insert(out.end(), {"--engine", model.engine});
  if (model.threads > 0) out.insert(out.end(), {"--threads", std::to_string(model.threads)});
  return out;
}

}  // namespace fovea::ui
