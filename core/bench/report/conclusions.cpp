#include "core/bench/report/conclusions.h"

#include "core/bench/formats/format_run.h"
#include "core/bench/long/long_run.h"
#include "core/bench/queue/queue_check.h"
#include "core/bench/queue/queue_labels.h"
#include "core/bench/web/web_comparison.h"
#include "core/bench/web/web_labels.h"

namespace fovea::bench {

void conclude(RunRecord& record) {
  if (record.name == kWebRun) {
    record.tables = web_tables(record);
    record.findings = web_findings(record);
  }
  if (record.name == kLongRun) conclude_long(record);
  if (record.name == kQueueRun) conclude_queue(record);
  if (record.name == kFormatsRun) conclude_formats(record);
}

}  // namespace fovea::bench
