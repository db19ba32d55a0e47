#include "app/cli/argument_parser.h"
#include "app/cli/plain_text.h"

#include <algorithm>

namespace fovea::cli {
namespace {

constexpr std::size_t kHelpColumn = 34;  // where the explanation of an option begins
constexpr int kNarrowest = 60;
constexpr int kWidest = 100;

/// `text` in lines of at most `columns`, those after the first indented.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
  std::string out;
  std::size_t used = indent;
  bool fresh = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t cells = display_width(word);
    if (!fresh && used + 1 + cells > columns) {
      out.append("\n").append(indent, ' ');
      used = indent;
      fresh = true;
    }
    if (!fresh) {
      out += ' ';
      ++used;
    }
    out += word;
    used += cells;
    fresh = false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string option_line(std::string_view names, std::string_view value_name, std::string_view help,
                        std::string_view otherwise, std::size_t columns) {
  std::string line = names.starts_with("--") ? "      " : "  ";
  for (const char c : names) {
    line += c;
    if (c == ',') line += ' ';
  }
  if (!value_name.empty()) line.append(" ").append(value_name);
  if (line.size() + 2 > kHelpColumn) {
    line.append("\n").append(kHelpColumn, ' ');
  } else {
    line.append(kHelpColumn - line.size(), ' ');
  }
  std::string explanation(help);
  if (!otherwise.empty()) explanation.append(" (default: ").append(otherwise).append(")");
  return line + wrapped(explanation, kHelpColumn, columns) + "\n";
}

}  // namespace

std::string ArgumentParser::help(int columns) const {
  const auto width = static_cast<std::size_t>(std::clamp(columns, kNarrowest, kWidest));
  std::string out = "fovea " + verb_ + ": " + wrapped(summary_, 2, width - verb_.size() - 8) + "\n";
  if (!examples_.empty()) {
    out += "\nExamples\n";
    for (const std::string& example : examples_) out += "  " + example + "\n";
  }
  out += "\nUsage\n  fovea " + verb_ + (usage_.empty() ? "" : " " + usage_) +
         (declared_.empty() ? "" : " [OPTIONS]") + "\n";
  std::string section;
  for (const Declared& option : declared_) {
    if (option.section != section) {
      section = option.section;
      out += "\n" + section + "\n";
    }
    out += option_line(option.names, option.value_name, option.help, option.otherwise, width);
  }
  if (declared_.empty()) out += "\nOptions\n";
  out += option_line("-h,--help", "", "Show this help", "", width);
  for (const std::string& note : footnotes_) {
    std::size_t begin = 0;
    out += "\n";
    while (begin < note.size()) {
      const std::size_t end = std::min(note.find('\n', begin), note.size());
      out += wrapped(std::string_view(note).substr(begin, end - begin), 0, width) + "\n";
      begin = end + 1;
    }
  }
  return out;
}

}  // namespace fovea::cli
