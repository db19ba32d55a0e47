#include "core/fleet/fleet.h"

#include "core/api/request_check.h"
#include "core/device/process_memory.h"
#include "core/fleet/carried_over.h"
#include "core/fleet/fleet_model.h"
#include "core/fleet/memory_shares.h"

#include <algorithm>
#include <limits>

namespace fovea {
namespace {

std::uint64_t room_of(const FleetOptions& options) {
  if (!options.limit) return std::numeric_limits<std::uint64_t>::max();
  return *options.limit > options.program ? *options.limit - options.program : 0;
}

}  // namespace

std::string_view model_state_name(ModelState state) {
  switch (state) {
    case ModelState::kUnloaded:
      return "unloaded";
    case ModelState::kLoading:
      return "loading";
    case ModelState::kLoaded:
      break;
  }
  return "loaded";
}

Fleet::Model::Model(Fleet& owner, std::size_t place, FleetModel given)
    : fleet(owner),
      index(place),
      share(given.share),
      load(std::move(given.load)),
      engine(std::move(given.loaded)),
      info(engine ? engine->model() : std::move(given.info)),
      scheduling_now(engine ? engine->scheduling() : SchedulingOptions()),
      state(engine ? ModelState::kLoaded : ModelState::kUnloaded),
      loads(engine ? 1 : 0) {}

ModelInfo Fleet::Model::model() const {
  const std::lock_guard lock(fleet.mutex_);
  return info;
}

SchedulingOptions Fleet::Model::scheduling() const {
  const std::lock_guard lock(fleet.mutex_);
  return scheduling_now;
}

Result<RequestId> Fleet::Model::submit(GenerationRequest request, EventSink sink) {
  return fleet.submit(*this, std::move(request), std::move(sink));
}

void Fleet::Model::cancel(RequestId request) {
  fleet.cancel(*this, request);
}

Result<Preview> Fleet::Model::preview(const GenerationRequest& request) {
  return fleet.preview(*this, request);
}

EngineMetrics Fleet::Model::metrics() const {
  return fleet.metrics(*this);
}

Result<void> Fleet::Model::set_scheduling(const SchedulingOptions& options) {
  return fleet.set_scheduling(*this, options);
}

Fleet::Fleet(std::vector<FleetModel> models, FleetOptions options)
    : options_(std::move(options)), room_(room_of(options_)) {
  for (FleetModel& given : models)
    models_.push_back(std::make_unique<Model>(*this, models_.size(), std::move(given)));
  thread_ = std::thread([this] { run(); });
}

Fleet::~Fleet() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Engine& Fleet::at(std::size_t model) {
  return *models_.at(model);
}

std::vector<ModelPresence> Fleet::presence() const {
  const std::lock_guard lock(mutex_);
  std::vector<ModelPresence> all;
  for (const auto& model : models_) {
    const std::uint64_t bytes = model->state == ModelState::kUnloaded ? 0 : model->share;
    all.push_back({model->info.name, model->state, model->share, bytes, model->handed,
                   std::ssize(model->waiting), model->loads});
  }
  return all;
}

std::uint64_t Fleet::planned() const {
  std::uint64_t bytes = options_.program;
  for (const ModelPresence& model : presence()) bytes += model.bytes;
  return bytes;
}

/// The mutex is held, here and in the three below.
std::vector<Seat> Fleet::seats() const {
  const Clock::time_point now = Clock::now();
  std::vector<Seat> seats;
  for (const auto& model : models_) {
    Seat& seat = seats.emplace_back();
    seat.share = model->share;
    seat.in_memory = model->state != ModelState::kUnloaded;
    seat.answering = model->busy();
    seat.kept = kept_ && now >= model->next_try;
    seat.last_use = model->last_use;
    if (!model->waiting.empty()) seat.waits_since = model->waiting.front().id;
    if (!model->previews.empty())
      seat.waits_since =
          std::min(seat.waits_since.value_or(*model->previews.begin()), *model->previews.begin());
  }
  return seats;
}

SeatingPlan Fleet::seating() const {
  return plan_seating(seats(), room_);
}

bool Fleet::admits(const Model& model) const {
  return model.engine && seating().admitted[model.index];
}

std::optional<Error> Fleet::refusal_of(const Model& model) const {
  if (model.share <= room_) return std::nullopt;
  std::string loaded;
  for (const auto& other : models_) {
    if (other->state == ModelState::kUnloaded) continue;
    loaded += (loaded.empty() ? "" : ", ") + other->info.name + " (" + whole_megabytes(other->share) + ")";
  }
  return never_fits(model.info.name, model.share, options_.program, options_.limit.value_or(0), loaded);
}

Result<void> Fleet::set_scheduling(Model& model, const SchedulingOptions& options) {
  if (Result<void> fine = validate(options); !fine) return fine;
  SchedulingOptions now = options;
  std::unique_lock lock(mutex_);
  if (model.engine) {
    const Use use(*this, model);
    lock.unlock();
    if (Result<void> set = use.engine().set_scheduling(options); !set) return set;
    now = use.engine().scheduling();
    lock.lock();
    model.scheduling_now = now;
    lock.unlock();  // before the use ends
    return {};
  }
  model.scheduling_now = now;
  return {};
}

Result<RequestId> Fleet::submit(Model& model, GenerationRequest request, EventSink sink) {
  std::unique_lock lock(mutex_);
  std::optional<Error> refusal = refusal_of(model);
  if (!refusal && model.waiting.size() >= options_.most_waiting) {
    refusal = Error{ErrorCode::kBusy, "Too many requests wait for the model to be in memory.",
                    "Ask again in a while.", ""};
  }
  if (refusal) {
    ++model.counted.refused;
    return *refusal;
  }
  const RequestId id = ++last_id_;
  const Clock::time_point submitted = Clock::now();
  model.requests[id].sink = std::make_shared<EventSink>(std::move(sink));
  model.waiting.push_back({id, std::move(request), submitted});
  if (model.waiting.size() > 1 || !admits(model)) {
    lock.unlock();
    changed_.notify_all();
    return id;
  }
  GenerationRequest mine = std::move(model.waiting.back().request);
  model.waiting.pop_back();
  Use use = use_for(model, id);
  lock.unlock();
  return hand_over(model, std::move(use), id, std::move(mine), submitted);
}

/// The mutex is held. From here on the model has the request, and stays.
Fleet::Use Fleet::use_for(Model& model, RequestId id) {
  model.requests.at(id).handed = true;
  ++model.handed;
  model.last_use = id;
  return {*this, model};
}

Result<RequestId> Fleet::hand_over(Model& model, Use use, RequestId id, GenerationRequest request,
                                   Clock::time_point submitted) {
  const double waited = std::chrono::duration<double>(Clock::now() - submitted).count();
  Result<RequestId> inner = use.engine().submit(
      std::move(request),
      [this, &model, id, waited](GenerationEvent event) { tell(model, id, std::move(event), waited); });
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = model.requests.find(id);
    if (!inner) {
      if (found != model.requests.end()) model.requests.erase(found);
      --model.handed;
      model.last_end = Clock::now();
    } else if (found != model.requests.end()) {  // else it ended already
      found->second.inner = *inner;
      cancelled = found->second.cancelled;
    }
  }
  if (!inner) return inner.error();
  if (cancelled) use.engine().cancel(*inner);
  return id;
}

