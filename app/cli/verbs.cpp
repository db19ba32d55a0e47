#include "app/cli/bench/run_verbs.h"
#include "app/cli/verb.h"

namespace fovea::cli {

std::vector<Verb> standard_verbs() {
  return {
      ask_verb(),
      chat_verb(),
      models_list_verb(),
      models_show_verb(),
      models_recommend_verb(),
      models_pull_verb(),
      models_verify_verb(),
      models_import_verb(),
      models_quantize_verb(),
      models_rm_verb(),
      bench_decode_verb(),
      bench_prefill_verb(),
      bench_ttft_verb(),
      bench_batch_verb(),
      bench_accuracy_verb(),
      bench_load_verb(),
      bench_sweep_batch_verb(),
      bench_sweep_resolution_verb(),
      bench_states_verb(),
      bench_ablation_verb(),
      bench_formats_verb(),
      bench_forecast_verb(),
      bench_long_verb(),
      bench_queue_verb(),
      bench_compare_verb(),
      bench_check_verb(),
      bench_report_verb(),
      cost_verb(),
      top_verb(),
  };
}

}  // namespace fovea::cli
