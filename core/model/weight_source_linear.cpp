// What WeightSource hands out as products: of numbers, of our own integers, of another program's.
#include "core/device/huge_pages.h"
#include "core/model/lora_adapter.h"
#include "core/model/prequantized_weight.h"
#include "core/model/quantization.h"
#include "core/model/weight_faults.h"
#include "core/model/weight_source.h"

#include <cmath>
#include <new>

#include <ATen/ops/empty.h>

namespace fovea {

Linear WeightSource::linear(const std::string& name, std::int64_t rows, std::int64_t columns,
                            LinearFormat format, const std::function<at::Tensor()>& weight, at::Tensor bias) {
  if (layout_) {
    if (auto kept = prequantized_linear(parts_of(weight), rows, columns, format, bias))
      return std::move(*kept);
  }
  if (format.bits == 0) return laid_anew(format, weight, std::move(bias));
  if (has_integers(name)) return stored_integers(name, rows, columns, format, std::move(bias));
  if (sink_ == nullptr) return laid_anew(format, weight, std::move(bias));
  hand_over(name, rows, columns, format, weight);
  return {};
}

Linear WeightSource::laid_anew(LinearFormat format, const std::function<at::Tensor()>& weight,
                               at::Tensor bias) {
  const Products products = format.bits == 0 ? compute_.products() : Products::kOwn;
  into_passing_ = compute_.device().is_cpu() && !Linear::keeps_weight(type_, format, products);
  at::Tensor numbers = weight();
  into_passing_ = false;
  return {std::move(numbers), std::move(bias), format, products};
}

/// The tensors that `weight` would ask for; nothing is read.
WeightSource::Parts WeightSource::parts_of(const std::function<at::Tensor()>& weight) {
  Parts parts;
  asked_for_ = &parts;
  weight();
  asked_for_ = nullptr;
  return parts;
}

/// The product with another program's integers: with the same integers where all parts are such that ours
/// hold and no coarser ones are wanted; with numbers where products are with rounded activations, which only
/// they can do as that program does. Nothing: any other product.
std::optional<Linear> WeightSource::prequantized_linear(const Parts& parts, std::int64_t rows,
                                                        std::int64_t columns, LinearFormat format,
                                                        const at::Tensor& bias) {
  std::size_t integers = 0;
  for (const auto& [name, shape] : parts) integers += shape.size() == 2 && has_prequantized(name) ? 1 : 0;
  if (integers == 0) return std::nullopt;
  if (integers < parts.size()) {
    if (layout_->scheme().rounds_activations) {
      fail({ErrorCode::kUnsupported,
            "Of matrices that are multiplied together only some have rounded activations: " +
                parts.front().first + ".",
            "Use the bf16 version of the model.", ""});
      return Linear();
    }
    return std::nullopt;
  }
  bool ok = !failed_;
  bool changed = storage_.format == WeightFormat::kFloat || compute_.products() == Products::kOperators;
  std::optional<HeldIntegers> held;
  for (const auto& [name, shape] : parts) {
    ok = check_part(name, shape) && ok;
    if (!ok) return Linear();
    changed = changed || (origin_.adapter != nullptr && origin_.adapter->changes(name));
    const HeldIntegers own = layout_->held(*layout_->find(name, shape[0], shape[1]));
    changed = changed || own.bits == 0 || (held && held->group != own.group);
    held = own;
  }
  changed = changed || (format.bits != 0 && format.bits < held->bits);
  if (pass_ == Pass::kCheck) return Linear();
  try {
    std::vector<PrequantizedWeight> stored;
    if (!changed) {
      for (const auto& [name, shape] : parts) {
        auto one = read_prequantized(name, shape[0], shape[1]);
        if (!one) return Linear();
        stored.push_back(std::move(*one));
      }
      cpu::QuantizedWeight kept = kept_integers(stored, held->group);
      if (kept.values.defined()) return Linear(std::move(kept), bias);
    }
    at::Tensor numbers =
        at::empty({rows, columns}, at::TensorOptions().dtype(type_).device(compute_.device()));
    if (numbers.is_cpu()) advise_huge_pages(numbers.mutable_data_ptr(), numbers.nbytes());
    std::int64_t row = 0;
    for (std::size_t i = 0; i < parts.size() && !failed_; ++i) {
      const auto& [name, shape] = parts[i];
      const at::Tensor target = numbers.narrow(0, row, shape[0]);
      if (changed)
        read_part(name, target);
      else
        stored[i].dequantize(target);
      row += shape[0];
    }
    if (failed_) return Linear();
    stored.clear();
    Linear out(std::move(numbers), bias, format, compute_.products());
    if (layout_->scheme().rounds_activations && format.bits == 0) out.round_activations();
    return out;
  } catch (const std::bad_alloc&) {
    fail(no_memory_for_weights());
    return Linear();
  }
}

Linear WeightSource::stored_integers(const std::string& name, std::int64_t rows, std::int64_t columns,
                                     LinearFormat format, at::Tensor bias) {
  const IntegerTensors at = integer_tensors(name, rows, columns, format.bits, format.group);
  const bool values = check(at.values, at.value_shape, true);
  const bool scales = check(at.scales, at.scale_shape);
  const bool unit = check(at.unit, {1});
  if (!values || !scales || !unit || pass_ == Pass::kCheck) return {};
  try {
    cpu::QuantizedWeight weight = empty_quantized(rows, columns, format.bits, format.group);
    const at::Tensor one = at::empty({1}, at::TensorOptions().dtype(at::kFloat));
    read_into(at.values, weight.values);
    if (!failed_) read_into(at.scales, weight.scales);
    if (!failed_) read_into(at.unit, one);
    if (failed_) return {};
    weight.unit = *one.const_data_ptr<float>();
    int exponent = 0;
    if (!std::isfinite(weight.unit) || std::frexp(weight.unit, &exponent) != 0.5F) {
      fail(damaged_weights("The tensor " + at.unit + " is no power of two."));
      return {};
    }
    return {std::move(weight), std::move(bias)};
  } catch (const std::bad_alloc&) {
    fail(no_memory_for_weights());
    return {};
  }
}

void WeightSource::hand_over(const std::string& name, std::int64_t rows, std::int64_t columns,
                             LinearFormat format, const std::function<at::Tensor()>& weight) {
  handing_over_ = true;
  at::Tensor numbers = weight();
  handing_over_ = false;
  if (failed_) return;
  if (pass_ == Pass::kCheck) return sink_->plan(name, rows, columns, format.bits, format.group);
  const cpu::QuantizedWeight integers = quantize(numbers, format.bits, format.group);
  numbers.reset();
  if (!sink_->take(name, integers)) {
    fail({ErrorCode::kDiskFull, "The integers could not be written.", "Free some room on the disk.", ""});
  }
}

}  // namespace fovea
