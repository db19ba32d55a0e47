#include "app/cli/argument_parser.h"
#include "app/cli/cost_output.h"
#include "app/cli/exit_code.h"
#include "app/cli/model_output.h"
#include "app/cli/report.h"
#include "app/cli/verb.h"
#include "app/cost/cost_file.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace fovea::cli {
namespace {

constexpr std::size_t kLargestBench = 64 << 20;  // bytes

struct CostOptions {
  cost::CostInputs given;
  std::optional<std::string> currency;
  std::optional<std::string> basis;
  std::optional<std::string> file;
  std::vector<std::string> benches;
  std::vector<std::string> price_files;
  bool save = false;
  bool json = false;
};

void declare(ArgumentParser& parser, CostOptions& options) {
  parser.example("fovea bench batch --json > batch.json");
  parser.example("fovea cost --bench batch.json --currency EUR --rent-per-hour 0.8 --disk-per-hour 0.02");
  parser.example(
      "fovea cost --bench bf16=a.json --bench int4=b.json --buy-price 2400 --electricity 0.3 --watts-load "
      "350");
  parser.example("fovea cost --bench batch.json --rent-per-hour 0.8 --rate 20 --p99-seconds 4");
  const char* section = "";
  for (const cost::InputField& field : cost::input_fields()) {
    if (section != field.section) parser.section(field.section);
    section = field.section;
    std::string unit(field.unit);
    const std::string help = field.help + (unit.empty() ? std::string() : " (" + unit + ")");
    parser.number(std::string("--") + field.name, help,
                  field.standard ? amount_text(*field.standard) : std::string("none"),
                  {field.low, field.high, field.above_low}, options.given.*(field.member));
  }
  parser.section("Where the inputs come from");
  parser.texts("--bench", "[NAME=]FILE",
               "Speed from `fovea bench batch --json` or `bench decode --json`; the first counts, more are "
               "compared with it",
               options.benches);
  parser.texts("--api-prices", "FILE", "A table of API prices in YAML, with a list `apis`",
               options.price_files);
  parser.text("--file", "FILE", "Inputs in YAML; what is given here counts more", user_cost_file().string(),
              options.file);
  parser.text("--currency", "NAME", "What money is counted in; nothing is converted by itself", "units",
              options.currency);
  parser.choice("--basis", {"rented", "interruptible", "bought", "owned"},
                "Which way to have the machine counts", "the first with a price", options.basis);
  parser.flag("--save", "Keep these inputs in your own file, for the next time and for `ask --timings`",
              options.save);
  parser.section("What is shown");
  parser.flag("--json", "A JSON object with every input, result and formula", options.json);
  parser.footnote(
      "Every result stands with its formula, in the names of these inputs and of other results. Nothing is "
      "looked up "
      "and no price is known from before: those of an API come from your own table (the example in "
      "resources/cost/api-prices.yaml holds made-up numbers). docs/cost.md gives the command of each "
      "figure.");
}

Result<std::string> text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open())
    return Error{ErrorCode::kNotFound, "There is no file " + file + ".", "Check --bench.", "--bench"};
  std::string text;
  std::vector<char> piece(1 << 16);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLargestBench) return wrong_argument(file + " is larger than 64 MB.", {}, "--bench");
  }
  return text;
}

/// "NAME=FILE", or a file alone.
Result<cost::Measurement> measurement_of(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const bool named = equals != std::string::npos && argument.find('/') > equals;
  const std::string file = named ? argument.substr(equals + 1) : argument;
  const Result<std::string> text = text_of(file);
  if (!text) return text.error();
  Result<cost::Measurement> measurement = cost::read_measurement(*text, file);
  if (measurement && named) measurement->label = argument.substr(0, equals);
  return measurement;
}

std::optional<cost::Basis> basis_of(const std::optional<std::string>& name) {
  using cost::Basis;
  for (const Basis basis : {Basis::kRented, Basis::kInterruptible, Basis::kBought, Basis::kOwned}) {
    if (name && *name == cost::basis_name(basis)) return basis;
  }
  return std::nullopt;
}

