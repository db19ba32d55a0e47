#include "app/server/access/api_keys.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>

namespace fovea::server {
namespace {

constexpr std::size_t kShortestKey = 16;

Error refused(std::string message, std::string remedy) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(remedy), "keys"};
}

}  // namespace

ApiKeys::Digest ApiKeys::digest_of(std::string_view key) {
  Digest digest{};
  unsigned length = 0;
  EVP_Digest(key.data(), key.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return digest;
}

Result<void> ApiKeys::add(std::string name, std::string_view key) {
  if (key.size() < kShortestKey) {
    return refused("The key \"" + name + "\" is too short.",
                   "Use 16 characters or more: openssl rand -hex 24 makes a good one.");
  }
  for (const Key& other : keys_) {
    if (other.name == name) return refused("Two keys are called \"" + name + "\".", "Rename one.");
  }
  keys_.push_back({std::move(name), digest_of(key)});
  return {};
}

Result<ApiKeys> ApiKeys::read(const std::string& file) {
  struct stat info = {};
  if (stat(file.c_str(), &info) != 0) {
    return Error{ErrorCode::kNotFound, "There is no file " + file + ".", "Check --keys.", "keys"};
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{ErrorCode::kForbidden, "Others on this machine may read " + file + ".",
                 "chmod 600 it, then start again.", "keys"};
  }
  std::ifstream in(file);
  ApiKeys keys;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    std::string third;
    words >> first >> second >> third;
    if (first.empty() || first.starts_with('#')) continue;
    const std::string place = "line " + std::to_string(number);
    if (!third.empty()) return refused(file + ", " + place + " has three words.", "Write: NAME KEY");
    const Result<void> added = second.empty() ? keys.add(place, first) : keys.add(first, second);
    if (!added) return refused(file + ", " + place + ": " + added.error().message, added.error().remedy);
  }
  if (keys.empty()) return refused("There is no key in " + file + ".", "Write one a line: NAME KEY");
  return keys;
}

std::optional<std::string> ApiKeys::name_of(std::string_view key) const {
  const Digest digest = digest_of(key);
  const Key* found = nullptr;
  for (const Key& candidate : keys_) {
    if (CRYPTO_memcmp(candidate.digest.data(), digest.data(), digest.size()) == 0) found = &candidate;
  }
  if (found == nullptr) return std::nullopt;
  return found->name;
}

}  // namespace fovea::server
