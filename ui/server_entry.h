#pragma once

#include "core/api/upload_saving.h"

#include <QString>
#include <vector>

class QSettings;

namespace fovea::ui {

/// A server elsewhere that the user keeps as an engine. A value; its key is never part of it.
struct ServerEntry {
  QString id;                      ///< under which its key is kept; made once, never shown
  QString address;                 ///< as it was typed
  QString model;                   ///< as the server calls it
  bool has_key = false;            ///< it wants one
  bool insecure_key = false;       ///< which may travel unencrypted to another machine
  UploadReduction reduction = {};  ///< of pictures before they go there

  bool operator==(const ServerEntry&) const = default;
};

inline constexpr int kMostServers = 100;

/// An id that no other entry of this user has.
QString new_server_id();

/// The servers of a settings file. Entries without an id, an address or a model are left out.
std::vector<ServerEntry> read_servers(QSettings& file);
void write_servers(QSettings& file, const std::vector<ServerEntry>& servers);

}  // namespace fovea::ui