/// The file that was named, or the user's own where there is one.
Result<CostFile> settings_of(const CostOptions& options) {
  if (options.file) return read_cost_file(*options.file);
  Result<CostFile> own = read_cost_file(user_cost_file());
  if (!own && own.error().code == ErrorCode::kNotFound) return CostFile{};
  return own;
}

struct Asked {
  cost::CostQuestion question;
  cost::CostInputs file;  ///< what the file set, to say where a value comes from
  std::vector<ApiOffer> offers;
  std::optional<std::string> basis;
};

Result<Asked> asked_of(const CostOptions& options) {
  Result<CostFile> file = settings_of(options);
  if (!file) return file.error();
  Asked asked;
  asked.file = file->inputs;
  asked.offers = std::move(file->apis);
  for (const std::string& prices : options.price_files) {
    Result<CostFile> table = read_cost_file(prices);
    if (!table) return table.error();
    if (table->apis.empty())
      return wrong_argument("There are no apis in " + prices + ".", {}, "--api-prices");
    asked.offers.insert(asked.offers.end(), table->apis.begin(), table->apis.end());
  }
  cost::CostQuestion& question = asked.question;
  question.inputs = options.given;
  for (const cost::InputField& field : cost::input_fields()) {
    auto& value = question.inputs.*(field.member);
    if (!value) value = asked.file.*(field.member);
  }
  question.inputs.currency = options.currency.value_or(asked.file.currency);
  asked.basis = options.basis ? options.basis : file->basis;
  question.basis = basis_of(asked.basis);
  if (asked.basis && !question.basis)
    return wrong_argument(
        "basis is rented, interruptible, bought or owned, not \"" + asked.basis->substr(0, 40) + "\".", {},
        "basis");
  for (const std::string& argument : options.benches) {
    Result<cost::Measurement> measurement = measurement_of(argument);
    if (!measurement) return measurement.error();
    question.measurements.push_back(std::move(*measurement));
  }
  Result<std::vector<cost::ApiPrice>> prices = in_currency(asked.offers, question.inputs.currency);
  if (!prices) return prices.error();
  question.api_prices = std::move(*prices);
  return asked;
}

int failed(const Error& error, Host& host) {
  print_error(host.err, error);
  return error.code == ErrorCode::kDiskFull ? kDiskFull : kWrongArguments;
}

int run_cost(const std::vector<std::string>& arguments, Host& host) {
  CostOptions options;
  ArgumentParser parser("cost", "what an answer, a page, a million tokens and a month cost");
  declare(parser, options);
  const Result<bool> help = parser.parse(arguments);
  if (!help) return failed(help.error(), host);
  if (*help) {
    host.out.write(parser.help(host.out.columns()));
    return kOk;
  }
  const Result<Asked> asked = asked_of(options);
  if (!asked) return failed(asked.error(), host);
  const Result<cost::CostReport> report = cost::cost_report(asked->question);
  if (!report) return failed(report.error(), host);
  const InputOrigin origin = [&](const cost::InputField& field) -> std::string {
    if (options.given.*(field.member)) return "given";
    if (asked->file.*(field.member)) return "file";
    return report->inputs.*(field.member) ? "measured" : "standard";
  };
  if (options.json) {
    print_json(host, cost_json(*report, origin));
  } else {
    print_text(host, cost_text(*report, origin));
  }
  if (options.save) {
    const Result<void> written =
        write_cost_file(user_cost_file(), cost_yaml(report->inputs, asked->basis, asked->offers));
    if (!written) return failed(written.error(), host);
    print_note(host.err, "Kept in " + user_cost_file().string() + ".");
  }
  return kOk;
}

}  // namespace

Verb cost_verb() {
  return {"cost", "What an answer, a page, a million tokens and a month cost", false, run_cost};
}

}  // namespace fovea::cli
