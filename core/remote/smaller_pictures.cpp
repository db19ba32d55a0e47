#include "core/remote/smaller_pictures.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fovea {
namespace {

std::shared_ptr<const void> source_of(const ImageInput& image) {
  if (image.decoded) return image.decoded;
  return image.encoded;
}

/// As Base64; decoded pixels go as a PNG that is not compressed.
std::uint64_t wire_bytes(const ImageInput& image) {
  const std::uint64_t bytes = image.decoded ? image.decoded->pixels.size() : image.encoded->size();
  return (bytes + 2) / 3 * 4;
}

}  // namespace

SmallerPictures::SmallerPictures(UploadReduction how, PictureReducer reducer)
    : how_(how), reducer_(std::move(reducer)) {}

Result<UploadSaving> SmallerPictures::reduce(GenerationRequest& request) {
  UploadSaving saving;
  if (!how_.wanted() || !reducer_) return saving;
  const auto begun = std::chrono::steady_clock::now();
  for (Message& message : request.messages) {
    for (ContentPart& part : message.content) {
      auto* image = std::get_if<ImagePart>(&part);
      if (image == nullptr) continue;
      Result<ReducedPicture> smaller = reduced(image->image);
      if (!smaller) return smaller.error();
      if (!smaller->reduced) continue;
      ++saving.pictures;
      saving.source_bytes += wire_bytes(image->image);
      saving.sent_bytes += wire_bytes(smaller->image);
      image->image = std::move(smaller->image);
    }
  }
  saving.reduce_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return saving;
}

Result<ReducedPicture> SmallerPictures::reduced(const ImageInput& image) {
  const std::shared_ptr<const void> source = source_of(image);
  std::erase_if(kept_, [](const Kept& one) { return one.source.expired(); });
  for (const Kept& one : kept_) {
    if (one.source.lock() == source) return one.picture;
  }
  Result<ReducedPicture> made = reducer_(image, how_);
  if (!made) return made;
  if (kept_.size() == kKept) kept_.pop_front();
  // Of one that was left as it was only that is kept: its own bytes would never expire.
  Kept kept{source, *made};
  if (!made->reduced) kept.picture.image = {};
  kept_.push_back(std::move(kept));
  return made;
}

}  // namespace fovea
