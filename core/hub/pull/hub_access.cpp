#include "core/hub/pull/hub_access.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace fovea {
namespace {

namespace fs = std::filesystem;

bool is_true(const std::optional<std::string>& value) {
  if (!value) return false;
  std::string lower = *value;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower == "1" || lower == "true" || lower == "yes" || lower == "on";
}

/// A token is one word of printable characters; what else stands in a variable or file is none.
std::string token_in(std::string text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
  const bool good =
      text.size() <= 4096 && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  return good ? text : std::string();
}

fs::path token_file(const Environment& environment) {
  const std::string home = environment("HOME").value_or("");
  const auto expanded = [&home](const std::string& path) {
    return path.starts_with("~/") && !home.empty() ? fs::path(home + path.substr(1)) : fs::path(path);
  };
  if (const auto path = environment("HF_TOKEN_PATH")) return expanded(*path);
  if (const auto folder = environment("HF_HOME")) return expanded(*folder) / "token";
  if (const auto folder = environment("XDG_CACHE_HOME")) return expanded(*folder) / "huggingface" / "token";
  return home.empty() ? fs::path() : fs::path(home) / ".cache" / "huggingface" / "token";
}

/// `text` as an endpoint; `variable` is where it comes from.
Result<std::string> endpoint_in(std::string text, const char* variable) {
  if (text.find("://") == std::string::npos) text = "https://" + text;
  while (text.ends_with('/')) text.pop_back();
  const std::size_t host = text.find("://") + 3;
  const bool good = (text.starts_with("https://") || text.starts_with("http://")) && text.size() > host &&
                    std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; }) &&
                    text.find_first_of("@?#\\\"") == std::string::npos;
  if (good) return text;
  return Error{ErrorCode::kInvalidArgument, std::string(variable) + " holds no web address.",
               "Set it to something like https://huggingface.co, or unset it.", variable};
}

}  // namespace

std::string_view hub_name(Hub hub) {
  return hub == Hub::kHuggingFace ? "Hugging Face" : "ModelScope";
}

Result<HubAccess> hub_access(Hub hub, const Environment& environment) {
  HubAccess access;
  access.hub = hub;
  for (const char* variable : {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (access.certificates.empty()) access.certificates = environment(variable).value_or("");
  }
  const char* variable = "HF_ENDPOINT";
  std::string endpoint = "https://huggingface.co";
  if (hub == Hub::kHuggingFace) {
    if (is_true(environment("HF_HUB_OFFLINE"))) {
      return Error{ErrorCode::kUnreachable, "HF_HUB_OFFLINE forbids to ask Hugging Face.",
                   "Unset it, or take the model from ModelScope: --from modelscope.", "HF_HUB_OFFLINE"};
    }
    endpoint = environment(variable).value_or(endpoint);
    access.token_name = "HF_TOKEN";
    access.token = token_in(environment("HF_TOKEN").value_or(""));
    if (access.token.empty() && !is_true(environment("HF_HUB_DISABLE_IMPLICIT_TOKEN"))) {
      std::error_code error;
      const fs::path file = token_file(environment);
      if (!file.empty() && fs::is_regular_file(file, error)) {
        std::ifstream stream(file);
        std::string line;
        std::getline(stream, line);
        access.token = token_in(line);
      }
    }
  } else {
    endpoint = "https://modelscope.cn";
    variable = environment("MODELSCOPE_ENDPOINT") ? "MODELSCOPE_ENDPOINT" : "MODELSCOPE_DOMAIN";
    endpoint = environment(variable).value_or(endpoint);
    access.token_name = "MODELSCOPE_API_TOKEN";
    access.token = token_in(environment("MODELSCOPE_API_TOKEN").value_or(""));
  }
  Result<std::string> checked = endpoint_in(endpoint, variable);
  if (!checked) return checked.error();
  access.endpoint = *checked;
  return access;
}

}  // namespace fovea
