#pragma once

#include "core/bench/report/run_record.h"

#include <string>

namespace fovea::bench {

/// The settled record as one HTML page that needs nothing else: charts as inline SVG, tables, no script, no
/// resource from elsewhere (a content security policy forbids it). Light and dark as the reader's system is,
/// readable without colour, printable. The first thousand requests are listed; the CSV has all.
std::string html_report(const RunRecord& record);

}  // namespace fovea::bench
