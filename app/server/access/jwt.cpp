#include "app/server/access/jwt.h"

#include "app/server/wire/base64.h"
#include "app/server/wire/strict_json.h"

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace fovea::server {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestToken = 8 << 10;
constexpr std::int64_t kLeeway = 30;  // seconds by which clocks may differ
constexpr std::size_t kLongestSubject = 128;

Error refused(const char* why) {
  return {ErrorCode::kForbidden, std::string("The token is not accepted: ") + why + ".", {}, {}};
}

std::optional<json> object_of(std::string_view part) {
  const std::optional<std::string> text = decode_base64url(part);
  if (!text) return std::nullopt;
  Result<json> parsed = parse_strict_json(*text);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return std::move(*parsed);
}

/// A date in a claim; nothing if it is no number that a clock could show.
std::optional<std::int64_t> date(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(seconds >= 0.0 && seconds < 1e15)) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

bool audience_fits(const json& claims, const std::string& audience) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return audience.empty();
  if (audience.empty()) return false;
  if (found->is_string()) return found->get_ref<const std::string&>() == audience;
  return found->is_array() && std::any_of(found->begin(), found->end(), [&](const json& one) {
           return one.is_string() && one.get_ref<const std::string&>() == audience;
         });
}

}  // namespace

Result<std::string> check_jwt(std::string_view token, const JwtRules& rules, std::int64_t now) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (token.size() > kLongestToken || first == std::string_view::npos || first == last ||
      token.find('.', first + 1) != last) {
    return refused("it has no three parts");
  }
  const std::optional<std::string> signature = decode_base64url(token.substr(last + 1));
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected{};
  unsigned length = 0;
  const std::string_view signed_part = token.substr(0, last);
  HMAC(EVP_sha256(), rules.secret.data(), static_cast<int>(rules.secret.size()),
       reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size(), expected.data(),
       &length);
  if (!signature || signature->size() != length ||
      CRYPTO_memcmp(signature->data(), expected.data(), length) != 0) {
    return refused("its signature is wrong");
  }
  const std::optional<json> head = object_of(token.substr(0, first));
  const std::optional<json> claims = object_of(token.substr(first + 1, last - first - 1));
  if (!head || !claims) return refused("it is malformed");
  if (head->value("alg", json()) != "HS256" || head->contains("crit"))
    return refused("it is not signed by HS256");
  const std::optional<std::int64_t> expiry = date(*claims, "exp");
  if (!expiry || *expiry + kLeeway <= now) return refused("it has expired");
  if (claims->contains("nbf")) {
    const std::optional<std::int64_t> begin = date(*claims, "nbf");
    if (!begin || *begin - kLeeway > now) return refused("it is not valid yet");
  }
  if (!audience_fits(*claims, rules.audience)) return refused("it is for another audience");
  const auto subject = claims->find("sub");
  if (subject == claims->end() || !subject->is_string()) return std::string("token");
  return subject->get_ref<const std::string&>().substr(0, kLongestSubject);
}

}  // namespace fovea::server
