#pragma once

#include "core/api/error.h"

namespace fovea {

/// Opens the window and returns the process's exit status when it is closed. kUnreachable: nobody answers at
/// the display that this session names. kNotFound: the program was built or installed without the window, or
/// a library of its is missing; kInternal: the window's module does not go with the libraries that are there.
Result<int> open_window(int argc, char** argv);

}  // namespace fovea
