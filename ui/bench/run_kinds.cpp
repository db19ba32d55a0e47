#include "ui/bench/run_kinds.h"

#include "ui/words.h"

#include <utility>

namespace fovea::ui {
namespace {

using Form = RunParameter::Form;

constexpr double kMost = 1e6;            // of what is counted in tokens or seconds
constexpr double kMostRepeats = 1000.0;  // of runs
constexpr double kLongestSide = 8192.0;  // pixels

RunParameter text(const QString& name, std::string option, const QString& usual, const QString& tip,
                  const Allowed& allowed = {}) {
  return {name, std::move(option), usual, tip, Form::kText, allowed};
}
RunParameter new_tokens(const QString& usual) {
  return text(tr("Tokens of an answer"), "--new-tokens", usual,
              tr("Each answer has so many tokens, whatever they are"), Allowed::whole(2, kMost));
}
RunParameter most_tokens(const QString& usual) {
  return text(tr("Tokens of an answer"), "--new-tokens", usual, tr("At most"), Allowed::whole(2, 100'000));
}
RunParameter repeats(const QString& usual) {
  return text(tr("Repetitions"), "--repeat", usual, tr("Runs that count"), Allowed::whole(1, kMostRepeats));
}
RunParameter warm_up(const QString& usual) {
  return text(tr("Warm-up"), "--warm-up", usual, tr("Runs or requests before it that don't count"),
              Allowed::whole(0, kMostRepeats));
}
RunParameter size() {
  return text(tr("Size of the picture"), "--size", QStringLiteral("512x512"),
              tr("Of the made-up picture, in pixels"), Allowed::size(kLongestSide));
}
RunParameter no_picture() {
  return {tr("Ask about text, not a picture"),
          "--no-picture",
          {},
          tr("A made-up text instead of a picture"),
          Form::kFlag};
}
RunParameter prompt_tokens(const QString& usual) {
  return text(tr("Tokens of the text"), "--prompt-tokens", usual, tr("Length of the made-up text"),
              Allowed::whole(16, kMost));
}
RunParameter picture(std::string option = {}) {
  return {tr("Picture"),
          std::move(option),
          {},
          tr("Your own; without one a sample that comes with the program"),
          Form::kPicture};
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
          {prompt_tokens(QStringLiteral("64")), new_tokens(QStringLiteral("64")),
           repeats(QStringLiteral("5")), warm_up(QStringLiteral("1"))}};
}
RunKind prefill() {
  return {
      tr("Reading a prompt"),
      tr("Tokens a second of reading a prompt, before its first token."),
      {"bench", "prefill"},
      {prompt_tokens(QStringLiteral("1024")), repeats(QStringLiteral("5")), warm_up(QStringLiteral("1"))}};
}
RunKind together() {
  return {tr("Several at once"),
          tr("So many answers at once, all asked at the same moment, against one alone."),
          {"bench", "batch"},
          {text(tr("At once"), "--batches", QStringLiteral("1,2,4,8"),
                tr("Requests at once; several numbers with commas are measured in turn"),
                Allowed::whole_list(1, 256)),
           prompt_tokens(QStringLiteral("64")), new_tokens(QStringLiteral("64")),
           repeats(QStringLiteral("3")), warm_up(QStringLiteral("1"))}};
}
RunKind load() {
  return {
      tr("Load"),
      tr("How answers come while requests arrive: from so many clients at any time, or at random times."),
      {"bench", "load"},
      {text(tr("Clients at once"), "--concurrency", QStringLiteral("1"),
            tr("Each asks again when its answer is there; several numbers with commas are measured in turn"),
            Allowed::whole_list(1, 256)),
       text(tr("Requests a second"), "--rate", {},
            tr("At random times, whether answers keep up or not, instead of clients; several with commas"),
            Allowed::number_list(0.001, 10'000)),
       text(tr("Requests"), "--requests", QStringLiteral("50"), tr("Of each number of clients or each rate"),
            Allowed::whole(1, kMost)),
       size(), no_picture(), new_tokens(QStringLiteral("64")), repeats(QStringLiteral("1")),
       text(tr("Limits"), "--goodput", {},
            tr("Counts the answers within all limits, in milliseconds: ttft:500,tpot:50,e2el:3000"))}};
}
RunKind queue() {
  return {tr("Waiting, foretold"),
          tr("How well the simulation behind the number of machines foretells how long answers take: bursts, "
             "then requests at random times, and the simulation beside them."),
          {"bench", "queue"},
          {text(tr("At once"), "--bursts", QStringLiteral("1,2,4,8"),
                tr("Requests at the same moment, which tell how fast the machine is; as many answers are "
                   "written at once as the largest"),
                Allowed::whole_list(1, 256)),
           text(tr("Loads, %"), "--loads", QStringLiteral("50,70,85"),
                tr("Of the rate that the machine could keep up with"), Allowed::number_list(1, 99)),
           text(tr("Requests"), "--requests", QStringLiteral("200"), tr("Of each load"),
                Allowed::whole(10, kMost)),
           size(), no_picture(), new_tokens(QStringLiteral("64")), repeats(QStringLiteral("1"))}};
}
RunKind batch() {
  return {tr("How many at once"),
          tr("1, 2, 4, ... requests at once until memory or the limit ends it; recommends a number."),
          {"bench", "sweep", "batch"},
          {text(tr("Largest number"), "--most", QStringLiteral("256"), tr("Of requests at once"),
                Allowed::whole(1, 256)),
           text(tr("Limit, s"), "--limit", QStringLiteral("60"),
                tr("Seconds to the last token after which no larger number is tried"),
                Allowed::number(0.001, kMost)),
           text(tr("Answers within, s"), "--within", QStringLiteral("10"), tr("For the recommendation"),
                Allowed::number(0.001, kMost)),
           size(), no_picture(), new_tokens(QStringLiteral("64")), repeats(QStringLiteral("5"))}};
}
RunKind resolution() {
  return {
      tr("Size of the picture"),
      tr("The same question about the same picture, shown at several sizes: tokens, time, what changes."),
      {"bench", "sweep", "resolution"},
      {picture(),
       text(tr("Question"), "--question", QStringLiteral("Read the text."), tr("Whose answer is compared")),
       text(tr("Sides"), "--sides", QStringLiteral("128,192,256,384,512,768,1024"),
            tr("The picture is shown with at most N x N pixels, in turn"),
            Allowed::whole_list(16, kLongestSide)),
       most_tokens(QStringLiteral("128")), repeats(QStringLiteral("5"))}};
}
RunKind ablation() {
  return {
      tr("Optimisations, one by one"),
      tr("All of the engine's optimisations off, then on one after the other."),
      {"bench", "ablation"},
      {picture(),
       {tr("Only this one"), "--only", {}, tr("Off and on; without a name all are measured"), Form::kSwitch},
       most_tokens(QStringLiteral("96")),
       repeats(QStringLiteral("5"))}};
}
RunKind formats() {
  return {
      tr("Formats of weights"),
      tr("The model with its weights in several formats, side by side: speed, memory, how its answers "
         "change against the first format's."),
      {"bench", "formats"},
      {text(tr("Formats"), "--formats", QStringLiteral("bf16,int8,int4"),
            tr("Of fp32, bf16, int8, int8-row (by whole rows), int4 and kv-int8 (keys and values); answers "
               "are compared with those of the first"),
            Allowed::of({QStringLiteral("fp32"), QStringLiteral("bf16"), QStringLiteral("int8"),
                         QStringLiteral("int8-row"), QStringLiteral("int4"), QStringLiteral("kv-int8")})),
       {tr("One format at a time"),
        "--one-by-one",
        {},
        tr("Load one model at a time, whatever memory there is, instead of all in turns"),
        Form::kFlag},
       picture("--picture"),
       text(tr("Question"), "--question", {}, tr("Your own instead of four about the picture")),
       most_tokens(QStringLiteral("64")),
       repeats(QStringLiteral("5"))},
      true};
}
RunKind accuracy() {
  return {
      tr("Answers that are right"),
      tr("Questions whose true answers are known: how many answers are exact, how many characters differ."),
      {"bench", "accuracy"},
      {{tr("Cases"),
        {},
        {},
        tr("A JSON list of {\"file\", \"question\", \"answer\", \"kind\"}; pictures lie beside it. Also "
           "several pictures, clips, turns and boxes: fovea bench accuracy --help"),
        Form::kFile,
        Allowed::file()},
       text(tr("Questions at once"), "--together", QStringLiteral("8"), tr("Asked at the same time"),
            Allowed::whole(1, 256)),
       text(tr("Only the first"), "--first", {}, tr("Only so many cases from the beginning"),
            Allowed::whole(1, kMost))}};
}
RunKind web() {
  return {
      tr("Page against API"),
      tr("The same questions in this program, over REST and through the page in a browser: how much later "
         "the page is, and which stages make it so."),
      {"bench", "web-vs-api"},
      {text(tr("Rounds"), "--runs", QStringLiteral("10"), tr("Of each task over each path"),
            Allowed::whole(1, 1000)),
       text(tr("Warm-up"), "--warm-up", QStringLiteral("1"),
            tr("Runs or requests before it that don't count"), Allowed::whole(0, 100)),
       most_tokens(QStringLiteral("128")),
       text(tr("Browsers at once"), "--browsers", QStringLiteral("1,4,8"),
            tr("So many at once, each a browser of its own; beside them as many over REST"),
            Allowed::whole_list(1, 32))},
      false,
      true};
}
RunKind states() {
  return {tr("States of a service"),
          tr("Loaded and idle, one person, busy: processors, memory, power, latency."),
          {"bench", "states"},
          {text(tr("Length of each, s"), "--seconds", QStringLiteral("30"), tr("How long each state lasts"),
                Allowed::number(0.001, kMost)),
           text(tr("Pause of the person, s"), "--think", QStringLiteral("2"),
                tr("Reads for so long before asking again"), Allowed::number(0, kMost)),
           text(tr("Requests a second"), "--rates", QStringLiteral("5,10"), tr("Of the busy states"),
                Allowed::number_list(0.001, 10'000)),
           size(), no_picture(), new_tokens(QStringLiteral("64"))}};
}
RunKind long_run() {
  return {tr("A long time"),
          tr("The same work for a long time: whether it becomes slower, warmer, larger."),
          {"bench", "long"},
          {text(tr("Minutes"), "--minutes", QStringLiteral("30"), tr("How long it lasts"),
                Allowed::number(0.001, 1e5)),
           text(tr("Windows"), "--windows", QStringLiteral("6"),
                tr("Of equal length, that are set against each other"), Allowed::whole(2, 1000)),
           size(), no_picture(), new_tokens(QStringLiteral("64"))}};
}

}  // namespace

std::vector<RunKind> run_kinds() {
  return {ttft(),       decode(),  prefill(),  together(), load(),     queue(),    batch(),
          resolution(), formats(), ablation(), states(),   long_run(), accuracy(), web()};
}

QString fault_of(const RunKind& kind, const std::vector<QString>& values) {
  for (std::size_t i = 0; i < kind.parameters.size() && i < values.size(); ++i) {
    const RunParameter& parameter = kind.parameters[i];
    if (QString fault = fault_of(parameter.name, parameter.allowed, values[i]); !fault.isEmpty())
      return fault;
  }
  return {};
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
  if (!model.adapter.empty()) out.insert(out.end(), {"--adapter", model.adapter});
  if (model.compute_type != "auto" && !model.compute_type.empty() && !kind.own_formats)
    out.insert(out.end(), {"--dtype", model.compute_type});
  if (model.engine != "auto" && !model.engine.empty() && !kind.own_formats)
    out.insert(out.end(), {"--engine", model.engine});
  if (model.device != "auto" && !model.device.empty() && !kind.own_formats)
    out.insert(out.end(), {"--device", model.device});
  if (model.weights != "model" && !model.weights.empty() && !kind.own_formats)
    out.insert(out.end(), {"--weights", model.weights});
  if (model.weights_by_row && !kind.own_formats) out.insert(out.end(), {"--weights-group", "row"});
  if (model.kv_cache_type != "auto" && !model.kv_cache_type.empty() && !kind.own_formats)
    out.insert(out.end(), {"--kv-cache-dtype", model.kv_cache_type});
  if (model.threads > 0) out.insert(out.end(), {"--threads", std::to_string(model.threads)});
  return out;
}

}  // namespace fovea::ui
