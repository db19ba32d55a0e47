// A tokenizer.json, then after the byte FF (never in UTF-8) a text to encode with it. Without that byte the
// first byte chooses between a JSON file and a text for a tokenizer of our own. Whatever comes must end in an
// answer or an error.
#include "core/input/text/byte_level.h"
#include "core/input/text/tokenizer.h"
#include "core/input/text/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using fovea::Tokenizer;

/// Bytes, a few merges, NFC, Qwen's pattern, and added tokens with every flag.
std::string own_tokenizer() {
  std::string vocabulary;
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::string text;
    fovea::text::append_utf8(text, fovea::text::byte_alphabet()[byte]);
    if (text == "\"" || text == "\\") text.insert(0, "\\");
    vocabulary += "\"" + text + "\":" + std::to_string(byte) + ",";
  }
  vocabulary += R"("aa":256,"aaaa":257,"ab":258,"\u0120a":259)";
  std::string tokens;
  for (int k = 0; k < 6; ++k) {
    static constexpr const char* kContents[] = {"<a>", "<b>", "<c>", "w", "e\u0301", "<a><b>"};
    const auto flag = [k](int which) { return k == which ? "true" : "false"; };
    tokens += std::string(k == 0 ? "" : ",") + R"({"id":)" + std::to_string(260 + k - (k > 3)) +
              R"(,"content":")" + kContents[k] + R"(","special":)" + flag(5) + R"(,"lstrip":)" + flag(0) +
              R"(,"rstrip":)" + flag(1) + R"(,"single_word":)" + flag(3) + R"(,"normalized":)" + flag(4) +
              "}";
  }
  tokens.replace(tokens.find("\"id\":263"), 8, "\"id\":119");  // w is one of the bytes
  return R"({"added_tokens":[)" + tokens +
         R"(],"normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[)"
         R"({"type":"Split","behavior":"Isolated","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|)"
         R"(\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},)"
         R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},"decoder":{"type":"ByteLevel"},)"
         R"("model":{"type":"BPE","merges":["a a","aa aa",["a","b"],"\u0120 a"],"vocab":{)" +
         vocabulary + "}}}";
}

/// What is shown to a user must be text, whatever the file holds.
void check(const fovea::Error& error) {
  const std::string text = error.text();
  if (text.empty() || fovea::text::valid_utf8_prefix(text) != text.size()) std::abort();
}

/// Encodes and decodes; what comes out must be sound.
void use(const Tokenizer& tokenizer, std::string_view text) {
  const auto ids = tokenizer.encode(text);
  if (!ids) return check(ids.error());
  for (std::int32_t id : *ids) {
    if (id < 0 || id >= tokenizer.size()) std::abort();
  }
  for (const bool skip : {false, true}) {
    const std::string decoded = tokenizer.decode(*ids, skip);
    if (fovea::text::valid_utf8_prefix(decoded) != decoded.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Tokenizer own = *Tokenizer::from_json(own_tokenizer());
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t border = input.find('\xFF');
  if (border == std::string_view::npos && !input.empty() && input.front() != '{') {
    use(own, input);
    return 0;
  }
  const auto tokenizer = Tokenizer::from_json(input.substr(0, border));
  if (tokenizer)
    use(*tokenizer, border == std::string_view::npos ? "a b\n12 e\u0301<x>" : input.substr(border + 1));
  return 0;
}
