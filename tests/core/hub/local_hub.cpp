#include "tests/core/hub/local_hub.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::testing_support {

namespace fs = std::filesystem;

LocalHub::LocalHub() {
  fs::create_directories(repositories());
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const std::string root = repositories().string();
  const std::string tls = (folder_.path() / "tls").string();
  process_ = fork();
  if (process_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execl(FOVEA_SYSTEM_PYTHON, "python3", "-B", FOVEA_LOCAL_HUB, root.c_str(), tls.c_str(), nullptr);
    _exit(99);
  }
  close(in[0]);
  close(out[1]);
  leash_ = in[1];
  FILE* stream = fdopen(out[0], "r");
  char line[4096] = {};
  const bool told = stream != nullptr && std::fgets(line, sizeof line, stream) != nullptr;
  if (stream != nullptr) std::fclose(stream);
  if (!told) throw std::runtime_error("the hub did not start");
  const auto json = nlohmann::json::parse(line);
  endpoint_ = json["hub"];
  authority_ = json["authority"];
}

LocalHub::~LocalHub() {
  close(leash_);
  waitpid(process_, nullptr, 0);
}

ModelPlaces LocalHub::places() const {
  ModelPlaces places;
  places.hugging_face = folder_.path() / "cache/hf";
  places.modelscope = folder_.path() / "cache/ms";
  return places;
}

HubAccess LocalHub::access(Hub hub, std::string token) const {
  return {hub, endpoint_, std::move(token), hub == Hub::kHuggingFace ? "HF_TOKEN" : "MODELSCOPE_API_TOKEN",
          authority_};
}

std::string LocalHub::talk(const char* post) const {
  CURL* curl = curl_easy_init();
  std::string answer;
  curl_easy_setopt(curl, CURLOPT_URL, (endpoint_ + "/control").c_str());
  curl_easy_setopt(curl, CURLOPT_CAINFO, authority_.c_str());
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  if (post != nullptr) curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  const auto write = [](char* data, std::size_t size, std::size_t count, void* into) {
    static_cast<std::string*>(into)->append(data, size * count);
    return size * count;
  };
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, +write);
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_cleanup(curl);
  if (code != CURLE_OK) throw std::runtime_error("the hub's control does not answer");
  return answer;
}

void LocalHub::set(const nlohmann::json& faults) const {
  talk(faults.dump().c_str());
}

nlohmann::json LocalHub::requests() const {
  return nlohmann::json::parse(talk(nullptr));
}

void write_large_model(const fs::path& folder, std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string weights(bytes, '\0');
  for (char& c : weights) c = static_cast<char>(random());
  write_file(folder / "config.json", config_text());
  write_file(folder / "README.md", "# A model, version " + std::to_string(seed) + "\n");
  const std::string header = R"({"a": {"dtype": "BF16", "shape": [)" + std::to_string(bytes / 2) +
                             R"(], "data_offsets": [0, )" + std::to_string(bytes) + "]}}";
  write_file(folder / "model.safetensors", safetensors(header, 0) + weights);
}

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

DownloadOptions test_options() {
  DownloadOptions options;
  options.segment_bytes = 64 << 10;
  options.retry.first_pause = 0.01;
  options.retry.longest_pause = 0.05;
  options.retry.stall_seconds = 2;
  return options;
}

}  // namespace fovea::testing_support
