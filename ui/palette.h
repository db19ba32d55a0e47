#pragma once

#include "core/api/metrics.h"

#include <array>

#include <QtGui/qrgb.h>

namespace fovea::ui {

enum class Theme { kLight, kDark, kHighContrast };

/// The colours of one theme by what they are for. Text on window, surface, raised and bubble keeps a contrast
/// of at least 4.5 : 1, muted text too.
struct Colors {
  QRgb window;   ///< chrome: docks, bars
  QRgb surface;  ///< where content lies
  QRgb raised;   ///< fields, menus
  QRgb bubble;   ///< a question; code
  QRgb hover;
  QRgb line;  ///< hairlines
  QRgb text;
  QRgb muted;        ///< secondary text
  QRgb accent;       ///< what can be acted on
  QRgb accent_soft;  ///< behind a chosen row
  QRgb on_accent;
  QRgb good;  ///< states, always with a word or a sign
  QRgb warning;
  QRgb bad;
};

inline constexpr Colors kLightColors = {0xFFF4F5F6, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFEFF2F3, 0xFFE7EAEC,
                                        0xFFDADFE3, 0xFF1B1F23, 0xFF59636D, 0xFF0B756F, 0xFFDCEEEC,
                                        0xFFFFFFFF, 0xFF1A7F37, 0xFF8A5A00, 0xFFB3261E};
inline constexpr Colors kDarkColors = {0xFF17191C, 0xFF1D2023, 0xFF25292D, 0xFF282D31, 0xFF2D3237,
                                       0xFF353B41, 0xFFE6E8EA, 0xFF9EA8B2, 0xFF55C4BA, 0xFF1C3C3A,
                                       0xFF0B1817, 0xFF6CCB83, 0xFFE2B34F, 0xFFFF8A80};
inline constexpr Colors kContrastColors = {0xFF000000, 0xFF000000, 0xFF000000, 0xFF161616, 0xFF2A2A2A,
                                           0xFF8C8C8C, 0xFFFFFFFF, 0xFFE0E0E0, 0xFF5CF2E4, 0xFF0E3F3B,
                                           0xFF000000, 0xFF7CFC9A, 0xFFFFD866, 0xFFFF9C94};

constexpr const Colors& colors_of(Theme theme) {
  switch (theme) {
    case Theme::kDark:
      return kDarkColors;
    case Theme::kHighContrast:
      return kContrastColors;
    default:
      return kLightColors;
  }
}

/// One colour a stage, in the order of the flow; told apart without colour vision by their lightness where
/// they follow each other. The same in every theme, chart and report.
inline constexpr std::array<QRgb, kStageCount> kStageColors = {
    0xFF9A9A9A,  // client_encode
    0xFF6E7B8B,  // upload
    0xFFB0A990,  // request_parse
    0xFFCC79A7,  // image_decode
    0xFF8E4585,  // preprocess
    0xFFD9C75B,  // tokenize
    0xFF8A8F94,  // queue
    0xFFE69F00,  // vision
    0xFF56B4E9,  // prefill
    0xFF117733,  // first_token
    0xFF009E73,  // decode
    0xFFC9BC2E,  // detokenize
    0xFFD55E00,  // answer_parse
    0xFF0072B2,  // paint
};

constexpr QRgb stage_color(Stage stage) {
  return kStageColors[static_cast<std::size_t>(stage)];
}

}  // namespace fovea::ui
