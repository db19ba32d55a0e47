// One pull as a process of its own, to be killed: ENDPOINT AUTHORITY CACHE hf|modelscope NAME. Exit status 0,
// or 1 with the reason on standard error.
#include "core/hub/pull/pull.h"

#include <csignal>
#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  std::signal(SIGPIPE, SIG_IGN);
  const bool hugging_face = std::string(argv[4]) == "hf";
  fovea::HubAccess access{
      hugging_face ? fovea::Hub::kHuggingFace : fovea::Hub::kModelScope, argv[1], {}, {}, argv[2]};
  fovea::ModelPlaces places;
  places.hugging_face = std::string(argv[3]) + "/hf";
  places.modelscope = std::string(argv[3]) + "/ms";
  fovea::DownloadOptions options;
  options.segment_bytes = 64 << 10;
  options.retry.first_pause = 0.01;
  const auto repository = fovea::parse_repository_name(argv[5]);
  if (!repository) return 2;
  const auto pulled = fovea::pull_model(access, *repository, places, options, false, {});
  if (pulled) return 0;
  std::fprintf(stderr, "%s\n", pulled.error().text().c_str());
  return 1;
}
