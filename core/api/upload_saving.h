#pragma once

#include "core/api/error.h"
#include "core/api/picture.h"

#include <cstdint>
#include <functional>

namespace fovea {

/// How pictures are made smaller before they go to a server. Off unless a longest side is given.
struct UploadReduction {
  static constexpr int kLeastSide = 64;
  static constexpr int kMostSide = 8192;
  static constexpr int kLeastQuality = 10;
  static constexpr int kMostQuality = 100;
  static constexpr int kUsualQuality = 85;

  int longest_side = 0;              ///< pixels, kLeastSide..kMostSide; 0: pictures go as they are
  int jpeg_quality = kUsualQuality;  ///< kLeastQuality..kMostQuality, as libjpeg counts it

  bool wanted() const { return longest_side > 0; }
  bool operator==(const UploadReduction&) const = default;
};

/// A picture made smaller, or as it was where that has no more bytes.
struct ReducedPicture {
  ImageInput image;
  bool reduced = false;  ///< `image` is another file than before
};

/// Makes one picture smaller. Errors: those of reading it. Any thread.
using PictureReducer = std::function<Result<ReducedPicture>(const ImageInput&, const UploadReduction&)>;

/// What making one question's pictures smaller came to.
struct UploadSaving {
  int pictures = 0;                ///< of the question, earlier turns' included, that were made smaller
  std::uint64_t source_bytes = 0;  ///< of these before; as Base64, as they go over the wire
  std::uint64_t sent_bytes = 0;    ///< of these as they went; as Base64
  double reduce_seconds = 0.0;     ///< that making them smaller took
  double bytes_per_second = 0.0;   ///< at which the connection took the question; 0: not known

  /// Time on the wire that the bytes that were not sent would have taken; 0: not known.
  double saved_seconds() const {
    if (bytes_per_second <= 0.0 || source_bytes <= sent_bytes) return 0.0;
    return static_cast<double>(source_bytes - sent_bytes) / bytes_per_second;
  }
};

}  // namespace fovea
