// What a GPU may do in the middle of an answer: memory that is out, and a fault that stays. The faults are
// thrown by a test's Compute around libtorch's operators on the processor, in the types that libtorch's CUDA
// library throws.

#include "collected.h"
#include "core/engine/local_engine.h"
#include "core/engine/torch_model_runner.h"
#include "picture_questions.h"

#include <functional>
#include <memory>
#include <utility>

#include <c10/util/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::Collected;
using ::testing::HasSubstr;

/// The operators, with something done before attention in the decoder and before the tower's rotation.
class Faulty : public Compute {
 public:
  std::function<void(std::int64_t rows)> before_attention = [](std::int64_t) {};
  std::function<void()> before_looking = [] {};

  at::Device device() const override { return inner_->device(); }
  Products products() const override { return inner_->products(); }
  KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim,
                     at::ScalarType type) const override {
    return inner_->make_pages(pages, kv_heads, head_dim, type);
  }
  PlacedRows place(std::span<const PagedRows> rows) const override { return inner_->place(rows); }
  at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) const override {
    return inner_->rms_norm(x, weight, eps);
  }
  at::Tensor add_rms_norm(at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight,
                          double eps) const override {
    return inner_->add_rms_norm(x, delta, weight, eps);
  }
  at::Tensor silu_mul(const at::Tensor& gate_up) const override { return inner_->silu_mul(gate_up); }
  at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                               const DecoderHeads& heads, const PlacedRows& rows,
                               const KvPages& pages) const override {
    return inner_->rotate_into_pages(qkv, cos, sin, heads, rows, pages);
  }
  at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, const PlacedRows& rows,
                             double scale) const override {
    before_attention(q.size(0));
    return inner_->paged_attention(q, pages, rows, scale);
  }
  at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                           std::int64_t heads) const override {
    before_looking();
    return inner_->rotate_vision(qkv, cos, sin, heads);
  }
  at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale) const override {
    return inner_->frame_attention(heads, frame, scale);
  }
  at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                        double eps) const override {
    return inner_->layer_norm(x, weight, bias, eps);
  }
  void add(at::Tensor& x, const at::Tensor& delta) const override { inner_->add(x, delta); }
  void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                              std::int64_t side, std::int64_t height, std::int64_t width) const override {
    inner_->add_bilinear_positions(x, table, coordinates, side, height, width);
  }

 private:
  const std::shared_ptr<const Compute> inner_ = libtorch_operators(at::kCPU);
};

[[noreturn]] void run_out() {
  C10_THROW_ERROR(OutOfMemoryError, "CUDA out of memory. Tried to allocate 2.00 GiB.");
}

[[noreturn]] void break_down() {
  throw c10::AcceleratorError({__func__, __FILE__, __LINE__}, 700,
                              "CUDA error: an illegal memory access was encountered\nmore lines");
}

class GpuFaults : public ::testing::Test {
 protected:
  GpuFaults() {
    EngineOptions options;
    options.model_folder = "resources/models/fovea-mini";
    options.device = {DeviceChoice::Kind::kCpuOperators};
    auto runner = TorchModelRunner::load(options, {}, false, compute_);
    EXPECT_TRUE(runner) << runner.error().text();
    engine_ = std::make_unique<LocalEngine>(std::move(runner).value());
  }

  Collected ask(const std::string& picture) {
    Collected collected;
    const auto question = test::asking_about("Read the text.", {"resources/samples/" + picture}, 16);
    const auto id = engine_->submit(question, collected.sink());
    EXPECT_TRUE(id);
    if (id) collected.wait();
    return collected;
  }

  const std::shared_ptr<Faulty> compute_ = std::make_shared<Faulty>();
  std::unique_ptr<LocalEngine> engine_;
};

TEST_F(GpuFaults, OutOfMemoryDropsCachesAndGoesOn) {
  const std::vector<std::int32_t> want = ask("label.png").ids();
  ASSERT_FALSE(want.empty());
  EXPECT_GT(engine_->metrics().vision_cache_bytes, 0U);
  int left = 1;
  compute_->before_attention = [&](std::int64_t) {
    if (left-- > 0) run_out();
  };
  Collected again = ask("label.png");
  EXPECT_TRUE(again.finished());
  EXPECT_EQ(again.ids(), want);
  EXPECT_LT(left, 1) << "it did run out";
  EXPECT_EQ(engine_->metrics().vision_cache_bytes, 0U) << "caches went";
  compute_->before_attention = [](std::int64_t) {};
  left = 1;
  compute_->before_looking = [&] {
    if (left-- > 0) run_out();
  };
  again = ask("label.png");
  EXPECT_EQ(again.ids(), want);
}

TEST_F(GpuFaults, WhatDoesNotFitAtOnceIsReadInPieces) {
  const std::vector<std::int32_t> want = ask("label.png").ids();
  std::int64_t largest = 0;
  compute_->before_attention = [&](std::int64_t rows) {
    if (rows > 20) run_out();
    largest = std::max(largest, rows);
  };
  const Collected got = ask("notice.png");
  EXPECT_TRUE(got.finished());
  EXPECT_GT(largest, 8);
  EXPECT_EQ(ask("label.png").ids(), want);
}

TEST_F(GpuFaults, WhatNeverFitsFailsAloneAndOthersAreAnswered) {
  const std::vector<std::int32_t> want = ask("label.png").ids();
  compute_->before_attention = [](std::int64_t) { run_out(); };
  const Collected failed = ask("notice.png");
  ASSERT_TRUE(failed.failed());
  EXPECT_EQ(failed.failed()->error.code, ErrorCode::kOutOfMemory);
  compute_->before_attention = [](std::int64_t) {};
  EXPECT_EQ(ask("label.png").ids(), want);
}

TEST_F(GpuFaults, AFaultThatStaysIsTheEnginesAndCarriesItsReason) {
  int steps = 0;
  compute_->before_attention = [&](std::int64_t) {
    if (++steps > 30) break_down();
  };
  const Collected broken = ask("label.png");
  ASSERT_TRUE(broken.failed());
  EXPECT_EQ(broken.failed()->error.code, ErrorCode::kEngineFailed);
  EXPECT_EQ(broken.failed()->error.message,
            "The GPU failed: CUDA error: an illegal memory access was encountered.");
  EXPECT_THAT(broken.failed()->error.remedy, HasSubstr("Load the model again"));
  Collected later;
  const auto id = engine_->submit(test::asking_about("What?", {}, 4), later.sink());
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::kEngineFailed);
  EXPECT_THAT(id.error().message, HasSubstr("illegal memory access"));
}

TEST_F(GpuFaults, AlsoWhileAPictureIsLookedAt) {
  compute_->before_looking = [] { break_down(); };
  const Collected broken = ask("label.png");
  ASSERT_TRUE(broken.failed());
  EXPECT_EQ(broken.failed()->error.code, ErrorCode::kEngineFailed);
  Collected later;
  EXPECT_FALSE(engine_->submit(test::asking_about("What?", {}, 4), later.sink()));
}

}  // namespace
}  // namespace fovea
