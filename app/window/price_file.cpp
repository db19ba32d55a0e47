#include "app/window/price_file.h"

#include "app/cost/cost_file.h"

#include <utility>

namespace fovea {
namespace {

Result<CostFile> file_or_nothing() {
  Result<CostFile> file = read_cost_file(user_cost_file());
  if (!file && file.error().code == ErrorCode::kNotFound) return CostFile{};
  return file;
}

}  // namespace

Result<ui::Prices> read_prices() {
  Result<CostFile> file = file_or_nothing();
  if (!file) return file.error();
  Result<std::vector<cost::ApiPrice>> apis = in_currency(file->apis, file->inputs.currency);
  if (!apis) return apis.error();
  return ui::Prices{std::move(file->inputs), std::move(file->basis), std::move(*apis)};
}

Result<void> write_prices(const ui::Prices& prices) {
  const Result<CostFile> file = file_or_nothing();
  if (!file) return file.error();
  return write_cost_file(user_cost_file(), cost_yaml(prices.inputs, prices.basis, file->apis));
}

}  // namespace fovea
