#pragma once

#include "app/server/observing/hardware_sampler.h"

#include <string>

namespace fovea::server {

/// GPUs and processors in Prometheus' text format. A figure that is not known has no sample, never a 0; its
/// HELP and TYPE are there, so that a scrape shows every name.
void print_hardware(const HardwareUse& use, std::string& out);

}  // namespace fovea::server
