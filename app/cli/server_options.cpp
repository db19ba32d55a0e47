#include "app/cli/server_options.h"

#include "app/cli/plain_text.h"

#include <cstdlib>
#include <fstream>

namespace fovea::cli {
namespace {

constexpr std::size_t kMostKeyBytes = 8192;

Result<std::string> read_key(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(kMostKeyBytes, '\0');
  if (stream) stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream && stream.gcount() == 0 && !stream.eof()) {
    return Error{ErrorCode::kNotFound, "The key file " + repaired_utf8(file) + " can't be read.",
                 "Check its name.", "--server-key-file"};
  }
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  std::string key(trimmed(bytes));
  if (key.empty()) {
    return wrong_argument("The key file " + repaired_utf8(file) + " is empty.", "Write the key into it.",
                          "--server-key-file");
  }
  return key;
}

/// The first of the options that make no sense without --server; null if none was given.
const char* option_of_a_server(const ServerArguments& arguments) {
  if (arguments.model) return "--server-model";
  if (arguments.key_file) return "--server-key-file";
  if (arguments.insecure) return "--server-insecure";
  if (arguments.upload_side) return "--upload-side";
  return arguments.upload_quality ? "--upload-quality" : nullptr;
}

}  // namespace

void declare_server_options(ArgumentParser& parser, ServerArguments& arguments) {
  parser.section("Model on a server");
  parser.text("--server", "URL",
              "Ask an OpenAI-compatible server instead: vLLM, SGLang, llama.cpp, a provider", "",
              arguments.address);
  parser.text("--server-model", "NAME", "The model, as the server calls it", "the only one there",
              arguments.model);
  parser.text("--server-key-file", "FILE", "A file that holds the server's key", "FOVEA_SERVER_KEY, if set",
              arguments.key_file);
  parser.flag("--server-insecure", "Send the key over plain http to another machine too", arguments.insecure);
  parser.integer("--upload-side", "Make pictures smaller before they are sent: longest side in pixels",
                 "as they are", UploadReduction::kLeastSide, UploadReduction::kMostSide,
                 arguments.upload_side);
  parser.integer("--upload-quality", "JPEG quality of pictures that are made smaller",
                 std::to_string(UploadReduction::kUsualQuality), UploadReduction::kLeastQuality, 100,
                 arguments.upload_quality);
}

Result<std::optional<ServerChoice>> server_choice(const ServerArguments& arguments) {
  if (!arguments.address) {
    const char* option = option_of_a_server(arguments);
    if (option == nullptr) return std::optional<ServerChoice>();
    return wrong_argument(std::string(option) + " needs a server.", "Name it with --server.", option);
  }
  if (arguments.upload_quality && !arguments.upload_side) {
    return wrong_argument("--upload-quality is that of pictures which are made smaller.",
                          "Say how large they may be with --upload-side.", "--upload-quality");
  }
  ServerChoice choice;
  choice.address = *arguments.address;
  choice.model = arguments.model.value_or("");
  choice.insecure_key = arguments.insecure;
  choice.reduction.longest_side = static_cast<int>(arguments.upload_side.value_or(0));
  choice.reduction.jpeg_quality =
      static_cast<int>(arguments.upload_quality.value_or(UploadReduction::kUsualQuality));
  if (arguments.key_file) {
    Result<std::string> key = read_key(*arguments.key_file);
    if (!key) return key.error();
    choice.key = std::move(*key);
  } else if (const char* key = std::getenv("FOVEA_SERVER_KEY")) {
    choice.key = trimmed(key);
  }
  return std::optional(std::move(choice));
}

}  // namespace fovea::cli
