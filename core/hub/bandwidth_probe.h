#pragma once

namespace fovea {

/// How fast this machine's processors read memory at this moment, in bytes a second: the best of one thread
/// a core with 1, 2 and 4 streams each, fetched ahead, over a buffer in large pages that no cache holds.
/// Other programs' traffic counts against it, which is the point. Takes about a second and 512 MB for that
/// time; 0 if they are not to be had. The kernel's mark of this process's peak memory begins anew afterwards,
/// so that it tells of the work and not of the probe.
double measured_read_bandwidth();

}  // namespace fovea
