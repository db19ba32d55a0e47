#pragma once

#include "core/input/text/tokenizer.h"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::test {

/// tests/data/tokenizer's Qwen3 tokenizer.json, unpacked.
const std::string& qwen3_json();
/// The GLM-like tokenizer: Qwen3's merges cut to 151,329 entries, no NFC, digits in groups of up to three,
/// GLM's special tokens behind the vocabulary. Made as tests/oracle/checkpoint_tokenizer.py makes it.
std::string glm_json();

/// A small tokenizer to take apart: the 256 bytes with their own values as ids, GPT-2's pre-tokenizer, no
/// normaliser. `merges` lists "a b" pairs; what they make gets ids from 256 on.
nlohmann::json small_config(const std::vector<std::string>& merges = {});
/// The text of a byte in tokenizer.json.
std::string byte_text(unsigned byte);
/// Appends an added token with the next id, or that of the vocabulary; `flags` like "lstrip special".
void add_token(nlohmann::json& config, const std::string& content, const std::string& flags = "");

/// Loads a config that must load.
Tokenizer must_load(const nlohmann::json& config);
/// The ids of a text that must encode.
std::vector<std::int32_t> ids_of(const Tokenizer& tokenizer, std::string_view text);

}  // namespace fovea::test
