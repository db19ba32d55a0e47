#include "core/device/upload.h"

#include <cstring>
#include <vector>

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

/// The byte at a place of the source that is read.
char byte_at(std::uint64_t at) {
  return static_cast<char>(at * 31 + at / 251);
}

bool read(char* to, std::uint64_t bytes, std::uint64_t offset) {
  for (std::uint64_t i = 0; i < bytes; ++i) to[i] = byte_at(offset + i);
  return true;
}

TEST(Upload, BringsEveryByteAcrossPieces) {
  Upload upload(at::kCPU);
  for (const std::int64_t more : {-4, 0, 8}) {
    const std::int64_t bytes = 2 * Upload::kPiece + more;
    const at::Tensor target = at::empty({bytes / 2}, at::TensorOptions().dtype(at::kBFloat16));
    ASSERT_TRUE(upload.fill(target, read));
    const auto* got = static_cast<const char*>(target.const_data_ptr());
    std::int64_t wrong = 0;
    for (std::int64_t i = 0; i < bytes; ++i)
      wrong += got[i] == byte_at(static_cast<std::uint64_t>(i)) ? 0 : 1;
    EXPECT_EQ(wrong, 0) << more;
  }
}

TEST(Upload, FillsAPartOfATensorAndNothingBesideIt) {
  const at::Tensor whole = at::empty({4, 3}, at::TensorOptions().dtype(at::kByte)).fill_(7);
  ASSERT_TRUE(Upload(at::kCPU).fill(whole.narrow(0, 1, 2), [](char* to, std::uint64_t bytes, std::uint64_t) {
    std::memset(to, 1, bytes);
    return true;
  }));
  EXPECT_EQ(whole.sum().item<std::int64_t>(), 6 * 7 + 6 * 1);
  EXPECT_EQ(whole.narrow(0, 1, 2).sum().item<std::int64_t>(), 6);
}

TEST(Upload, SaysWhenTheSourceEnds) {
  const at::Tensor target = at::empty({Upload::kPiece + 1}, at::TensorOptions().dtype(at::kByte));
  EXPECT_FALSE(
      Upload(at::kCPU).fill(target, [](char*, std::uint64_t, std::uint64_t offset) { return offset == 0; }));
}

}  // namespace
}  // namespace fovea
