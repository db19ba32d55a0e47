#include "app/cli/cost_output.h"

#include "app/cli/model_output.h"
#include "app/cli/quantities.h"

#include <algorithm>
#include <cmath>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

/// "money/h" in the user's currency: "EUR/h".
std::string unit_text(std::string unit, const std::string& currency) {
  constexpr std::string_view kMoney = "money";
  if (unit.starts_with(kMoney)) unit.replace(0, kMoney.size(), currency);
  return unit;
}

Json sections_json(const cost::CostReport& report) {
  Json sections = Json::object();
  for (const cost::Section& section : report.sections) {
    Json results = Json::object();
    for (const cost::Line& line : section.lines) {
      results[line.name] = {{"value", line.value},
                            {"unit", unit_text(line.unit, report.inputs.currency)},
                            {"formula", line.formula}};
    }
    sections[section.name] = {
        {"title", section.title}, {"results", std::move(results)}, {"notes", section.notes}};
  }
  return sections;
}

}  // namespace

std::string amount_text(double value) {
  const double size = std::abs(value);
  if (size == 0.0) return "0";
  if (size >= 1e15 || !std::isfinite(value)) return fixed_text(value, 0);
  if (size >= 1.0) {
    std::string text = fixed_text(size, size == std::floor(size) && size >= 1000.0 ? 0 : 2);
    const std::size_t point = std::min(text.find('.'), text.size());
    for (std::size_t i = point; i > 3; i -= 3) text.insert(i - 3, ",");
    return (value < 0.0 ? "-" : "") + text;
  }
  const int digits = 2 - static_cast<int>(std::floor(std::log10(size)));
  return fixed_text(value, std::min(digits, 15));
}

std::string cost_text(const cost::CostReport& report, const InputOrigin& origin) {
  const std::string& currency = report.inputs.currency;
  std::vector<std::vector<std::string>> rows = {{"  INPUT", "VALUE", "UNIT", "FROM"}};
  for (const cost::InputField& field : cost::input_fields()) {
    const auto value = cost::value_of(report.inputs, field.member);
    if (!value) continue;
    rows.push_back({std::string("  ") + field.name, amount_text(*value), unit_text(field.unit, currency),
                    origin(field)});
  }
  std::string text = "Inputs, in " + currency + "\n" + in_columns(rows);
  for (const cost::Section& section : report.sections) {
    text += "\n" + section.title + "\n";
    rows.clear();
    std::string formulas;
    for (const cost::Line& line : section.lines) {
      rows.push_back({"  " + line.name, amount_text(line.value), unit_text(line.unit, currency)});
      formulas += "    " + line.name + " = " + line.formula + "\n";
    }
    if (!rows.empty()) text += in_columns(rows) + formulas;
    for (const std::string& note : section.notes) text += "  " + note + "\n";
  }
  return text;
}

nlohmann::ordered_json cost_json(const cost::CostReport& report, const InputOrigin& origin) {
  Json inputs = Json::object();
  for (const cost::InputField& field : cost::input_fields()) {
    const auto value = cost::value_of(report.inputs, field.member);
    if (!value) continue;
    inputs[field.name] = {
        {"value", *value}, {"unit", unit_text(field.unit, report.inputs.currency)}, {"from", origin(field)}};
  }
  return {{"currency", report.inputs.currency},
          {"basis", cost::basis_name(report.basis)},
          {"inputs", std::move(inputs)},
          {"sections", sections_json(report)}};
}

}  // namespace fovea::cli
