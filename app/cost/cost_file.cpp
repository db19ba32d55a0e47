#include "app/cost/cost_file.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <utility>

#include <yaml-cpp/yaml.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 1 << 20;  // bytes
constexpr std::size_t kMostApis = 200;

Error wrong(const fs::path& file, std::string message, std::string remedy = {}, std::string field = {}) {
  return {ErrorCode::kInvalidArgument, "In " + file.string() + ": " + std::move(message), std::move(remedy),
          std::move(field)};
}

/// With as few digits as name the same number: 0.8, not 0.80000000000000004.
std::string shortest(double value) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string text_of(const YAML::Node& node) {
  return node.IsScalar() ? node.Scalar() : std::string();
}

/// A price: a finite number from 0 up.
Result<double> price_of(const fs::path& file, const std::string& name, const std::string& key,
                        const YAML::Node& node) {
  double value = 0.0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !std::isfinite(value) ||
      value < 0.0 || value > 1e12) {
    return wrong(
        file,
        key + " of " + name + " takes a number from 0 to 1e12, not \"" + text_of(node).substr(0, 40) + "\".",
        {}, key);
  }
  return value;
}

Result<ApiOffer> offer_of(const fs::path& file, const YAML::Node& node) {
  ApiOffer offer;
  if (!node.IsMap()) return wrong(file, "each of apis must have name, million_in and million_out.");
  if (node["name"]) offer.price.name = text_of(node["name"]);
  if (offer.price.name.empty() || offer.price.name.size() > 40) {
    return wrong(file, "each of apis must have a name of 1 to 40 bytes.");
  }
  bool in = false;
  bool out = false;
  for (const auto& entry : node) {
    const std::string key = text_of(entry.first);
    if (key == "name") continue;
    if (key == "currency") {
      offer.currency = text_of(entry.second);
      continue;
    }
    double* into = key == "million_in"    ? &offer.price.million_in
                   : key == "million_out" ? &offer.price.million_out
                   : key == "request"     ? &offer.price.request
                                          : nullptr;
    if (into == nullptr && key != "exchange") {
      return wrong(file, "apis know no \"" + key.substr(0, 40) + "\".",
                   "They have name, currency, million_in, million_out, request and exchange.", key);
    }
    const Result<double> value = price_of(file, offer.price.name, key, entry.second);
    if (!value) return value.error();
    in = in || key == "million_in";
    out = out || key == "million_out";
    if (into != nullptr) {
      *into = *value;
    } else if (*value > 0.0) {
      offer.exchange = *value;
    } else {
      return wrong(file, "exchange of " + offer.price.name + " must be above 0.", {}, key);
    }
  }
  if (!in || !out) return wrong(file, offer.price.name + " needs million_in and million_out.");
  return offer;
}

Result<void> take(const fs::path& file, const std::string& key, const YAML::Node& node, CostFile& into) {
  if (key == "currency") {
    into.inputs.currency = text_of(node);
    into.has_currency = true;
    return {};
  }
  if (key == "basis") {
    into.basis = text_of(node);
    return {};
  }
  if (key == "apis") {
    if (!node.IsSequence() || node.size() > kMostApis)
      return wrong(file, "apis must be a list of at most 200.");
    for (const YAML::Node& one : node) {
      Result<ApiOffer> offer = offer_of(file, one);
      if (!offer) return offer.error();
      into.apis.push_back(std::move(*offer));
    }
    return {};
  }
  const cost::InputField* field = cost::find_field(key);
  if (field == nullptr) {
    return wrong(file, "there is no input \"" + key.substr(0, 60) + "\".",
                 "`fovea cost --help` lists them; a file also knows currency, basis and apis.", key);
  }
  double value = 0.0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value)) {
    return wrong(file,
                 std::string(field->name) + " takes a number, not \"" + text_of(node).substr(0, 40) + "\".",
                 {}, field->name);
  }
  if (Result<void> fine = cost::check_value(*field, value); !fine) {
    return wrong(file, fine.error().message, {}, field->name);
  }
  into.inputs.*(field->member) = value;
  return {};
}

}  // namespace

