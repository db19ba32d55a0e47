#pragma once

#include "core/bench/report/run_comparison.h"
#include "core/bench/report/run_record.h"
#include "ui/cell_table.h"

#include <QString>
#include <string>
#include <vector>

namespace fovea::ui {

/// A run in the folder of runs, as far as its summary says.
struct KeptRun {
  QString folder;
  bench::RunRecord head;  ///< without its requests
  qint64 requests = 0;
};

/// The runs below a folder, the newest first. Reads each summary: not for the GUI thread. What is no run is
/// left out.
std::vector<KeptRun> kept_runs(const QString& folder);

/// A row a run: what, when, the model, requests, whether it is whole.
CellTable kept_runs_table(const std::vector<KeptRun>& runs);
/// A row a group: requests, failures, and each figure with its band in the tip.
CellTable groups_table(const bench::RunRecord& record);
/// A row a request, in the order in which they are given.
CellTable requests_table(const std::vector<const bench::RequestRecord*>& requests);
/// A row a figure that both runs have, with the 99 % band of the change and a verdict.
CellTable comparison_table(const bench::RunComparison& comparison);

/// The figures that the groups of a record have, the ones that matter most first.
std::vector<std::string> figures_in(const bench::RunRecord& record);
/// Nothing if the group lacks it.
const bench::RunFigure* figure_of(const bench::GroupRecord& group, const std::string& name);
/// The requests of a group in the order of sending.
std::vector<const bench::RequestRecord*> requests_of(const bench::RunRecord& record,
                                                     const std::string& group);

}  // namespace fovea::ui
