#include "app/window/open_window.h"

#include "app/resources.h"
#include "app/serve/running_servers.h"
#include "app/usable_gpu.h"
#include "app/web_bench/chromium.h"
#include "app/web_bench/web_bench_verb.h"
#include "app/window/display_check.h"
#include "app/window/gpu_readings.h"
#include "app/window/measuring.h"
#include "app/window/module_fault.h"
#include "app/window/monitoring.h"
#include "app/window/price_file.h"
#include "app/window/remote_services.h"
#include "app/window/window_module.h"
#include "app/window/window_server.h"
#include "core/api/program_memory.h"
#include "core/child/child_engine.h"
#include "core/hub/memory_estimate.h"
#include "core/hub/memory_probe.h"
#include "core/hub/model_catalog.h"
#include "core/input/vision/image_loader.h"
#include "core/watch/energy_probe.h"
#include "core/watch/nvml.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <system_error>
#include <utility>

#include <dlfcn.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

fs::path home() {
  return is_set("HOME") ? fs::path(std::getenv("HOME")) : fs::path("/");
}

/// $XDG_DATA_HOME/fovea; a relative path counts as none, as that standard says.
std::string state_folder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  const fs::path base = data != nullptr && *data == '/' ? fs::path(data) : home() / ".local/share";
  return (base / "fovea").string();
}

/// Where a model has to fit, and what else takes of that.
struct Room {
  Result<AvailableMemory> memory;
  std::uint64_t program = 0;
  WeightOptions weights;
};

Room room_for(const EngineOptions& wishes) {
  const std::vector<watch::GpuUse> gpus = watch::Nvml().look();
  if (wishes.device.kind == DeviceChoice::Kind::kCuda && wishes.device.index < std::ssize(gpus)) {
    const watch::GpuUse& gpu = gpus[static_cast<std::size_t>(wishes.device.index)];
    return {AvailableMemory{gpu.total, gpu.total - gpu.used, false}, kCudaContext, {WeightFormat::kFloat}};
  }
  // What the window holds already is not free any more. On top comes what the program grows by, or a whole
  // process where the engine has one of its own.
  return {probe_memory(), gpus.empty() ? kProgramGrowth : kProgramBytes, wishes.weights};
}

std::vector<ui::ModelOffer> list_models(const ModelPlaces& places, const EngineOptions& wishes) {
  std::vector<ui::ModelOffer> offers;
  const auto [memory, program, weights] = room_for(wishes);
  for (const ModelEntry& entry : ModelCatalog(places).list()) {
    ui::ModelOffer offer;
    offer.name = entry.name;
    offer.folder = entry.folder.string();
    offer.source = model_source_name(entry.source);
    offer.family = entry.family;
    offer.dtype = entry.dtype;
    offer.quantization = entry.quantization;
    offer.parameters = entry.parameters;
    offer.file_bytes = entry.file_bytes;
    const Result<void> can_run = runnable(entry);
    offer.runnable = can_run.has_value();
    if (!can_run) {
      offer.verdict = can_run.error().text();
    } else if (memory) {
      const MemoryVerdict verdict = judge(
          estimate_memory(entry, wishes.compute_type, 0, weights, program, wishes.kv_cache_type), *memory);
      offer.fits = verdict.fits;
      offer.verdict = verdict.text;
    } else {
      offer.fits = true;
    }
    offers.push_back(std::move(offer));
  }
  return offers;
}