Result<CostFile> read_cost_file(const fs::path& file) {
  std::error_code fault;
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open() || fs::is_directory(file, fault)) {
    return Error{ErrorCode::kNotFound, "There is no file " + file.string() + ".", {}, {}};
  }
  std::string text(kLargestFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kLargestFile) return wrong(file, "it is larger than a megabyte.");
  CostFile out;
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsNull()) return out;
    if (!root.IsMap()) return wrong(file, "it must be a list of inputs, KEY: VALUE.");
    for (const auto& entry : root) {
      if (Result<void> taken = take(file, text_of(entry.first), entry.second, out); !taken)
        return taken.error();
    }
  } catch (const YAML::Exception& bad) {
    return wrong(file, "line " + std::to_string(bad.mark.line + 1) + " is no YAML.");
  }
  return out;
}

std::string cost_yaml(const cost::CostInputs& inputs, const std::optional<std::string>& basis,
                      const std::vector<ApiOffer>& apis) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "currency" << YAML::Value << inputs.currency;
  if (basis) out << YAML::Key << "basis" << YAML::Value << *basis;
  const char* section = "";
  for (const cost::InputField& field : cost::input_fields()) {
    const auto& value = inputs.*(field.member);
    if (section != field.section) out << YAML::Newline << YAML::Comment(field.section);
    section = field.section;
    if (value) {
      out << YAML::Key << field.name << YAML::Value << shortest(*value) << YAML::Comment(field.unit);
    } else {
      std::string line = std::string(field.name) + ":";
      if (field.standard) line += " " + shortest(*field.standard);
      out << YAML::Newline << YAML::Comment(line + "  # " + field.help);
    }
  }
  if (!apis.empty()) {
    out << YAML::Newline << YAML::Key << "apis" << YAML::Value << YAML::BeginSeq;
    for (const ApiOffer& offer : apis) {
      out << YAML::BeginMap << YAML::Key << "name" << YAML::Value << offer.price.name;
      if (!offer.currency.empty()) out << YAML::Key << "currency" << YAML::Value << offer.currency;
      if (offer.exchange) out << YAML::Key << "exchange" << YAML::Value << shortest(*offer.exchange);
      out << YAML::Key << "million_in" << YAML::Value << shortest(offer.price.million_in);
      out << YAML::Key << "million_out" << YAML::Value << shortest(offer.price.million_out);
      out << YAML::Key << "request" << YAML::Value << shortest(offer.price.request) << YAML::EndMap;
    }
    out << YAML::EndSeq;
  }
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

fs::path user_cost_file() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const fs::path base = config != nullptr && *config == '/'
                            ? fs::path(config)
                            : fs::path(home != nullptr ? home : "/") / ".config";
  return base / "fovea" / "cost.yaml";
}

Result<void> write_cost_file(const fs::path& file, const std::string& text) {
  std::error_code fault;
  fs::create_directories(file.parent_path(), fault);
  const fs::path part = file.string() + ".part";
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) fs::rename(part, file, fault);
  if (!out || fault) {
    fs::remove(part, fault);
    return Error{ErrorCode::kDiskFull,
                 "The file " + file.string() + " could not be written.",
                 "Is the disk full, or the folder read-only?",
                 {}};
  }
  return {};
}

Result<std::vector<cost::ApiPrice>> in_currency(const std::vector<ApiOffer>& offers,
                                                const std::string& currency) {
  std::vector<cost::ApiPrice> prices;
  for (const ApiOffer& offer : offers) {
    const bool same = offer.currency.empty() || offer.currency == currency;
    if (!same && !offer.exchange) {
      return Error{ErrorCode::kInvalidArgument,
                   "The prices of " + offer.price.name + " are in " + offer.currency + ", the others in " +
                       currency + ".",
                   "Write beside them what one " + offer.currency + " is worth: exchange: NUMBER.",
                   "exchange"};
    }
    cost::ApiPrice price = offer.price;
    const double factor = same ? 1.0 : *offer.exchange;
    price.million_in *= factor;
    price.million_out *= factor;
    price.request *= factor;
    prices.push_back(std::move(price));
  }
  return prices;
}

}  // namespace fovea
