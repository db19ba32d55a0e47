#pragma once

#include "app/cli/argument_parser.h"
#include "app/cli/host.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fovea::cli {

/// --server, --server-model, --server-key-file, --server-insecure, --upload-side, --upload-quality.
struct ServerArguments {
  std::optional<std::string> address;
  std::optional<std::string> model;
  std::optional<std::string> key_file;
  bool insecure = false;
  std::optional<std::int64_t> upload_side;     ///< pixels
  std::optional<std::int64_t> upload_quality;  ///< of JPEG
};

void declare_server_options(ArgumentParser& parser, ServerArguments& arguments);

/// The server that the arguments mean; nothing without --server. The key is the file's first 8 kB without the
/// space around it, or FOVEA_SERVER_KEY. Errors: kInvalidArgument (an option that needs --server, or
/// --upload-side; an empty key file), kNotFound (no such file). No message holds the key.
Result<std::optional<ServerChoice>> server_choice(const ServerArguments& arguments);

}  // namespace fovea::cli
