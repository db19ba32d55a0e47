#pragma once

namespace fovea {

/// Whether NVIDIA's driver answers and tells of a GPU. Loads its library, so some milliseconds where there is
/// one.
bool has_usable_gpu();

}  // namespace fovea
