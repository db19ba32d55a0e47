#include "ui/stage_words.h"

#include "ui/palette.h"
#include "ui/quantities.h"
#include "ui/words.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <string_view>

namespace fovea::ui {
namespace {

/// "2 pictures were made smaller on their way to the server: 212 kB went instead of 4.13 MB. That took 41 ms
/// and saved about 3.1 s."
QString upload_note(const UploadSaving& saving) {
  const QString went =
      saving.pictures == 1
          ? tr("1 picture was made smaller on its way to the server: %1 went instead of %2.")
                .arg(bytes_text(saving.sent_bytes), bytes_text(saving.source_bytes))
          : tr("%1 pictures were made smaller on their way to the server: %2 went instead of %3.")
                .arg(QString::number(saving.pictures), bytes_text(saving.sent_bytes),
                     bytes_text(saving.source_bytes));
  const QString took = seconds_text(saving.reduce_seconds);
  const double saved = saving.saved_seconds();
  return went + u' ' +
         (saved > 0.0 ? tr("That took %1 and saved about %2.").arg(took, seconds_text(saved))
                      : tr("That took %1.").arg(took));
}

}  // namespace

QString stage_text(Stage stage) {
  switch (stage) {
    case Stage::kClientEncode:
      return tr("Client encode");
    case Stage::kUpload:
      return tr("Upload");
    case Stage::kRequestParse:
      return tr("Request parse");
    case Stage::kImageDecode:
      return tr("Image decode");
    case Stage::kPreprocess:
      return tr("Preprocess");
    case Stage::kTokenize:
      return tr("Tokenize");
    case Stage::kQueue:
      return tr("Queue");
    case Stage::kVision:
      return tr("Vision");
    case Stage::kPrefill:
      return tr("Prefill");
    case Stage::kFirstToken:
      return tr("First token");
    case Stage::kDecode:
      return tr("Decode");
    case Stage::kDetokenize:
      return tr("Detokenize");
    case Stage::kAnswerParse:
      return tr("Answer parse");
    case Stage::kPaint:
      return tr("Paint");
  }
  return {};
}

QString stage_formula(Stage stage) {
  switch (stage) {
    case Stage::kClientEncode:
      return tr("The question written as JSON, its pictures in Base64.");
    case Stage::kUpload:
      return tr("Connecting, and the question's way to the server.");
    case Stage::kImageDecode:
      return tr("From the picture's file to pixels.");
    case Stage::kPreprocess:
      return tr("Pixels resized to the model's grid and cut into patches.");
    case Stage::kTokenize:
      return tr("The chat template filled in and cut into tokens.");
    case Stage::kQueue:
      return tr("Waiting for the questions before this one.");
    case Stage::kVision:
      return tr("The vision tower over all patches; nothing for pictures that it has seen before.");
    case Stage::kPrefill:
      return tr("The decoder over the prompt's tokens: arithmetic decides.");
    case Stage::kFirstToken:
      return tr("Choosing the first token.");
    case Stage::kDecode:
      return tr("One pass through the decoder for each further token: memory speed decides.");
    case Stage::kDetokenize:
      return tr("Tokens turned into characters.");
    default:
      return {};
  }
}

std::vector<StageRow> stage_rows(const AnswerFigures& figures) {
  std::vector<StageRow> rows;
  double begin = 0.0;
  // A server that doesn't tell its stages is waited for as a whole.
  const bool waited = figures.elsewhere && !(figures.stages[Stage::kPrefill] > 0.0);
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = Stage(i);
    const double seconds = figures.stages[stage];
    if (!(seconds > 0.0)) continue;
    const bool all_in_one = waited && stage == Stage::kFirstToken;
    rows.push_back(
        {all_in_one ? tr("Waiting for the server") : stage_text(stage),
         all_in_one ? tr("Until its first text: queue, pictures and prompt, which it does not tell apart.")
                    : stage_formula(stage),
         stage_color(stage), begin, seconds, 0.0});
    begin += seconds;
  }
  if (const double rest = figures.total - begin; rest > 0.01 * figures.total) {
    rows.push_back({tr("Other"), tr("The whole time less all stages."), 0xFF9A9A9A, begin, rest, 0.0});
    begin += rest;
  }
  for (StageRow& row : rows) row.share = row.seconds / begin;
  return rows;
}

