#include "ui/bench/run_bars.h"

#include "ui/bench/bench_words.h"
#include "ui/bench/run_tables.h"
#include "ui/bench/run_view.h"
#include "ui/palette.h"
#include "ui/stage_words.h"

namespace fovea::ui {

Bar stage_bar(const bench::RunRecord& record, const bench::GroupRecord& group) {
  Bar bar;
  bar.label = group_words(group.label);
  StageTimes sum;
  double answered = 0.0;
  for (const bench::RequestRecord* request : requests_of(record, group.label)) {
    if (request->failed()) continue;
    answered += 1.0;
    for (std::size_t i = 0; i < kStageCount; ++i) sum.seconds[i] += request->metrics.stages.seconds[i];
  }
  for (std::size_t i = 0; i < kStageCount && answered > 0.0; ++i) {
    const double mean = 1000.0 * sum.seconds[i] / answered;
    if (mean > 0.0) bar.parts.push_back({stage_text(Stage(i)), mean, stage_color(Stage(i))});
  }
  bar.text = QStringLiteral("%1 ms").arg(figure_number(bar.value()));
  return bar;
}

Bar figure_bar(const bench::GroupRecord& group, const std::string& name) {
  Bar bar;
  bar.label = group_words(group.label);
  const bench::RunFigure* figure = figure_of(group, name);
  if (figure == nullptr) {
    bar.text = RunView::tr("not measured");
    return bar;
  }
  bar.parts = {{figure_words(name), figure->value(), 0}};
  bar.low = figure->band.low;
  bar.high = figure->band.high;
  bar.text = figure->band.low < figure->band.high
                 ? QStringLiteral("%1 (%2 – %3)")
                       .arg(figure_number(figure->value()), figure_number(bar.low), figure_number(bar.high))
                 : figure_number(figure->value());
  return bar;
}

}  // namespace fovea::ui
