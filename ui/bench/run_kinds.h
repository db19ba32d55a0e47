#pragma once

#include "ui/bench/run_checks.h"

#include <QString>
#include <string>
#include <vector>

namespace fovea::ui {

/// A thing that the user may set of a run: an option of its verb.
struct RunParameter {
  enum class Form { kText, kFlag, kPicture, kFile, kSwitch };
  QString name;        ///< "Clients at once"
  std::string option;  ///< "--concurrency"; empty: it stands without one (a picture)
  QString usual;       ///< what the verb takes where nothing is said
  QString tip;
  Form form = Form::kText;
  Allowed allowed = {};
};

/// A run that can be measured: a verb of `fovea bench`.
struct RunKind {
  QString name;
  QString what;                   ///< a sentence
  std::vector<std::string> verb;  ///< {"bench", "sweep", "batch"}
  std::vector<RunParameter> parameters;
  bool own_formats = false;  ///< chooses format and place of the model itself
  bool browser = false;      ///< can't be measured without a Chromium
};

/// All runs that the window offers, in the user's language.
std::vector<RunKind> run_kinds();

/// The first thing that is wrong with the values, one a parameter; empty: nothing that can be told before.
QString fault_of(const RunKind& kind, const std::vector<QString>& values);

/// What a run is measured on.
struct RunModel {
  std::string folder;
  std::string compute_type;        ///< as --dtype takes it; "auto": not said
  int threads = 0;                 ///< 0: not said
  std::string engine = {};         ///< where it lives, as --engine takes it; "auto": not said
  std::string adapter = {};        ///< a folder; empty: none
  std::string device = {};         ///< as --device takes it; "auto": not said
  std::string weights = {};        ///< as --weights takes it; "model": not said
  std::string kv_cache_type = {};  ///< as --kv-cache-dtype takes it; "auto": not said
  bool weights_by_row = false;     ///< as --weights-group row: with int8 only
};

/// The arguments after `fovea`: the verb, the model, and each value that is not the usual one. `values`: one
/// a parameter; a flag is "1" or empty.
std::vector<std::string> arguments_of(const RunKind& kind, const std::vector<QString>& values,
                                      const RunModel& model);

}  // namespace fovea::ui
