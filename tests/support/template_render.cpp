// Renders chat templates for the differential test: one JSON object a line on stdin, {"template",
// "variables", and maybe "now" (struct tm: [year, month, day, hour, minute, second])}, one on stdout,
// {"text"} or {"error", "unsupported"}.

#include "core/input/text/template/chat_template.h"

#include <array>
#include <ctime>
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::ordered_json;

Json failure(const fovea::Error& error) {
  return {{"error", error.message}, {"unsupported", error.code == fovea::ErrorCode::kUnsupported}};
}

std::tm moment(const Json& parts) {
  std::tm out{};
  out.tm_year = parts[0].get<int>() - 1900;
  out.tm_mon = parts[1].get<int>() - 1;
  out.tm_mday = parts[2].get<int>();
  out.tm_hour = parts[3].get<int>();
  out.tm_min = parts[4].get<int>();
  out.tm_sec = parts[5].get<int>();
  out.tm_isdst = -1;
  std::mktime(&out);  // fills in the day of the week and of the year
  return out;
}

Json render(const Json& request) {
  const auto compiled = fovea::ChatTemplate::compile(request.at("template").get<std::string>());
  if (!compiled) return failure(compiled.error());
  fovea::TemplateOptions options;
  if (request.contains("now")) options.now = moment(request["now"]);
  const auto text = compiled->render(request.at("variables"), options);
  if (!text) return failure(text.error());
  return {{"text", *text}};
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    const Json request = Json::parse(line, nullptr, false);
    if (request.is_discarded()) return 2;
    std::cout << render(request).dump() << '\n';
  }
  return 0;
}
