// Prints what is forecast for loading a model and for some questions, beside what the process then held:
//   memory_forecast MODEL_FOLDER [auto|fp32|bf16] [model|int8|int4]
// Run from the repository's root. No test, since a peak hangs on the machine's libraries too.
#include "collected.h"
#include "core/engine/memory_planner.h"
#include "core/model/checkpoint.h"
#include "measured_peak.h"
#include "picture_questions.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace fovea {
namespace {

double mega(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

void print(const char* what, std::uint64_t forecast, std::uint64_t measured, std::uint64_t before) {
  const double deviation = static_cast<double>(forecast) / static_cast<double>(measured) - 1.0;
  const std::uint64_t own = forecast - std::min(forecast, before);
  std::printf("%-28s forecast %8.1f MB  measured %8.1f MB  %+5.1f %%   of that new: %7.1f and %7.1f MB\n",
              what, mega(forecast), mega(measured), 100.0 * deviation, mega(own),
              mega(measured - std::min(measured, before)));
}

EngineOptions options_of(int argc, char** argv) {
  EngineOptions options;
  options.model_folder = argv[1];
  const std::string type = argc > 2 ? argv[2] : "auto";
  if (type == "fp32") options.compute_type = ComputeType::kFloat32;
  if (type == "bf16") options.compute_type = ComputeType::kBFloat16;
  const std::string format = argc > 3 ? argv[3] : "model";
  if (format == "int8") options.weights.format = WeightFormat::kInt8;
  if (format == "int4") options.weights.format = WeightFormat::kInt4;
  return options;
}

int run(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::uint64_t before = process_memory().resident;
  test::forget_peak();
  auto loaded = load_local_engine(options_of(argc, argv), [](const LoadProgress&) { return true; });
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().text().c_str());
    return 1;
  }
  Engine& engine = **loaded;
  std::printf("%s, %s: weights %.1f MB, after loading %.1f MB\n", engine.model().name.c_str(),
              engine.model().compute_type.c_str(), mega(engine.model().weights_bytes),
              mega(process_memory().resident));
  std::printf("peak while loading: %.1f MB, before %.1f MB\n", mega(process_memory().peak), mega(before));
  for (const std::int64_t pixels : {0, 0, 256 * 256, 512 * 512, 768 * 768, 1024 * 1024, 1536 * 1536}) {
    std::string text = "What is this?";
    if (pixels == 0) {
      for (int i = 0; i < 400; ++i) text += " word " + std::to_string(i % 7);
    }
    GenerationRequest request = test::asking_about(
        text,
        pixels > 0 ? std::vector<std::string>{"resources/samples/form.png"} : std::vector<std::string>{}, 4);
    if (pixels > 0) {
      request.image_budget.min_pixels = pixels;
      request.image_budget.max_pixels = pixels + pixels / 8;
    }
    const Result<Preview> preview = engine.preview(request);
    if (!preview) return 1;
    test::forget_peak();
    test::Collected answer;
    if (!engine.submit(request, answer.sink())) return 1;
    answer.wait();
    const std::string what = pixels == 0 ? "text" : std::to_string(pixels / 1000) + " thousand pixels";
    print((what + ", " + std::to_string(preview->prompt_tokens) + " tokens").c_str(), preview->memory->peak(),
          process_memory().peak, preview->memory->held);
    if (answer.finished() && preview->ttft_seconds) {
      std::printf("%28s TTFT forecast %.2f s, measured %.2f s\n", "", *preview->ttft_seconds,
                  answer.finished()->metrics.ttft());
    }
  }
  return 0;
}

}  // namespace
}  // namespace fovea

int main(int argc, char** argv) {
  return fovea::run(argc, argv);
}
