#include "core/model/packed_weight.h"

#include "core/device/cpu/activation_kernels.h"
#include "core/device/huge_pages.h"

#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>

namespace fovea {
namespace {

/// Rows that the blocked layout is chosen for. The layout serves any count; measured, one row and a thousand
/// run as fast with it as with a layout made for them.
constexpr std::int64_t kPackedRows = 512;

/// Fewer rows are multiplied by oneDNN as this many: its kernel for a few reads the weight a quarter faster
/// than its kernel for one (measured with the blocked layout on AVX-512: 52 against 41 GB/s).
constexpr std::int64_t kRowsMultiplied = 4;

using ReorderOp = at::Tensor(const at::Tensor&, std::optional<c10::SymInt>);
using LinearOp = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                            std::string_view, c10::List<std::optional<at::Scalar>>,
                            std::optional<std::string_view>);
using AddressOp = std::int64_t(const at::Tensor&);

template <typename Op>
auto find_operator(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Op>();
}

at::Tensor packed(const at::Tensor& weight) {
  static const auto op = find_operator<ReorderOp>("mkldnn::_reorder_linear_weight");
  return op.call(weight, std::optional<c10::SymInt>(c10::SymInt(kPackedRows)));
}

at::Tensor onednn_product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                          const char* activation, const char* form) {
  static const auto op = find_operator<LinearOp>("mkldnn::_linear_pointwise");
  const auto optional_bias = bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
  return op.call(x, weight, optional_bias, activation, c10::List<std::optional<at::Scalar>>(),
                 std::optional<std::string_view>(form));
}

const std::uint16_t* bits(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<const std::uint16_t*>(tensor.const_data_ptr()) : nullptr;
}

/// The packed weight as our kernel takes it, or chunk 0 where its size shows that it is laid otherwise.
cpu::PackedBf16Weight seen_as_ours(const at::Tensor& packed, std::int64_t n, std::int64_t k,
                                   std::int64_t chunk) {
  static const auto bytes = find_operator<AddressOp>("mkldnn::_nbytes");
  static const auto address = find_operator<AddressOp>("mkldnn::data_ptr");
  if (n % 64 != 0 || k % 2 != 0 || bytes.call(packed) != 2 * n * k) return {};
  const std::int64_t at = address.call(packed);
  const std::uint16_t* values = nullptr;
  static_assert(sizeof(at) == sizeof(values));
  std::memcpy(&values, &at, sizeof(values));
  return {values, n, k, chunk};
}

/// Rows of k numbers of which each comes twice, at places that `other_sign` minds: with it the second is the
/// first's negative. The product of a row of one kind and a row of the other is zero but for the rounding of
/// sums, which any change in their order changes.
at::Tensor cancelling_rows(std::int64_t rows, std::int64_t k, bool other_sign) {
  at::Tensor made = at::empty({rows, k}, at::TensorOptions().dtype(at::kBFloat16));
  auto* to = made.mutable_data_ptr<at::BFloat16>();
  // Any fixed stream of numbers serves; this one is Knuth's linear congruential generator (TAOCP 3.3.4).
  std::uint64_t state = other_sign ? 1 : 2;
  const auto draw = [&state] { return state = state * 6364136223846793005ULL + 1442695040888963407ULL; };
  std::vector<std::int64_t> places(static_cast<std::size_t>(k));
  for (std::int64_t i = 0; i < k; ++i) places[static_cast<std::size_t>(i)] = i;
  std::uint64_t shuffle = 3;
  for (std::size_t i = places.size(); i > 1; --i) {
    shuffle = shuffle * 6364136223846793005ULL + 1442695040888963407ULL;
    std::swap(places[i - 1], places[(shuffle >> 33) % i]);
  }
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i + 1 < k; i += 2) {
      const float value = static_cast<float>(draw() >> 40) / static_cast<float>(1 << 23) - 1.0F;
      to[row * k + places[static_cast<std::size_t>(i)]] = value;
      to[row * k + places[static_cast<std::size_t>(i + 1)]] = other_sign ? -value : value;
    }
  }
  return made;
}

at::Tensor own_product(const cpu::PackedBf16Weight& weight, const at::Tensor& x, const at::Tensor& bias) {
  at::Tensor y = at::empty({x.size(0), weight.n}, x.options());
  cpu::packed_product(weight, bits(x), x.size(0), bits(bias),
                      static_cast<std::uint16_t*>(y.mutable_data_ptr()));
  return y;
}

bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  return std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) == 0;
}

