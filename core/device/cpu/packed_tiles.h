#pragma once

#include "core/device/cpu/packed_product.h"

namespace fovea::cpu {

/// packed_product() for the blocks of 64 weight rows first..last. In a file that is compiled for AVX-512 with
/// BF16; call only where has_packed_product().
void packed_tiles_avx512(const PackedBf16Weight& weight, const std::uint16_t* x, std::int64_t rows,
                         const std::uint16_t* bias, std::uint16_t* y, std::int64_t first, std::int64_t last);

}  // namespace fovea::cpu
