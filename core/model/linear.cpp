#include "core/model/linear.h"

#include "core/device/cpu/activation_kernels.h"
#include "core/device/cpu/bf16_product.h"
#include "core/device/cpu/fp32_matvec.h"
#include "core/device/huge_pages.h"
#include "core/model/quantization.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>

namespace fovea {
namespace {

/// Fewer rows are multiplied as this many: see plain_linear().
constexpr std::int64_t kFewestRows = 4;

/// oneMKL's fp32 products on Intel's processors add up in another order for another number of rows or
/// threads, unless they are told to be strict (tests/core/model/linear_test.cpp; on AMD's they keep the order
/// of themselves). It reads this variable with its first product, so it is set before main(), when there is
/// no other thread; what the user has set stays.
[[maybe_unused]] const bool kStrictProducts = [] {
  __builtin_cpu_init();
  return __builtin_cpu_is("intel") != 0 && ::setenv("MKL_CBWR", "AUTO,STRICT", 0) == 0;
}();

at::Tensor fp32_linear(const at::Tensor& x, const cpu::Fp32Weight& weight, const at::Tensor& bias) {
  at::Tensor y = at::empty({x.size(0), weight.n}, x.options());
  const float* added = bias.defined() ? bias.const_data_ptr<float>() : nullptr;
  cpu::fp32_product(weight, x.const_data_ptr<float>(), x.size(0), added, y.mutable_data_ptr<float>());
  return y;
}

}  // namespace

at::Tensor plain_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const std::int64_t n = x.size(0);
  const std::int64_t missing = (kFewestRows - n % kFewestRows) % kFewestRows;
  if (missing > 0) {
    const at::Tensor more = x.narrow(0, 0, 1).expand({missing, x.size(1)});
    return plain_linear(at::cat({x, more}), weight, bias).narrow(0, 0, n);
  }
  return bias.defined() ? at::linear(x, weight, bias) : at::linear(x, weight);
}

at::Tensor head_product(const at::Tensor& x, const at::Tensor& weight, Products products) {
  if (products == Products::kOperators) return at::linear(x, weight).to(at::kFloat);
  if (weight.scalar_type() == at::kBFloat16) return cpu::matvec(x, weight);
  if (weight.scalar_type() == at::kFloat) return cpu::fp32_matvec(x, weight);
  return plain_linear(x, weight, {}).to(at::kFloat);
}

at::Tensor rounded_rows(const at::Tensor& x) {
  constexpr double kHalfRange = 127.5;
  // Every step is rounded to x's type, as there.
  const at::Tensor scale = x.abs().amax({1}, true).div_(kHalfRange);
  scale.masked_fill_(scale.eq(0), 1);  // of a row of noughts, which stays so
  return x.div(scale).clamp_(-128.0, 127.0).round_().mul_(scale);
}

bool has_fast_products(at::ScalarType type) {
  using Op = bool();
  if (type == at::kFloat) return true;
  const char* name = type == at::kBFloat16 ? "mkldnn::_is_mkldnn_bf16_supported"
                     : type == at::kHalf   ? "mkldnn::_is_mkldnn_fp16_supported"
                                           : nullptr;
  if (name == nullptr) return false;
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Op>().call();
}

Linear::Linear(at::Tensor weight, at::Tensor bias, LinearFormat format, Products products)
    : weight_(std::move(weight)), bias_(std::move(bias)) {
  if (!weight_.defined()) return;
  TORCH_CHECK(format.bits == 0 || products == Products::kOwn);
  if (format.bits != 0) {
    product_ = Product::kQuantized;
    quantized_ = std::make_shared<const cpu::QuantizedWeight>(quantize(weight_, format.bits, format.group));
    weight_.reset();
    bytes_ = quantized_->bytes() + (bias_.defined() ? bias_.nbytes() : 0);
    return;
  }
  bytes_ = weight_.nbytes() + (bias_.defined() ? bias_.nbytes() : 0);
  const at::ScalarType type = weight_.scalar_type();
  if (products == Products::kOperators) {
    product_ = Product::kOperators;
  } else if (keeps_weight(type, format, products)) {
    product_ = Product::kAten;
  } else if (type == at::kFloat) {
    pack_fp32();
  } else {
    product_ = Product::kPacked;
    packed_ = PackedWeight(std::exchange(weight_, {}));
  }
}

bool Linear::keeps_weight(at::ScalarType type, LinearFormat format, Products products) {
  if (format.bits != 0) return false;
  if (products == Products::kOperators) return true;
  if (type == at::kFloat) return !cpu::has_fp32_product();
  return type == at::kHalf && !has_fast_products(type);
}

void Linear::pack_fp32() {
  product_ = Product::kFp32;
  fp32_ = {nullptr, weight_.size(0), weight_.size(1)};
  at::Tensor laid = at::empty(weight_.sizes(), weight_.options());
  advise_huge_pages(laid.mutable_data_ptr(), laid.nbytes());
  cpu::fp32_pack(weight_.contiguous().const_data_ptr<float>(), fp32_, laid.mutable_data_ptr<float>());
  weight_ = std::move(laid);
  fp32_.values = weight_.const_data_ptr<float>();
}

Linear::Linear(cpu::QuantizedWeight weight, at::Tensor bias)
    : quantized_(std::make_shared<const cpu::QuantizedWeight>(std::move(weight))),
      bias_(std::move(bias)),
      product_(Product::kQuantized),
      bytes_(quantized_->bytes() + (bias_.defined() ? bias_.nbytes() : 0)) {}

int Linear::integer_bits() const {
  return quantized_ ? quantized_->bits : 0;
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return run(x, "none", "");
}

at::Tensor Linear::gelu(const at::Tensor& x, bool tanh_form) const {
  return run(x, "gelu", tanh_form ? "tanh" : "none");
}

at::Tensor Linear::run(const at::Tensor& input, const char* activation, const char* form) const {
  const at::Tensor x = rounds_ ? rounded_rows(input) : input;
  if (product_ == Product::kPacked) return packed_.product(x, bias_, activation, form);
  at::Tensor y = product_ == Product::kQuantized ? cpu::quantized_linear(x, *quantized_, bias_)
                 : product_ == Product::kFp32    ? fp32_linear(x, fp32_, bias_)
                 : product_ == Product::kAten    ? plain_linear(x, weight_, bias_)
                 : bias_.defined()               ? at::linear(x, weight_, bias_)
                                                 : at::linear(x, weight_);
  if (*form == '\0') return y;
  if (product_ == Product::kOperators || product_ == Product::kAten) return at::gelu(y, form);
  cpu::gelu(y, std::string_view(form) == "tanh");
  return y;
}

}  // namespace fovea
