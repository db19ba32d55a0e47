#pragma once

#include "ui/question_forecast.h"

#include <QString>

namespace fovea::ui {

/// A forecast as the window says it.
struct ForecastWords {
  QString text;  ///< tokens, first token, memory; what stands in the way, with a sign in front; may be empty
  QString details;  ///< how the figures are made: for hovering
  bool warns = false;
  /// Pixels a picture with which it would be let in; 0: nothing to offer.
  std::int64_t fitting_pixels = 0;
};

ForecastWords forecast_words(const Forecast& forecast);

}  // namespace fovea::ui
