#pragma once

#include "core/api/error.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

/// The keys that open the server. Immutable once built; any thread may ask.
class ApiKeys {
 public:
  /// Lines `NAME KEY`, or `KEY` alone; empty lines and those with # in front are skipped. kNotFound,
  /// kForbidden (others than the owner may read the file), kInvalidArgument (a key shorter than 16
  /// characters, a name that stands twice, no key at all); the message names the line, never the key.
  static Result<ApiKeys> read(const std::string& file);

  /// As read(); for one key that comes by another way (an environment variable).
  Result<void> add(std::string name, std::string_view key);

  bool empty() const { return keys_.empty(); }

  /// The name of the key. Takes the same time for any wrong one: digests are compared, all of them.
  std::optional<std::string> name_of(std::string_view key) const;

 private:
  using Digest = std::array<unsigned char, 32>;  // SHA-256

  struct Key {
    std::string name;
    Digest digest;
  };

  static Digest digest_of(std::string_view key);

  std::vector<Key> keys_;
};

}  // namespace fovea::server
