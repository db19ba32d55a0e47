#include "tests/core/text/tokenizer_data.h"

#include "core/input/text/byte_level.h"
#include "core/input/text/utf8.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fovea::test {

using nlohmann::json;

const std::string& qwen3_json() {
  static const std::string content = [] {
    std::ifstream in(FOVEA_TEST_TOKENIZER, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  }();
  return content;
}

std::string glm_json() {
  constexpr int kEntries = 151329;
  static const std::vector<std::string> kTokens = {"<|endoftext|>",
                                                   "[MASK]",
                                                   "[gMASK]",
                                                   "[sMASK]",
                                                   "<sop>",
                                                   "<eop>",
                                                   "<|system|>",
                                                   "<|user|>",
                                                   "<|assistant|>",
                                                   "<|observation|>",
                                                   "<|begin_of_image|>",
                                                   "<|end_of_image|>",
                                                   "<|begin_of_video|>",
                                                   "<|end_of_video|>",
                                                   "<|begin_of_audio|>",
                                                   "<|end_of_audio|>",
                                                   "<|begin_of_transcription|>",
                                                   "<|end_of_transcription|>",
                                                   "<|code_prefix|>",
                                                   "<|code_middle|>",
                                                   "<|code_suffix|>",
                                                   "<think>",
                                                   "</think>",
                                                   "<tool_call>",
                                                   "</tool_call>",
                                                   "<tool_response>",
                                                   "</tool_response>",
                                                   "<arg_key>",
                                                   "</arg_key>",
                                                   "<arg_value>",
                                                   "</arg_value>",
                                                   "/nothink",
                                                   "<|begin_of_box|>",
                                                   "<|end_of_box|>",
                                                   "<|image|>",
                                                   "<|video|>"};
  json config = json::parse(qwen3_json());
  json& model = config["model"];
  json vocabulary = json::object();
  for (const auto& [token, id] : model["vocab"].items()) {
    if (id.get<int>() < kEntries) vocabulary[token] = id;
  }
  model["vocab"] = std::move(vocabulary);
  model["merges"].erase(model["merges"].begin() + (kEntries - 256), model["merges"].end());
  config["normalizer"] = nullptr;
  json& regex = config["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"];
  std::string pattern = regex;
  pattern.replace(pattern.find("\\p{N}|"), 6, "\\p{N}{1,3}|");
  regex = pattern;
  config["added_tokens"] = json::array();
  for (const std::string& token : kTokens) {
    const bool shown = token == "/nothink" ||
                       (token.front() == '<' && token[1] != '|' && token != "<sop>" && token != "<eop>");
    add_token(config, token, shown ? "" : "special");
  }
  return config.dump();
}

std::string byte_text(unsigned byte) {
  std::string out;
  text::append_utf8(out, text::byte_alphabet()[byte]);
  return out;
}

json small_config(const std::vector<std::string>& merges) {
  json vocabulary = json::object();
  for (unsigned byte = 0; byte < 256; ++byte) vocabulary[byte_text(byte)] = byte;
  for (const std::string& merge : merges) {
    std::string joined = merge;
    joined.erase(joined.find(' '), 1);
    if (!vocabulary.contains(joined)) vocabulary[joined] = vocabulary.size();
  }
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", json::array()},
          {"normalizer", nullptr},
          {"pre_tokenizer",
           {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}}},
          {"post_processor", nullptr},
          {"decoder",
           {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}}},
          {"model",
           {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"vocab", vocabulary},
            {"merges", merges}}}};
}

void add_token(json& config, const std::string& content, const std::string& flags) {
  const json& vocabulary = config["model"]["vocab"];
  json token = {{"content", content}};
  for (const char* flag : {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
    token[flag] = flags.find(flag) != std::string::npos;
  }
  std::size_t fresh = vocabulary.size();
  for (const json& earlier : config["added_tokens"])
    fresh = std::max(fresh, earlier["id"].get<std::size_t>() + 1);
  token["id"] = vocabulary.contains(content) ? vocabulary[content].get<std::size_t>() : fresh;
  config["added_tokens"].push_back(token);
}

Tokenizer must_load(const json& config) {
  auto tokenizer = Tokenizer::from_json(config.dump());
  if (!tokenizer) throw std::runtime_error(tokenizer.error().text());
  return *std::move(tokenizer);
}

std::vector<std::int32_t> ids_of(const Tokenizer& tokenizer, std::string_view text) {
  auto ids = tokenizer.encode(text);
  if (!ids) throw std::runtime_error(ids.error().text());
  return *std::move(ids);
}

}  // namespace fovea::test
