#pragma once

#include "core/hub/digest.h"
#include "core/hub/model_entry.h"

#include <functional>
#include <vector>

namespace fovea {

/// What was found of one file.
struct VerifiedFile {
  enum class State {
    kGood,     ///< is what the hub said
    kNoWord,   ///< nobody said what it should be; a weight file's header is sound
    kDamaged,  ///< `problem` says how
  };
  std::string path;
  State state = State::kNoWord;
  std::string problem;
  std::uint64_t bytes = 0;
};

struct Verification {
  std::vector<VerifiedFile> files;
  std::optional<Error> problem;  ///< of the model as a whole: shards missing, config.json unusable
  bool sound() const;
};

struct VerificationProgress {
  std::string path;  ///< being read
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
};
/// False stops.
using VerificationObserver = std::function<bool(const VerificationProgress&)>;

/// Reads all of a model and compares each file with what its hub said: in Hugging Face's cache by the blob's
/// name, in ModelScope's by `.fovea.json`; and checks the weights' headers. Errors: kCancelled. Damage is
/// no error but a finding. Cost: reads every byte once.
Result<Verification> verify_model(const ModelEntry& entry, const VerificationObserver& observer);

/// Takes away what is damaged, so that a pull fetches it again; in Hugging Face's cache the blob. Errors:
/// those of write_error().
Result<int> remove_damaged(const ModelEntry& entry, const Verification& verification);

}  // namespace fovea
