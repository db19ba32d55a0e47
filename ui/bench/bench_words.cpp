#include "ui/bench/bench_words.h"

#include "core/bench/report/figure_text.h"
#include "core/bench/web/web_labels.h"
#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/stage_words.h"
#include "ui/words.h"

#include <QDateTime>
#include <QHash>
#include <QLocale>
#include <QRegularExpression>

namespace fovea::ui {

QString figure_words(const std::string& name) {
  const QHash<QString, QString> words = {
      {QStringLiteral("ttft_ms"), tr("Time to first token")},
      {QStringLiteral("tpot_ms"), tr("Time per output token")},
      {QStringLiteral("itl_ms"), tr("Gap between tokens")},
      {QStringLiteral("e2el_ms"), tr("Time to last token")},
      {QStringLiteral("late_ms"), tr("Sent late")},
      {QStringLiteral("request_throughput"), tr("Answers a second")},
      {QStringLiteral("request_goodput"), tr("Answers a second within limits")},
      {QStringLiteral("output_throughput"), tr("New tokens a second")},
      {QStringLiteral("total_token_throughput"), tr("All tokens a second")},
      {QStringLiteral("throughput_per_gb"), tr("New tokens a second for each GB")},
      {QStringLiteral("memory_mb"), tr("Memory")},
      {QStringLiteral("cpu_percent"), tr("Processor, this program")},
      {QStringLiteral("machine_cpu_percent"), tr("Processor, all programs")},
      {QStringLiteral("watts"), tr("Processor's power")},
      {QStringLiteral("memory_watts"), tr("Memory's power")},
      {QStringLiteral("machine_watts"), tr("Whole machine's power")},
      {QStringLiteral("gpu_watts"), tr("Graphics card's power")},
      {QStringLiteral("read_limit_gb_per_s"), tr("Speed of reading memory")},
      {QStringLiteral("vision_tokens"), tr("Tokens of the picture")},
      {QStringLiteral("answer_edits_percent"), tr("Characters that differ")},
      {QStringLiteral("answers_equal_percent"), tr("Answers that are the same")},
      {QStringLiteral("first_token_kl"), tr("First token's divergence")},
      {QStringLiteral("weights_mb"), tr("Weights in memory")},
      {QStringLiteral("exact_percent"), tr("Exact answers")},
      {QStringLiteral("character_error_percent"), tr("Characters that are wrong")},
      {QStringLiteral("mean_iou"), tr("Overlap of boxes (IoU)")},
      {QStringLiteral("prefill_tokens_per_s"), tr("Prompt tokens a second")},
      {QStringLiteral("browser_memory_mb"), tr("Memory of the browser")},
      {QStringLiteral("browser_cpu_percent"), tr("Processor, the browser")},
      {QStringLiteral("gpu_percent"), tr("Graphics card")},
      {QStringLiteral("gpu_memory_mb"), tr("Graphics card's memory")},
      {QStringLiteral("request_bytes"), tr("Bytes of a request")},
      {QStringLiteral("base64_ms"), tr("Writing Base64")},
      {QStringLiteral("ttft_paint_ms"), tr("Until the first token is painted")},
      {QStringLiteral("decoder_steps"), tr("Passes through the decoder")},
      {QStringLiteral("step_weight_bytes"), tr("Weights a step reads")},
      {QStringLiteral("operator_steps"), tr("Passes by libtorch")},
      {QStringLiteral("kv_bytes_per_token"), tr("Keys and values of a token")},
      {QStringLiteral("ttft_answer_parse_ms"), tr("Until the first text is read")},
      {QStringLiteral("chosen_ms"), tr("Showing the chosen pictures")},
      {QStringLiteral("gpu_celsius"), tr("Graphics card's temperature")},
      {QStringLiteral("throttle_events"), tr("Times slowed for heat")},
      {QStringLiteral("celsius"), tr("Temperature")},
      {QStringLiteral("clock_mhz"), tr("Clock")},
      {QStringLiteral("other_ms"), tr("Other")}};
  QString key = QString::fromStdString(name);
  if (const auto found = words.find(key); found != words.end()) return *found;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = Stage(i);
    if (name == std::string(stage_name(stage)) + "_ms") return tr("Stage: %1").arg(stage_text(stage));
  }
  return key;
}

QString unit_words(const std::string& unit) {
  if (unit == "requests/s") return tr("requests/s");
  if (unit == "tokens/s") return tr("tokens/s");
  if (unit == "tokens/s/GB") return tr("tokens/s/GB");
  if (unit == "bytes") return tr("bytes");
  return QString::fromStdString(unit);
}

