#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace fovea::test {

/// SHA-256 (FIPS 180-4) of bytes, as 64 hex digits: how the goldens name pixels.
std::string sha256(const void* data, std::size_t size);

}  // namespace fovea::test