/// The chunk with which our kernel gives oneDNN's bits for weights of k columns, or 0 if none does.
std::int64_t tried_chunk(std::int64_t k) {
  const std::int64_t n = 128;
  const at::Tensor weight = packed(cancelling_rows(n, k, true));
  const at::Tensor many = cancelling_rows(64, k, false);
  const at::Tensor expected = onednn_product(many, weight, {}, "none", "");
  for (const std::int64_t chunk : {std::int64_t{1024}, std::int64_t{512}, std::int64_t{2048}, k}) {
    const cpu::PackedBf16Weight own = seen_as_ours(weight, n, k, chunk);
    if (own.chunk == 0) return 0;
    bool same = true;
    for (const std::int64_t rows : {std::int64_t{1}, std::int64_t{4}, cpu::kMostPackedRows}) {
      // The last rows, so that a row's place among those of oneDNN's product plays no part either.
      const at::Tensor few = many.narrow(0, 64 - rows, rows).contiguous();
      same = same && same_bits(own_product(own, few, {}), expected.narrow(0, 64 - rows, rows).contiguous());
    }
    if (same) return chunk;
  }
  return 0;
}

/// tried_chunk(), once for each width.
std::int64_t chunk_for(std::int64_t k) {
  static std::mutex mutex;
  static std::map<std::pair<std::int64_t, int>, std::int64_t> known;
  const std::lock_guard lock(mutex);
  const auto [place, fresh] = known.try_emplace({k, at::get_num_threads()}, 0);
  if (fresh) place->second = tried_chunk(k);
  return place->second;
}

}  // namespace

Bf16Products best_bf16_products() {
  return cpu::has_amx_product()        ? Bf16Products::kAmx
         : cpu::has_widening_product() ? Bf16Products::kWidening
                                       : Bf16Products::kOneDnn;
}

PackedWeight::PackedWeight(at::Tensor weight, Bf16Products products) : threads_(at::get_num_threads()) {
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  const bool bf16 = weight.scalar_type() == at::kBFloat16;
  const auto make_room = [&](std::int64_t numbers) {
    packed_ = at::empty({numbers}, weight.options());
    advise_huge_pages(packed_.mutable_data_ptr(), packed_.nbytes());
    return static_cast<std::uint16_t*>(packed_.mutable_data_ptr());
  };
  if (bf16 && products == Bf16Products::kAmx) {
    amx_ = {nullptr, n, k};
    cpu::amx_pack(bits(weight), amx_, make_room(amx_.size()));
    amx_.values = bits(packed_);
    return;
  }
  if (bf16 && products == Bf16Products::kWidening) {
    widening_ = {nullptr, n, k};
    cpu::widening_pack(bits(weight), widening_, make_room(widening_.size()));
    widening_.values = bits(packed_);
    return;
  }
  packed_ = packed(weight);
  weight.reset();
  if (bf16 && cpu::has_packed_product() && n % 64 == 0 && k % 2 == 0) {
    if (const std::int64_t chunk = chunk_for(k); chunk != 0) own_ = seen_as_ours(packed_, n, k, chunk);
  }
}

at::Tensor PackedWeight::product(const at::Tensor& x, const at::Tensor& bias, const char* activation,
                                 const char* form) const {
  const std::int64_t rows = x.size(0);
  if (amx_.values != nullptr) {
    const bool gelu = std::string_view(activation) == "gelu";
    const bool tanh_form = std::string_view(form) == "tanh";
    at::Tensor y = at::empty({rows, amx_.n}, x.options());
    cpu::amx_product(amx_, bits(x), rows, bits(bias), static_cast<std::uint16_t*>(y.mutable_data_ptr()),
                     gelu && tanh_form);
    if (gelu && !tanh_form) cpu::gelu(y, tanh_form);
    return y;
  }
  if (widening_.values != nullptr) {
    at::Tensor y = at::empty({rows, widening_.n}, x.options());
    cpu::widening_product(widening_, bits(x), rows, bits(bias),
                          static_cast<std::uint16_t*>(y.mutable_data_ptr()));
    if (std::string_view(activation) == "gelu") cpu::gelu(y, std::string_view(form) == "tanh");
    return y;
  }
  if (own_.chunk != 0 && rows >= 1 && rows <= cpu::kMostPackedRows && threads_ == at::get_num_threads() &&
      std::string_view(activation) == "none") {
    return own_product(own_, x, bias);
  }
  if (rows == 1) {
    const at::Tensor filled = x.expand({kRowsMultiplied, x.size(1)}).contiguous();
    return onednn_product(filled, packed_, bias, activation, form).narrow(0, 0, 1);
  }
  return onednn_product(x, packed_, bias, activation, form);
}

}  // namespace fovea