QString run_words(const QString& name) {
  const QHash<QString, QString> words = {{QStringLiteral("ttft"), tr("Time to first token")},
                                         {QStringLiteral("decode"), tr("Speed of one answer")},
                                         {QStringLiteral("prefill"), tr("Reading a prompt")},
                                         {QStringLiteral("batch"), tr("Several at once")},
                                         {QStringLiteral("load"), tr("Load")},
                                         {QStringLiteral("queue"), tr("Waiting, foretold")},
                                         {QStringLiteral("batch sweep"), tr("How many at once")},
                                         {QStringLiteral("sweep-batch"), tr("How many at once")},
                                         {QStringLiteral("resolution sweep"), tr("Size of the picture")},
                                         {QStringLiteral("sweep-resolution"), tr("Size of the picture")},
                                         {QStringLiteral("states"), tr("States of a service")},
                                         {QStringLiteral("ablation"), tr("Optimisations, one by one")},
                                         {QStringLiteral("formats"), tr("Formats of weights")},
                                         {QStringLiteral("long run"), tr("A long time")},
                                         {QStringLiteral("long"), tr("A long time")},
                                         {QStringLiteral("accuracy"), tr("Answers that are right")},
                                         {QStringLiteral("web-vs-api"), tr("Page against API")},
                                         {QStringLiteral("web against API"), tr("Page against API")}};
  return words.value(name, name);
}

QString group_words(const std::string& label) {
  QString whole = QString::fromStdString(label);
  if (whole == QLatin1String("idle")) return tr("idle");
  if (whole == QLatin1String("one person")) return tr("one person");
  static const QRegularExpression several(QStringLiteral("^(\\d+) at once$"));
  static const QRegularExpression rate(QStringLiteral("^([\\d.]+) requests/s$"));
  static const QRegularExpression load(QStringLiteral("^([\\d.]+) % of what it can$"));
  static const QRegularExpression window(QStringLiteral("^window (\\d+), ([\\d.]+) to ([\\d.]+) (min|s)$"));
  if (const auto found = several.match(whole); found.hasMatch())
    return tr("%1 at once").arg(found.captured(1));
  if (const auto found = rate.match(whole); found.hasMatch())
    return tr("%1 requests a second").arg(found.captured(1));
  if (const auto found = load.match(whole); found.hasMatch())
    return tr("%1 % of what it can").arg(found.captured(1));
  if (const auto found = window.match(whole); found.hasMatch()) {
    const bool minutes = found.captured(4) == QLatin1String("min");
    return (minutes ? tr("window %1, %2 to %3 min") : tr("window %1, %2 to %3 s"))
        .arg(found.captured(1), found.captured(2), found.captured(3));
  }
  // "OCR, page": a task and the path that its questions took.
  const QString path = QString::fromUtf8(bench::path_of(label));
  for (const char* known : {bench::kInProcess, bench::kRestBinary, bench::kRestBase64, bench::kPage}) {
    if (path == QLatin1String(known))
      return tr("%1, %2").arg(group_words(std::string(bench::task_of(label))), core_words(path));
  }
  return whole;
}

QString cell_words(const std::string& cell) {
  const QString label = group_words(cell);
  return label == QString::fromStdString(cell) ? core_words(label) : label;
}

QString formula_words(const bench::RunFigure& figure) {
  return QStringLiteral("%1 = %2").arg(QString::fromStdString(figure.name), core_words(figure.formula));
}

QString part_words(const std::string& part) {
  const QString whole = QString::fromStdString(part);
  static const QRegularExpression turn(QStringLiteral("^(.+), (batch|round) (\\d+)(?: of (\\d+))?$"));
  if (const auto found = turn.match(whole); found.hasMatch()) {
    const bool batch = found.captured(2) == QLatin1String("batch");
    const QString number = found.captured(3);
    const QString all = found.captured(4);
    const QString which = !all.isEmpty()
                              ? (batch ? tr("batch %1 of %2") : tr("round %1 of %2")).arg(number, all)
                          : batch ? tr("batch %1").arg(number)
                                  : tr("round %1").arg(number);
    return tr("%1, %2").arg(part_words(found.captured(1).toStdString()), which);
  }
  static const QRegularExpression loading(QStringLiteral("^loading (.+)$"));
  if (const auto found = loading.match(whole); found.hasMatch())
    return tr("loading %1").arg(found.captured(1));
  if (whole == QLatin1String("warm-up")) return tr("warm-up");
  return group_words(part);
}

QString verdict_words(bench::Verdict verdict) {
  switch (verdict) {
    case bench::Verdict::kBetter:
      return tr("▲ better");
    case bench::Verdict::kWorse:
      return tr("▼ worse");
    case bench::Verdict::kNoDifferenceShown:
      break;
  }
  return tr("= no difference shown");
}

QString figure_number(double value) {
  return QString::fromStdString(bench::figure_text(value));
}

QString change_words(double share) {
  return (share >= 0.0 ? QStringLiteral("+") : QString()) + fixed_text(100.0 * share, 1) +
         QStringLiteral(" %");
}

QString begun_words(const std::string& utc) {
  const QDateTime time = QDateTime::fromString(QString::fromStdString(utc), Qt::ISODate);
  return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat)
                        : QString::fromStdString(utc);
}

}  // namespace fovea::ui
