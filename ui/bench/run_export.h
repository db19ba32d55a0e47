#pragma once

#include "core/bench/report/run_record.h"

#include <filesystem>

namespace fovea::ui {

enum class RunFormat { kBundle, kHtml, kMarkdown, kCsv };

/// Writes a run where the user wants it: its folder as it is, or a report made from the settled record.
/// `target`: a folder that is not there yet, or a file, which is replaced whole or not at all. Not for the
/// GUI thread. Errors: kInvalidArgument (the folder is there), kNotFound (the run's folder is gone),
/// kForbidden, kDiskFull, kInternal.
Result<void> export_run(const bench::RunRecord& record, const std::filesystem::path& folder, RunFormat format,
                        const std::filesystem::path& target);

}  // namespace fovea::ui
