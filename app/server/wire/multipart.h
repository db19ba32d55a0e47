#pragma once

#include "core/api/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

struct FormPart {
  std::string name;        ///< of the form's field
  std::string filename;    ///< empty: a plain field
  std::string type;        ///< "image/png"; empty if it says none
  std::string_view bytes;  ///< within the body that was parsed
};

inline constexpr std::size_t kMostFormParts = 200;

/// The value of a field such as Content-Type without its parameters, in lower case: "multipart/form-data".
std::string media_type(std::string_view field);

/// Takes a multipart/form-data body apart (RFC 7578). `content_type`: the field with its boundary. Errors:
/// kInvalidArgument for no or a broken boundary, a part without a name, more than kMostFormParts.
Result<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view content_type);

}  // namespace fovea::server
