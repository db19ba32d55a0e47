#pragma once

#include "core/hub/model_places.h"
#include "core/hub/pull/pull.h"
#include "tests/core/hub/fake_model.h"

#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

namespace fovea {

/// How a test that runs for each hub is named.
inline void PrintTo(Hub hub, std::ostream* out) {
  *out << hub_name(hub);
}

}  // namespace fovea

namespace fovea::testing_support {

/// local_hub.py as a child: a hub with two hosts over TLS, with the folders it works on. Repositories are
/// folders below repositories().
class LocalHub {
 public:
  LocalHub();
  ~LocalHub();
  LocalHub(const LocalHub&) = delete;
  LocalHub& operator=(const LocalHub&) = delete;

  std::filesystem::path repositories() const { return folder_.path() / "repositories"; }
  std::filesystem::path scratch() const { return folder_.path(); }
  ModelPlaces places() const;
  HubAccess access(Hub hub, std::string token = {}) const;
  const std::string& endpoint() const { return endpoint_; }
  const std::string& authority() const { return authority_; }

  /// Sets what goes wrong; see local_hub.py's FAULTS.
  void set(const nlohmann::json& faults) const;
  /// Every request so far.
  nlohmann::json requests() const;

 private:
  std::string talk(const char* post) const;

  TemporaryFolder folder_;
  int process_ = 0;
  int leash_ = -1;  ///< its standard input: it ends when that is closed
  std::string endpoint_;
  std::string authority_;
};

/// A model of `bytes` bytes of weights that differ from one another, as write_model makes one; `seed` makes
/// another.
void write_large_model(const std::filesystem::path& folder, std::size_t bytes, unsigned seed = 1);

std::string read_file(const std::filesystem::path& file);

/// Many small segments and short pauses.
DownloadOptions test_options();

}  // namespace fovea::testing_support
