#pragma once

#include "core/input/text/template/chat_template.h"

#include <fstream>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

namespace fovea {

/// Sanitizers and unoptimised builds are allowed ten times the time.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
inline constexpr bool kSlowBuild = true;
#else
inline constexpr bool kSlowBuild = false;
#endif

using Json = nlohmann::ordered_json;

/// A file of tests/data/template; tests run from the repository's root.
inline std::string read_file(const std::string& name) {
  std::ifstream file("tests/data/template/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

inline Json read_json(const std::string& name) {
  return Json::parse(read_file(name));
}

/// Compiles and renders; the error of whichever fails first.
inline Result<std::string> render(const std::string& source, const Json& variables = Json::object(),
                                  const TemplateOptions& options = {}) {
  auto compiled = ChatTemplate::compile(source);
  if (!compiled) return compiled.error();
  return compiled->render(variables, options);
}

}  // namespace fovea
