#pragma once

#include "core/api/engine.h"
#include "core/api/engine_place.h"
#include "ui/presets.h"
#include "ui/server_entry.h"
#include "ui/theme.h"

#include <QByteArray>
#include <QString>
#include <map>
#include <vector>

namespace fovea::ui {

enum class Language { kSystem, kEnglish, kChinese };

/// Folders of models that are remembered at most.
inline constexpr int kMostModelFolders = 30;

/// What the user chose for the program as a whole; a value. Read and written as one file, in one place.
struct Settings {
  // Look
  ThemeChoice theme = ThemeChoice::kSystem;
  Language language = Language::kSystem;
  double text_scale = 1.0;  ///< 0.8 … 1.6
  // New chats
  QString system_prompt;
  double temperature = -1.0;  ///< < 0: what the model says
  int max_new_tokens = 1024;
  std::vector<Preset> presets;  ///< by name
  // Models
  QString model_folder;                 ///< loaded at start; empty: the model in the box
  QStringList model_folders;            ///< that were loaded from by hand, the last one first
  std::map<QString, QString> adapters;  ///< folders of LoRA adapters by the folder of the model that has one
  std::vector<ServerEntry> servers;     ///< elsewhere; their keys are in the keyring
  QString server_in_use;  ///< id of the one that answers in place of a model here; empty: none does
  bool load_at_start = true;
  ComputeType compute_type = ComputeType::kAuto;
  DeviceChoice device;
  WeightFormat weights = WeightFormat::kModel;
  bool weights_by_row = false;  ///< int8 weights share a scale by whole rows; counts with kInt8 only
  KvCacheType kv_cache_type = KvCacheType::kAuto;
  EnginePlace engine_place = EnginePlace::kAutomatic;
  int threads = 0;               ///< 0: all cores
  int unload_after_minutes = 0;  ///< without a question; 0: never
  // The window's own server
  bool server_on = false;
  int server_port = 8080;  ///< 1 … 65535
  bool server_key = false;
  bool server_network = false;  ///< other machines may call; counts with server_key only
  // Layout
  QByteArray geometry;
  QByteArray docks;
  int inspector_tab = 0;
};

/// The engine that they ask for; its model and adapter are not among them.
EngineOptions wished_engine(const Settings& settings);

/// Reads `file`; what is missing or makes no sense keeps its default.
Settings read_settings(const QString& file);
/// False if the file could not be written.
bool write_settings(const Settings& settings, const QString& file);

}  // namespace fovea::ui