void Fleet::tell(Model& model, RequestId id, GenerationEvent event, double waited) {
  event.request = id;
  delay(event, waited);
  const bool last = event.last();
  std::shared_ptr<EventSink> sink;
  {
    const std::lock_guard lock(mutex_);
    const auto found = model.requests.find(id);
    if (found == model.requests.end()) return;
    sink = found->second.sink;
    if (last) {
      if (found->second.handed) --model.handed;
      model.requests.erase(found);
      model.last_end = Clock::now();
    }
  }
  (*sink)(std::move(event));
  if (last) changed_.notify_all();
}

void Fleet::cancel(Model& model, RequestId id) {
  std::unique_lock lock(mutex_);
  const auto found = model.requests.find(id);
  if (found == model.requests.end()) return;
  found->second.cancelled = true;
  if (found->second.inner && model.engine) {
    const RequestId inner = *found->second.inner;
    const Use use(*this, model);
    lock.unlock();
    use.engine().cancel(inner);
    return;
  }
  lock.unlock();
  changed_.notify_all();
}

Result<Preview> Fleet::preview(Model& model, const GenerationRequest& request) {
  std::unique_lock lock(mutex_);
  if (std::optional<Error> refusal = refusal_of(model)) return *refusal;
  const RequestId ticket = ++last_id_;
  const std::uint64_t failures = model.failures;
  model.previews.insert(ticket);
  changed_.notify_all();
  changed_.wait(lock, [&] { return ends_ || model.failures != failures || admits(model); });
  model.previews.erase(ticket);
  if (ends_ || !model.engine) {
    const Error why = model.load_error && !ends_
                          ? *model.load_error
                          : Error{ErrorCode::kCancelled, "The model was not loaded.", "Ask again.", ""};
    lock.unlock();
    changed_.notify_all();
    return why;
  }
  model.last_use = ticket;
  const Use use(*this, model);
  lock.unlock();
  Result<Preview> preview = use.engine().preview(request);
  lock.lock();
  model.last_end = Clock::now();
  lock.unlock();  // before the use ends
  return preview;
}

EngineMetrics Fleet::metrics(const Model& model) const {
  std::unique_lock lock(mutex_);
  EngineMetrics counted = model.counted;
  counted.waiting = std::ssize(model.waiting);
  if (model.engine) {
    const Use use(*this, model);
    lock.unlock();
    EngineMetrics metrics = use.engine().metrics();
    metrics.waiting += counted.waiting;
    add_counts(metrics, counted);
    return metrics;
  }
  lock.unlock();
  const ProcessMemory memory = process_memory();
  counted.resident_bytes = memory.resident;
  counted.peak_bytes = std::max(counted.peak_bytes, memory.peak);
  return counted;
}

}  // namespace fovea
