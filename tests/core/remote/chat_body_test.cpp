// What goes over the wire: addresses, bodies, pictures.
#include "core/remote/chat_body.h"

#include "core/remote/data_url.h"
#include "core/remote/server_address.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

namespace fovea {
namespace {

using Json = nlohmann::json;

Json body_of(const GenerationRequest& request) {
  const Result<std::string> body = chat_body(request, "m");
  EXPECT_TRUE(body.has_value());
  return body ? Json::parse(*body) : Json();
}

TEST(ChatBody, OfAPlainQuestionHoldsNothingUncommon) {
  GenerationRequest request;
  request.messages = {Message::text(Role::kSystem, "Be short."), Message::text(Role::kUser, "Hm?")};
  const Json expected =
      Json::parse(R"({"model": "m", "stream": true, "stream_options": {"include_usage": true},
      "max_tokens": 512, "messages": [{"role": "system", "content": "Be short."},
      {"role": "user", "content": "Hm?"}]})");
  EXPECT_EQ(body_of(request), expected);
}

TEST(ChatBody, HoldsWhatTheRequestSets) {
  GenerationRequest request;
  request.messages = {Message::text(Role::kUser, "Hm?")};
  request.sampling = {0.5, 40, 0.9, 0.1, 1.1, 0.25, -0.5, 7, 0};
  request.stop = {"END"};
  request.thinking = Thinking::kOff;
  request.template_variables["style"] = R"("terse")";
  request.ignore_eos = true;
  request.image_budget.max_pixels = 1000;
  Json body = body_of(request);
  body.erase("messages");
  const Json expected =
      Json::parse(R"({"model": "m", "stream": true, "stream_options": {"include_usage": true},
      "max_tokens": 512, "temperature": 0.5, "top_k": 40, "top_p": 0.9, "min_p": 0.1, "repetition_penalty": 1.1,
      "presence_penalty": 0.25, "frequency_penalty": -0.5, "seed": 7, "logprobs": true, "stop": ["END"],
      "ignore_eos": true, "chat_template_kwargs": {"enable_thinking": false, "style": "terse"},
      "mm_processor_kwargs": {"max_pixels": 1000}})");
  EXPECT_EQ(body, expected);
  request.template_variables["style"] = "{";
  EXPECT_EQ(chat_body(request, "m").error().code, ErrorCode::kInvalidArgument);
}

TEST(ChatBody, AsksForASchemaAndForTheEndOfAnAnswer) {
  GenerationRequest request;
  request.messages = {Message::text(Role::kUser, "Hm?"), Message::text(Role::kAssistant, "{")};
  request.response_schema = R"({"type": "object"})";
  request.continue_answer = true;
  request.sampling.logprobs = 3;
  const Json body = body_of(request);
  EXPECT_EQ(body["response_format"]["type"], "json_schema");
  EXPECT_EQ(body["response_format"]["json_schema"]["schema"], Json::parse(request.response_schema));
  EXPECT_EQ(body["continue_final_message"], true);
  EXPECT_EQ(body["add_generation_prompt"], false);
  EXPECT_EQ(body["top_logprobs"], 3);
  request.response_schema = "{";
  EXPECT_EQ(chat_body(request, "m").error().field, "response_schema");
}

TEST(ChatBody, OffersTools) {
  GenerationRequest request;
  request.messages = {Message::text(Role::kUser, "Hm?")};
  request.tools_json = R"([{"type": "function", "function": {"name": "look"}}])";
  EXPECT_EQ(body_of(request)["tools"], Json::parse(request.tools_json));
  request.tools_json = "[]";
  EXPECT_FALSE(body_of(request).contains("tools"));
}

TEST(ChatBody, ToolResultsNameTheirCalls) {
  GenerationRequest request;
  Message calls = Message::text(Role::kAssistant, "");
  calls.tool_calls = {{"c1", "look", "{}"}, {"c2", "zoom", "{\"by\": 2}"}};
  request.messages = {Message::text(Role::kUser, "Hm?"), calls, Message::text(Role::kTool, "one"),
                      Message::text(Role::kTool, "two")};
  const Json messages = body_of(request)["messages"];
  EXPECT_EQ(messages[1]["tool_calls"][1]["function"]["arguments"], "{\"by\": 2}");
  EXPECT_EQ(messages[2]["tool_call_id"], "c1");
  EXPECT_EQ(messages[3]["tool_call_id"], "c2");
}

