#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace fovea {

/// What a hub says about a file's bytes, in lower-case hexadecimal.
struct Digest {
  enum class Kind {
    kSha256,   ///< of the bytes; large files at Hugging Face, every file at ModelScope
    kGitBlob,  ///< SHA-1 of "blob SIZE\0" and the bytes, as git names its objects; small files at Hugging
               ///< Face
  };
  Kind kind = Kind::kSha256;
  std::string hex;

  friend bool operator==(const Digest&, const Digest&) = default;
};

/// A digest by the length of its hexadecimal text: 64 digits SHA-256, 40 a git blob. Nothing else is one.
bool is_digest(std::string_view hex, Digest::Kind kind);

/// Adds up a digest piece by piece. One thread.
class Hasher {
 public:
  /// `bytes`: length of the whole, which a git blob's digest begins with.
  Hasher(Digest::Kind kind, std::uint64_t bytes);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void add(std::string_view piece);
  /// The digest of what was added. The hasher is used up.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Called with the number of bytes read since the last call; false stops.
using BytesObserver = std::function<bool(std::uint64_t bytes)>;

/// The digest of a file's first `bytes` bytes. `name` stands for the file in messages. Errors: kDamagedModel
/// (shorter, or cannot be read), kCancelled. Cost: reads all of it once.
Result<Digest> digest_file(const std::filesystem::path& file, const std::string& name, Digest::Kind kind,
                           std::uint64_t bytes, const BytesObserver& observer = {});

}  // namespace fovea
