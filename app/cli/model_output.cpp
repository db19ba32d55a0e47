#include "app/cli/model_output.h"

#include "app/cli/exit_code.h"
#include "app/cli/plain_text.h"
#include "app/cli/report.h"

#include <algorithm>

namespace fovea::cli {

void print_text(Host& host, const std::string& text) {
  host.out.write(host.out.terminal() ? harmless(text) : repaired_utf8(text));
}

void print_json(Host& host, const nlohmann::ordered_json& json) {
  host.out.write(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

std::string in_columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - display_width(row[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

int fail_download(const Error& error, Host& host) {
  print_error(host.err, error);
  return exit_code_of_download(error);
}

}  // namespace fovea::cli
