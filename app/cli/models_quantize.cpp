#include "app/cli/argument_parser.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "app/cli/report.h"
#include "app/cli/status_line.h"
#include "app/cli/verb.h"
#include "app/cli/weight_options.h"
#include "core/hub/model_catalog.h"
#include "core/hub/model_quantization.h"

#include <mutex>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

struct QuantizeArguments {
  std::vector<std::string> names;
  WeightArguments weights;
  std::optional<std::string> out;
  bool json = false;
  bool quiet = false;
};

/// Full disks and stops as with downloads, everything else as with models.
ExitCode exit_code_of(const Error& error) {
  const bool writing = error.code == ErrorCode::kDiskFull || error.code == ErrorCode::kCancelled;
  return writing ? exit_code_of_download(error) : exit_code_of_model(error);
}

int run_quantize(const std::vector<std::string>& arguments, Host& host) {
  QuantizeArguments asked;
  ArgumentParser parser("models quantize", "write a model with its weights as small integers");
  parser.usage("NAME|DIR --weights int8|int4 --out DIR");
  parser.example("fovea models quantize Qwen/Qwen3-VL-8B-Instruct --weights int4 --out ./qwen-8b-int4");
  parser.positionals(asked.names);
  declare_weight_options(parser, asked.weights);
  parser.text("--out", "DIR", "The folder to make; it must not be there yet", "", asked.out);
  parser.flag("--json", "A JSON object", asked.json);
  parser.flag("--quiet", "No progress", asked.quiet);
  parser.footnote(
      "The answers are those of `--weights` with the model itself; the new folder is smaller and loads "
      "without "
      "the model's full size in memory. It is a model like any other: give it to --model. `fovea models "
      "verify` "
      "compares it with the digests that were noted.");
  const Result<bool> help = parser.parse(arguments);
  if (!help) return fail(help.error(), kWrongArguments, host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  if (asked.names.size() != 1) {
    return fail(wrong_argument(asked.names.empty() ? "Which model?" : "One model is quantised at a time."),
                kWrongArguments, host);
  }
  const WeightOptions weights = weight_options(asked.weights);
  if (weights.format != WeightFormat::kInt8 && weights.format != WeightFormat::kInt4)
    return fail(wrong_argument("Into what?", "Say --weights int8 or --weights int4.", "--weights"),
                kWrongArguments, host);
  if (!asked.out || asked.out->empty())
    return fail(wrong_argument("Where to?", "Name a new folder with --out.", "--out"), kWrongArguments, host);
  const Result<ModelEntry> entry = ModelCatalog(host.places).resolve(asked.names.front());
  if (!entry) return fail(entry.error(), exit_code_of_model(entry.error()), host);

  StatusLine status(host.err, asked.quiet);
  std::mutex one_at_a_time;
  const Result<QuantizedModel> model =
      quantize_model(*entry, weights, *asked.out, host.quantize_weights, [&](const LoadProgress& progress) {
        const std::lock_guard lock(one_at_a_time);
        status.show("Writing " + *asked.out,
                    progress.step + ", " + bytes_text(progress.done) + " of " + bytes_text(progress.total));
        return !host.interrupt.requested();
      });
  status.clear();
  if (!model) return fail(model.error(), exit_code_of(model.error()), host);
  if (asked.json) {
    print_json(host, {{"folder", model->folder.string()},
                      {"weight_format", weight_format_name(weights.format)},
                      {"file_bytes", model->bytes},
                      {"sha256", model->sha256}});
  } else {
    print_text(host, entry->name + " in " + std::string(weight_format_name(weights.format)) + " is in " +
                         model->folder.string() + ": " + bytes_text(model->bytes) + ", before " +
                         bytes_text(entry->file_bytes) + ".\nsha256 " + model->sha256 + "\n");
  }
  return kOk;
}

}  // namespace

Verb models_quantize_verb() {
  return {"models quantize", "Write a model with its weights as small integers", false, run_quantize};
}

}  // namespace fovea::cli