TEST(DataUrl, Base64IsThatOfTheRfc) {
  const auto of = [](const std::string& text) {
    return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg==");
  EXPECT_EQ(of("fo"), "Zm8=");
  EXPECT_EQ(of("foo"), "Zm9v");
  EXPECT_EQ(of("foobar"), "Zm9vYmFy");
  EXPECT_EQ(of("\xFF\xFE\xFD"), "//79");
}

TEST(DataUrl, DecodedPixelsBecomeAPngThatIsReadBack) {
  RgbImage image;
  image.width = 301;
  image.height = 97;  // more than one stored block
  for (int i = 0; i < image.width * image.height * 3; ++i)
    image.pixels.push_back(static_cast<std::uint8_t>(i * 7));
  const std::vector<std::uint8_t> png = stored_png(image);
  const auto number = [&](std::size_t at) {
    return (std::uint32_t{png[at]} << 24U) | (std::uint32_t{png[at + 1]} << 16U) |
           (std::uint32_t{png[at + 2]} << 8U) | png[at + 3];
  };
  std::string types;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(image.height * (1 + image.width * 3)));
  for (std::size_t at = 8; at < png.size();) {
    const std::size_t length = number(at);
    types.append(png.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                 png.begin() + static_cast<std::ptrdiff_t>(at) + 8);
    EXPECT_EQ(number(at + 8 + length), crc32(0, &png[at + 4], static_cast<uInt>(length + 4)));
    if (types.ends_with("IDAT")) {
      uLongf size = pixels.size();
      EXPECT_EQ(uncompress(pixels.data(), &size, &png[at + 8], length), Z_OK);
      EXPECT_EQ(size, pixels.size());
    }
    at += 12 + length;
  }
  EXPECT_EQ(types, "IHDRIDATIEND");
  const std::size_t row = 1 + static_cast<std::size_t>(image.width) * 3;
  for (std::size_t y = 0; y < 97; ++y) {
    EXPECT_EQ(pixels[y * row], 0);
    EXPECT_TRUE(std::equal(&pixels[y * row + 1], &pixels[y * row] + row, &image.pixels[y * (row - 1)]));
  }
}

TEST(ServerAddress, IsReadAsUsersWriteIt) {
  const auto base = [](const char* text) {
    const auto address = parse_server_address(text);
    return address ? address->base : address.error().message;
  };
  EXPECT_EQ(base("http://127.0.0.1:8000"), "http://127.0.0.1:8000/v1");
  EXPECT_EQ(base("http://127.0.0.1:8000/v1/"), "http://127.0.0.1:8000/v1");
  EXPECT_EQ(base("localhost:8000"), "http://localhost:8000/v1");
  EXPECT_EQ(base("[::1]:8000"), "http://[::1]:8000/v1");
  EXPECT_EQ(base("api.example.org"), "https://api.example.org/v1");
  EXPECT_EQ(base("https://api.example.org/open/v1"), "https://api.example.org/open/v1");
  for (const char* wrong :
       {"", "ftp://example.org", "https://me:secret@example.org", "https://example.org/?key=1",
        "https://example.org/#a", "http://", "http://exa mple.org", "file:///etc/passwd"}) {
    EXPECT_FALSE(parse_server_address(wrong)) << wrong;
  }
  EXPECT_TRUE(parse_server_address("http://127.8.9.1")->loopback);
  EXPECT_TRUE(parse_server_address("http://[::1]")->loopback);
  EXPECT_FALSE(parse_server_address("http://127.0.0.1.example.org")->loopback);
  EXPECT_FALSE(parse_server_address("http://10.0.0.1")->loopback);
  EXPECT_EQ(parse_server_address("http://[::1]:80")->shown(), "[::1]:80");
}

}  // namespace
}  // namespace fovea
