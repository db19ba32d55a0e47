#pragma once

#include "core/api/engine.h"
#include "core/api/supervised_engine.h"
#include "ui/remote_service.h"
#include "ui/server_service.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fovea::ui {

class KeyVault;

/// A model on this machine, as the window lists it.
struct ModelOffer {
  std::string name;    ///< "org/repo" or the folder's name
  std::string folder;  ///< what EngineOptions::model_folder takes
  std::string source;  ///< "in the box", "folder", "Hugging Face", "ModelScope"
  std::string family;  ///< empty if unknown
  std::string dtype;
  std::string quantization;
  std::int64_t parameters = 0;
  std::uint64_t file_bytes = 0;
  bool runnable = false;  ///< by this program
  bool fits = false;      ///< into the memory that is free now
  std::string verdict;    ///< "needs about 5.1 GB, 20.9 GB are free", or why it cannot run
};

/// One graphics card at one moment. What its driver doesn't tell is not there.
struct GpuReading {
  std::string name;
  std::optional<double> load;                ///< share of the time that it computed, 0 … 1
  std::uint64_t memory_used = 0;             ///< bytes, of all programs
  std::uint64_t memory_total = 0;            ///< bytes; 0: not told
  std::optional<std::uint64_t> memory_ours;  ///< bytes, of this program and the processes that it started
  std::optional<double> watts;
};

/// A picture that comes with the program and a question that suits it.
struct SamplePicture {
  std::string path;
  std::string question;
};

/// A picture's pixels and what was left out of the file.
struct DecodedPicture {
  std::shared_ptr<const RgbImage> image;
  std::string note;
};

using PictureDecoder =
    std::function<Result<DecodedPicture>(std::span<const std::uint8_t> file, const std::string& name)>;

/// All that the window has of the program around it. The functions may be called from any thread and may
/// take long; the window never calls them on its own thread.
struct WindowServices {
  /// Loads a model into this process.
  std::function<Result<std::unique_ptr<Engine>>(const EngineOptions&, const LoadObserver&)> load_engine;
  /// Loads one into a supervised process of its own; empty where that cannot be had.
  std::function<Result<std::unique_ptr<SupervisedEngine>>(const EngineOptions&, const LoadObserver&,
                                                          const HealthObserver&)>
      load_child_engine;
  /// Decides between them where the user leaves it open; empty: there is no GPU.
  std::function<bool()> usable_gpu;
  /// Whether each fits is told of an engine with these options, whose model is of no account. Models of
  /// `folders` are listed too, where they are still there.
  std::function<std::vector<ModelOffer>(const EngineOptions&, const std::vector<std::string>& folders)>
      list_models;
  /// The pixels that the engine would see of a picture's file.
  PictureDecoder decode_picture;
  /// The graphics cards now: milliseconds. Empty where no driver answers; the function itself may be empty.
  std::function<std::vector<GpuReading>()> read_gpus;
  /// Joules that the processors used since the first call: tens of microseconds. Nothing where their counters
  /// can't be read; the function itself may be empty.
  std::function<std::optional<double>()> processor_joules;
  /// Serves the engine that the window uses; empty: this build has no server.
  ServerStarter start_server;
  /// Servers elsewhere as engines.
  RemoteServices remote;
  /// Makes the place where their keys are kept; empty: the system's keyring. Called on the GUI thread.
  std::function<std::unique_ptr<KeyVault>()> key_vault;
  std::string bundled_model;  ///< its folder; empty if it is missing
  std::vector<SamplePicture> samples;
  std::string state_folder;  ///< history and settings; made when missing
};

}  // namespace fovea::ui