ui::WindowServices make_services(const std::shared_ptr<OutboundLedger>& ledger) {
  ui::WindowServices services;
  const Resources resources = Resources::find();
  std::vector<fs::path> bundled;
  if (!resources.models_folder().empty()) bundled.push_back(resources.models_folder());
  services.load_engine = load_local_engine;
  services.load_child_engine = [](const EngineOptions& options, const LoadObserver& observer,
                                  const HealthObserver& health) {
    ChildOptions child;
    child.on_health = health;
    return load_child_engine(options, observer, child);
  };
  services.usable_gpu = has_usable_gpu;
  services.list_models = [places = model_places(process_environment(), bundled)](
                             const EngineOptions& wishes, const std::vector<std::string>& folders) {
    ModelPlaces all = places;
    all.folders.insert(all.folders.end(), folders.begin(), folders.end());
    return list_models(all, wishes);
  };
  services.decode_picture = [](std::span<const std::uint8_t> file,
                               const std::string& name) -> Result<ui::DecodedPicture> {
    Result<DecodedImage> decoded = decode_image(file, name);
    if (!decoded) return decoded.error();
    return ui::DecodedPicture{std::move(decoded->image), std::move(decoded->note)};
  };
  services.read_gpus = [nvml = std::shared_ptr<watch::Nvml>()]() mutable {
    if (!nvml) nvml = std::make_shared<watch::Nvml>();
    return read_gpus(*nvml);
  };
  services.processor_joules = [probe = std::make_shared<watch::EnergyProbe>()]() -> std::optional<double> {
    const std::vector<watch::PackageEnergy> packages = probe->look();
    if (packages.empty()) return {};
    return std::accumulate(
        packages.begin(), packages.end(), 0.0,
        [](double sum, const watch::PackageEnergy& package) { return sum + package.joules; });
  };
  services.remote = remote_services(ledger);
  WindowServerFiles files;
  files.ledger = ledger;
  if (const auto page = resources.folder("web")) files.page_folder = page->string();
  if (const auto descriptions = resources.folder("server"))
    files.openapi_file = (*descriptions / "openapi.json").string();
  files.servers_folder = serve::servers_folder(process_environment());
  services.start_server = [files = std::move(files)](std::shared_ptr<Engine> engine,
                                                     const ui::ServerWishes& wishes,
                                                     std::shared_ptr<ui::ServerCounts> counts) {
    return start_window_server(std::move(engine), wishes, std::move(counts), files);
  };
  if (const auto folder = resources.model(kBundledModel)) services.bundled_model = folder->string();
  const std::pair<const char*, const char*> samples[] = {{"label.png", "Read the text."},
                                                         {"receipt.png", "What is the total?"},
                                                         {"shapes.png", "How many shapes are there?"}};
  for (const auto& [file, question] : samples) {
    if (const auto path = resources.sample(file)) services.samples.push_back({path->string(), question});
  }
  services.state_folder = state_folder();
  return services;
}

ui::LabServices make_lab_services(const std::shared_ptr<OutboundLedger>& ledger) {
  const cli::EngineFactories engines{
      load_local_engine,
      [](const EngineOptions& options, const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
        Result<std::unique_ptr<SupervisedEngine>> engine = load_child_engine(options, observer);
        if (!engine) return engine.error();
        return std::unique_ptr<Engine>(std::move(*engine));
      },
      has_usable_gpu};
  const Resources resources = Resources::find();
  std::vector<fs::path> bundled;
  if (!resources.models_folder().empty()) bundled.push_back(resources.models_folder());
  ui::LabServices lab;
  lab.measure_run = make_measurer(engines, resources, model_places(process_environment(), bundled),
                                  {web_bench::web_bench_verb()}, ledger);
  lab.has_browser = [] {
    const char* path = std::getenv("PATH");
    return web_bench::find_chromium(path == nullptr ? "" : path).has_value();
  };
  lab.read_prices = read_prices;
  lab.write_prices = write_prices;
  lab.monitor = make_monitor(ledger);
  return lab;
}

}  // namespace

Result<int> open_window(int argc, char** argv) {
  if (Result<void> display = check_display(); !display) return display.error();
  std::error_code fault;
  const fs::path folder = fs::read_symlink("/proc/self/exe", fault).parent_path();
  for (const fs::path& place : {folder / kWindowModule, folder.parent_path() / "lib/fovea" / kWindowModule}) {
    if (!fs::exists(place, fault)) continue;
    void* module = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto entry = module == nullptr ? nullptr : reinterpret_cast<WindowEntry>(dlsym(module, kWindowEntry));
    if (entry == nullptr) {
      const char* said = module == nullptr ? dlerror() : nullptr;
      return window_module_fault(said == nullptr ? "" : said);
    }
    const auto ledger = std::make_shared<OutboundLedger>();  // one of the whole process
    ui::WindowServices services = make_services(ledger);
    ui::LabServices lab = make_lab_services(ledger);
    return entry(argc, argv, &services, &lab);
  }
  return Error{ErrorCode::kNotFound,
               "This build of the program has no window.",
               "Use a verb: `fovea --help` lists them.",
               {}};
}

}  // namespace fovea
