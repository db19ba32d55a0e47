#include "core/hub/gpu_probe.h"

#include <algorithm>
#include <fstream>

namespace fovea {

std::vector<std::string> probe_gpus(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(root / "proc/driver/nvidia/gpus", error), end; !error && it != end;
       it.increment(error)) {
    std::ifstream stream(it->path() / "information");
    for (std::string line; std::getline(stream, line);) {
      constexpr std::string_view kKey = "Model:";
      if (!line.starts_with(kKey)) continue;
      const std::size_t begin = line.find_first_not_of(" \t", kKey.size());
      if (begin != std::string::npos) names.push_back(line.substr(begin, 80));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace fovea
