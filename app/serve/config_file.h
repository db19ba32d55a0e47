#pragma once

#include "app/serve/serve_settings.h"

#include <string>
#include <vector>

namespace fovea::serve {

struct ConfigFile {
  ServeSettings settings;
  std::vector<std::string> notes;  ///< what was understood and has no meaning here
};

/// Reads a configuration in YAML: the options of `fovea serve` by their long names ("max_tokens: 256"; a
/// dash or an underscore between words), lists where an option may be given several times, and the block
/// `inference` of the deployments that docs/server.md names (batch_size, precision, image_size,
/// use_torch_compile, max_new_tokens). Errors: kNotFound; kInvalidArgument, which names an unknown key and
/// the one that was meant, or the value that makes no sense.
Result<ConfigFile> read_config_file(const std::string& file);

}  // namespace fovea::serve
