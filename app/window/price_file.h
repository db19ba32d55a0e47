#pragma once

#include "ui/lab_services.h"

namespace fovea {

/// The user's file of prices (app/cost's user_cost_file) for the window: what it holds, APIs in the user's
/// currency; nothing set where there is no file. Errors: read_cost_file's and in_currency's.
Result<ui::Prices> read_prices();

/// Writes inputs and basis there; the APIs that the file lists stay. Errors: write_cost_file's, and those of
/// a file that is there and cannot be read, which is left as it is.
Result<void> write_prices(const ui::Prices& prices);

}  // namespace fovea
