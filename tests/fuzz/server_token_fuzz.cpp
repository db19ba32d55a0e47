// Tokens of callers: none that the secret did not sign is taken, and of those that it signed only what is in
// time and for this audience.
//
// Input: a token, or behind a byte of 1 a payload that is signed here, so that what lies behind the signature
// is reached too.

#include "app/server/access/jwt.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace {

using namespace fovea::server;

constexpr std::int64_t kNow = 1'700'000'000;

std::string base64url(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  std::erase(out, '=');
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

std::string signed_token(std::string_view payload, const std::string& secret) {
  const std::string text = base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url(payload);
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return text + "." + base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool for_audience(const nlohmann::json& claims, const std::string& audience) {
  if (!claims.contains("aud")) return false;
  const nlohmann::json& aud = claims["aud"];
  if (aud.is_string()) return aud == audience;
  if (!aud.is_array()) return false;
  for (const auto& one : aud) {
    if (one == audience) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const JwtRules rules{std::string(32, 's'), "fovea"};
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty() || input.front() != 1) {
    // The secret has never signed what the fuzzer makes up.
    if (check_jwt(input, rules, kNow)) std::abort();
    return 0;
  }
  const std::string_view payload = input.substr(1);
  if (!check_jwt(signed_token(payload, rules.secret), rules, kNow)) return 0;
  const auto claims = nlohmann::json::parse(payload, nullptr, false);
  const bool proper = claims.is_object() && claims.contains("exp") && claims["exp"].is_number() &&
                      claims["exp"].get<double>() > static_cast<double>(kNow) &&
                      for_audience(claims, rules.audience);
  if (!proper) std::abort();
  return 0;
}
