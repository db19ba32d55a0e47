#include "app/cli/report.h"

#include "app/cli/host.h"
#include "app/cli/plain_text.h"

#include <string>

namespace fovea::cli {
namespace {

std::string shown(const Output& output, std::string_view text) {
  return output.terminal() ? harmless(text) : repaired_utf8(text);
}

}  // namespace

void print_line(Output& err, std::string_view text) {
  err.write(shown(err, text) + "\n");
}

void print_error(Output& err, const Error& error) {
  const Style style(err);
  std::string out = style.red("fovea:") + " " + shown(err, error.message) + "\n";
  if (!error.remedy.empty()) out += "       " + shown(err, error.remedy) + "\n";
  err.write(out);
}

int fail(const Error& error, int status, Host& host) {
  print_error(host.err, error);
  return status;
}

void print_note(Output& err, std::string_view text) {
  const Style style(err);
  err.write(style.yellow("Note:") + " " + shown(err, text) + "\n");
}

}  // namespace fovea::cli
