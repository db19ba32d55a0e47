#pragma once

#include "core/api/error.h"

#include <string>

namespace fovea {

/// "Can't read NAME: WHY" as kInvalidImage. `why` ends with a full stop.
Error unreadable_image(const std::string& name, const std::string& why, const std::string& remedy = "");

/// The file breaks off before the picture does.
Error image_ends_early(const std::string& name);

/// The file contradicts itself.
Error image_damaged(const std::string& name);

/// A legal file of a kind that is not read.
Error image_kind_unsupported(const std::string& name, const std::string& kind);

/// Not enough memory for the pixels.
Error image_out_of_memory(const std::string& name);

}  // namespace fovea
