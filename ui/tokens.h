#pragma once

namespace fovea::ui {

// Distances and sizes, in pixels at scale 1. Nothing else is used for spacing.
inline constexpr int kSpace1 = 4;
inline constexpr int kSpace2 = 8;
inline constexpr int kSpace3 = 12;
inline constexpr int kSpace4 = 16;
inline constexpr int kSpace5 = 24;
inline constexpr int kRadius = 6;

inline constexpr int kTextSize = 13;
inline constexpr int kSmallText = 11;
inline constexpr int kTitleText = 15;
inline constexpr int kFigureText = 20;  ///< the large figures of the speed panel

inline constexpr int kColumnWidth = 760;  ///< of the conversation, at most
inline constexpr int kIconSize = 16;
inline constexpr int kThumbnailSide = 72;

}  // namespace fovea::ui
