// tokenizer_dump TOKENIZER.json: reads a JSON list of strings from standard input and writes, one line a
// string, an object with its ids and their text, or the error. tests/oracle/tokenizer_differential.py
// compares them.
#include "core/input/text/tokenizer.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: tokenizer_dump TOKENIZER.json < STRINGS.json\n";
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto tokenizer = fovea::Tokenizer::from_json(json);
  if (!tokenizer) {
    std::cerr << tokenizer.error().text() << '\n';
    return 1;
  }
  const nlohmann::json strings = nlohmann::json::parse(std::cin);
  for (const nlohmann::json& text : strings) {
    nlohmann::json line;
    if (const auto ids = tokenizer->encode(text.get_ref<const std::string&>())) {
      line = {
          {"ids", *ids}, {"text", tokenizer->decode(*ids, false)}, {"shown", tokenizer->decode(*ids, true)}};
    } else {
      line = {{"error", ids.error().text()}};
    }
    std::cout << line.dump() << '\n';
  }
  return 0;
}
