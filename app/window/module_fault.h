#pragma once

#include "core/api/error.h"

#include <string_view>

namespace fovea {

/// Why the window's module could not be loaded, from what the system's loader said (dlerror(); empty where
/// the module was loaded but has no window in it). kNotFound, naming the library and what to install, where
/// one is missing; kInternal where the module and what is installed do not go together. Paths are left out.
Error window_module_fault(std::string_view loader_message);

}  // namespace fovea
