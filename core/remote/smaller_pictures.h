#pragma once

#include "core/api/generation_request.h"
#include "core/api/upload_saving.h"

#include <deque>
#include <memory>

namespace fovea {

/// Makes the pictures of questions smaller before they go. A chat sends its pictures again with each turn, so
/// the last kKept are kept as they went. One thread.
class SmallerPictures {
 public:
  static constexpr std::size_t kKept = 16;

  /// Does nothing without a wanted reduction or without a reducer.
  SmallerPictures(UploadReduction how, PictureReducer reducer);

  /// Replaces pictures in the request. What that came to, without the connection's rate. Errors: the
  /// reducer's; the request may be half replaced then.
  Result<UploadSaving> reduce(GenerationRequest& request);

 private:
  struct Kept {
    std::weak_ptr<const void> source;  ///< the bytes or pixels that it was made of
    ReducedPicture picture;
  };

  Result<ReducedPicture> reduced(const ImageInput& image);

  UploadReduction how_;
  PictureReducer reducer_;
  std::deque<Kept> kept_;
};

}  // namespace fovea
