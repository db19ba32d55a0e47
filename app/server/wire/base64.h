#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

using Bytes = std::vector<std::uint8_t>;

/// RFC 4648, section 4: the standard alphabet; line breaks and blanks between the characters are skipped, the
/// padding may be missing. Nothing if there is any other character, or a stray last one.
std::optional<Bytes> decode_base64(std::string_view text);

/// Section 5, the alphabet of URLs, without padding or blanks, as tokens are written.
std::optional<std::string> decode_base64url(std::string_view text);

struct DataUrl {
  std::string type;  ///< "image/png"; empty if it names none
  std::shared_ptr<const Bytes> bytes;
};

inline bool is_data_url(std::string_view url) {
  return url.substr(0, 5) == "data:";
}

/// RFC 2397, in Base64 only. Nothing for another form.
std::optional<DataUrl> parse_data_url(std::string_view url);

}  // namespace fovea::server