QString figures_as_table(const AnswerFigures& f) {
  QString out = QStringLiteral("%1\t%2\t%3\n").arg(tr("Stage"), tr("Seconds"), tr("Share"));
  for (const StageRow& row : stage_rows(f)) {
    out += QStringLiteral("%1\t%2\t%3 %\n")
               .arg(row.name, fixed_text(row.seconds, 6), fixed_text(100.0 * row.share, 1));
  }
  out += QStringLiteral("%1\t%2\t\n").arg(tr("Time to first token"), fixed_text(f.ttft, 6));
  const QString unknown = tr("unknown");
  const bool counted = !f.untold.tokens;
  out += QStringLiteral("%1\t%2\t\n")
             .arg(tr("Time per output token"), counted ? fixed_text(f.tpot, 6) : unknown);
  out += QStringLiteral("%1\t%2\t\n").arg(tr("Tokens in"), counted ? count_text(f.prompt_tokens) : unknown);
  out +=
      QStringLiteral("%1\t%2\t\n").arg(tr("Tokens out"), counted ? count_text(f.completion_tokens) : unknown);
  if (f.forecast_ttft > 0.0)
    out += QStringLiteral("%1\t%2\t\n")
               .arg(tr("First token, forecast without the queue"), fixed_text(f.forecast_ttft, 6));
  if (f.peak_memory > 0)
    out += QStringLiteral("%1\t%2\t\n").arg(tr("Memory at its peak"), bytes_text(f.peak_memory));
  if (f.forecast_memory > 0)
    out += QStringLiteral("%1\t%2\t\n").arg(tr("Memory, forecast"), bytes_text(f.forecast_memory));
  if (f.upload.pictures > 0) {
    out += QStringLiteral("%1\t%2\t\n").arg(tr("Pictures made smaller"), count_text(f.upload.pictures));
    out += QStringLiteral("%1\t%2\t\n").arg(tr("Their size as sent"), bytes_text(f.upload.sent_bytes));
    out += QStringLiteral("%1\t%2\t\n").arg(tr("Their size before"), bytes_text(f.upload.source_bytes));
  }
  if (f.draft_tokens > 0) {
    out += QStringLiteral("%1\t%2\t\n").arg(tr("Tokens drafted"), count_text(f.draft_tokens));
    out += QStringLiteral("%1\t%2\t\n").arg(tr("Drafts accepted"), count_text(f.draft_accepted));
  }
  out += QStringLiteral("%1\t%2\t\n")
             .arg(tr("From the answer cache"), f.elsewhere       ? unknown
                                               : f.answer_cached ? tr("yes")
                                                                 : tr("no"));
  return out;
}

QString figures_as_json(const AnswerFigures& f) {
  const auto key_of = [](Stage stage) {
    const std::string_view name = stage_name(stage);
    return QString::fromUtf8(name.data(), qsizetype(name.size()));
  };
  QJsonObject stages;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    if (f.stages.seconds[i] > 0.0) stages[key_of(Stage(i))] = f.stages.seconds[i];
  }
  QJsonObject json{{QStringLiteral("stages"), stages},
                   {QStringLiteral("ttft"), f.ttft},
                   {QStringLiteral("total"), f.total}};
  const auto add = [&json](const char* name, double value) {
    if (value > 0.0) json[QLatin1String(name)] = value;
  };
  add("forecast_ttft", f.forecast_ttft);
  add("peak_memory", double(f.peak_memory));
  add("forecast_memory", double(f.forecast_memory));
  if (!f.untold.tokens) {
    add("tpot", f.tpot);
    add("prompt_tokens", double(f.prompt_tokens));
    add("completion_tokens", double(f.completion_tokens));
    if (!f.untold.vision) add("vision_tokens", double(f.vision_tokens));
    if (!f.untold.reasoning) add("reasoning_tokens", double(f.reasoning_tokens));
  }
  if (!f.elsewhere) json[QStringLiteral("answer_cached")] = f.answer_cached;
  if (f.upload.pictures > 0) {
    const double saved = f.upload.saved_seconds();
    json[QStringLiteral("upload")] =
        QJsonObject{{QStringLiteral("pictures"), f.upload.pictures},
                    {QStringLiteral("source_bytes"), double(f.upload.source_bytes)},
                    {QStringLiteral("sent_bytes"), double(f.upload.sent_bytes)},
                    {QStringLiteral("reduce_seconds"), f.upload.reduce_seconds},
                    {QStringLiteral("saved_seconds"), saved > 0.0 ? QJsonValue(saved) : QJsonValue()}};
  }
  return QString::fromUtf8(QJsonDocument(json).toJson());
}

QStringList answer_notes(const AnswerFigures& f) {
  QStringList out;
  if (f.answer_cached) out.append(tr("Kept from an earlier question: the model did not run."));
  if (f.draft_tokens > 0) {
    out.append(tr("%1 tokens drafted, %2 of them accepted (%3 %): each saved a step.")
                   .arg(count_text(f.draft_tokens), count_text(f.draft_accepted))
                   .arg(qRound(100.0 * double(f.draft_accepted) / double(f.draft_tokens))));
  }
  if (f.upload.pictures > 0) out.append(upload_note(f.upload));
  return out;
}

QStringList forecast_notes(const AnswerFigures& f) {
  QStringList out;
  if (f.forecast_ttft > 0.0 && f.ttft > 0.0) {
    out.append(tr("First token without the queue: forecast %1, took %2")
                   .arg(seconds_text(f.forecast_ttft), seconds_text(f.ttft_alone())));
  }
  if (f.forecast_memory > 0 && f.peak_memory > 0) {
    out.append(tr("Memory at its peak: forecast %1, was %2")
                   .arg(bytes_text(f.forecast_memory), bytes_text(f.peak_memory)));
  }
  return out;
}

QString foot_text(const AnswerFigures& f) {
  QStringList parts;
  if (f.ttft > 0.0) parts.append(seconds_text(f.ttft));
  if (f.tpot > 0.0) parts.append(tr("%1 tok/s").arg(rate_text(f.tokens_per_second())));
  parts.append(f.untold.tokens ? tr("tokens not told")
                               : tr("%1 tokens").arg(count_text(f.prompt_tokens + f.completion_tokens)));
  if (f.upload.pictures > 0)
    parts.append(
        tr("%1 sent instead of %2").arg(bytes_text(f.upload.sent_bytes), bytes_text(f.upload.source_bytes)));
  return parts.join(QStringLiteral(" · "));
}

}  // namespace fovea::ui
