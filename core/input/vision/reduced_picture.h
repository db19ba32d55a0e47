#pragma once

#include "core/api/upload_saving.h"

namespace fovea {

/// The picture as a JPEG whose longest side is at most `how.longest_side`, turned as its orientation says,
/// without alpha, profile and notes; never enlarged. Left as it was where that JPEG would have no fewer
/// bytes, so that reducing never makes the way longer. Shrinks by the mean over areas. Any thread; peak
/// memory is decode_image()'s. Errors: decode_image()'s, kOutOfMemory.
Result<ReducedPicture> reduced_picture(const ImageInput& image, const UploadReduction& how);

}  // namespace fovea
