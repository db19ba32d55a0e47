#pragma once

#include "ui/chat_types.h"

#include <QString>
#include <vector>

class QSettings;

namespace fovea::ui {

/// A system prompt and sampling under a name, to be chosen in any chat. A value.
struct Preset {
  QString name;
  ChatOptions options;  ///< its max_pixels means nothing: a budget belongs to pictures
};

inline constexpr int kMostPresets = 100;
inline constexpr int kLongestPresetName = 60;  ///< characters

/// The chat's options with those of the preset in their place; the budget for pictures stays.
ChatOptions with_preset(const ChatOptions& chat, const Preset& preset);

/// Puts a preset in its place by name, without regard to case; one of the same name is replaced. False, and
/// nothing is changed, if the name is empty or there are kMostPresets already.
bool keep_preset(std::vector<Preset>& presets, Preset preset);

/// The presets of a settings file. What makes no sense is left out, or drawn into its range.
std::vector<Preset> read_presets(QSettings& file);
void write_presets(QSettings& file, const std::vector<Preset>& presets);

}  // namespace fovea::ui
