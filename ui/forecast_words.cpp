#include "ui/forecast_words.h"

#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/words.h"

#include <QStringList>
#include <algorithm>

namespace fovea::ui {
namespace {

QString megapixels_text(std::int64_t pixels) {
  return tr("%1 megapixels").arg(fixed_text(double(pixels) / 1e6, pixels < 995'000 ? 2 : 1));
}

QString figures(const Forecast& forecast) {
  const Preview& preview = forecast.plan.preview;
  QStringList parts;
  std::int64_t image_tokens = 0;
  for (std::size_t i =
           preview.vision.size() - std::min(preview.vision.size(), std::size_t(forecast.pictures));
       i < preview.vision.size(); ++i)
    image_tokens += preview.vision[i].tokens;
  if (forecast.pictures > 0) {
    parts.append(
        tr("%1 image tokens, %2 in all").arg(count_text(image_tokens), count_text(preview.prompt_tokens)));
  } else {
    parts.append(tr("%1 tokens").arg(count_text(preview.prompt_tokens)));
  }
  if (preview.ttft_seconds) {
    parts.append(tr("first token in about %1").arg(seconds_text(*preview.ttft_seconds)));
  } else {
    parts.append(tr("time known after the first answer"));
  }
  if (preview.memory) {
    const QString peak = bytes_text(preview.memory->peak());
    parts.append(preview.memory->limit > 0
                     ? tr("memory %1 of %2").arg(peak, bytes_text(preview.memory->limit))
                     : tr("memory %1").arg(peak));
  }
  return parts.join(QStringLiteral(" · "));
}

/// What stands in the way; empty if nothing does.
QString obstacle(const AdmissionForecast& admission) {
  using Verdict = AdmissionForecast::Verdict;
  const bool fits = admission.fitting_pixels > 0;
  const QString size = megapixels_text(admission.fitting_pixels);
  switch (admission.verdict) {
    case Verdict::kAtOnce:
      return {};
    case Verdict::kWaits:
      return fits ? tr("Waits for other questions. At once with pictures of %1 in all.").arg(size)
                  : tr("Waits for other questions.");
    case Verdict::kTooLarge: {
      const QString why = tr("Too large: takes %1, and %2 are left beside the model.")
                              .arg(bytes_text(admission.needed), bytes_text(admission.room));
      return fits ? why + u' ' + tr("%1 in all would fit.").arg(size) : why;
    }
    case Verdict::kTooLong: {
      const QString why = tr("Too long: at most %1 tokens are read.").arg(count_text(admission.most_tokens));
      return fits ? why + u' ' + tr("Pictures of %1 in all would fit.").arg(size) : why;
    }
  }
  return {};
}

QString memory_details(const MemoryForecast& memory) {
  return tr("Memory at its highest: %1 held now, %2 for keys and values, %3 for pictures, %4 to compute "
            "with.")
      .arg(bytes_text(memory.held), bytes_text(memory.keys_values), bytes_text(memory.pictures),
           bytes_text(memory.activations));
}

}  // namespace

ForecastWords forecast_words(const Forecast& forecast) {
  ForecastWords words;
  switch (forecast.state) {
    case Forecast::State::kNothing:
      return words;
    case Forecast::State::kTooMany:
      words.text = tr("No forecast: too many pictures to prepare all of them for it.");
      return words;
    case Forecast::State::kElsewhere:
      words.text = tr("No forecast: %1 prepares the question, and does not tell beforehand what it takes.")
                       .arg(forecast.server);
      return words;
    case Forecast::State::kFailed:
      words.text = QStringLiteral("⚠ ") + core_words(forecast.problem);
      words.warns = true;
      return words;
    case Forecast::State::kCounting:
      if (!forecast.counted) {
        words.text = tr("Forecasting");
        return words;
      }
      break;
    case Forecast::State::kTold:
      break;
  }
  const Preview& preview = forecast.plan.preview;
  words.text = figures(forecast);
  words.details =
      tr("Forecast for this question with the chat before it, if nothing else is asked meanwhile. "
         "The first token comes sooner if part of it is kept from before.");
  if (preview.memory) words.details += u'\n' + memory_details(*preview.memory);
  if (!forecast.plan.admission) return words;
  if (const QString why = obstacle(*forecast.plan.admission); !why.isEmpty()) {
    words.text += QStringLiteral("\n⚠ ") + why;
    words.warns = true;
    // A little less than what is forecast: sizes are rounded to whole tokens.
    const auto pictures = std::int64_t(std::max<std::size_t>(1, preview.vision.size()));
    words.fitting_pixels = forecast.plan.admission->fitting_pixels * 95 / 100 / pictures;
  }
  return words;
}

}  // namespace fovea::ui
