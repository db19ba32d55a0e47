#include "app/server/access/api_keys.h"
#include "app/server/access/jwt.h"
#include "app/server/access/rate_limit.h"
#include "app/server/media/media_fetcher.h"
#include "app/server/openai/tool_calls.h"
#include "app/server/wire/base64.h"
#include "app/server/wire/memory_file.h"
#include "app/server/wire/multipart.h"

#include <fstream>
#include <iterator>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace fovea::server {
namespace {

std::string text_of(const std::optional<Bytes>& bytes) {
  return bytes ? std::string(bytes->begin(), bytes->end()) : "none";
}

TEST(Base64, IsReadStrictly) {
  // RFC 4648, section 10.
  EXPECT_EQ(text_of(decode_base64("")), "");
  EXPECT_EQ(text_of(decode_base64("Zg==")), "f");
  EXPECT_EQ(text_of(decode_base64("Zm8=")), "fo");
  EXPECT_EQ(text_of(decode_base64("Zm9vYmFy")), "foobar");
  EXPECT_EQ(text_of(decode_base64("Zm9v\r\nYmE")), "fooba");
  EXPECT_EQ(text_of(decode_base64("Zm\n9vYmF\nyZg\n=\n=")), "foobarf");
  for (const char* wrong : {"Zg=a", "Z", "Zm9v!", "Zm9vYm!y", "Zg===", "Z-_9", "=Zg="})
    EXPECT_EQ(text_of(decode_base64(wrong)), "none") << wrong;
  EXPECT_EQ(parse_data_url("data:image/png;base64,AQID")->type, "image/png");
  EXPECT_FALSE(parse_data_url("data:image/png,AQID"));
  EXPECT_FALSE(parse_data_url("http://a/b"));
}

std::string url64(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += kAlphabet[bits >> (count - 6) & 63U];
  }
  if (count > 0) out += kAlphabet[bits << (6 - count) & 63U];
  return out;
}

std::string token(const std::string& head, const std::string& claims, const std::string& secret) {
  const std::string body = url64(head) + "." + url64(claims);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &length);
  return body + "." + url64({reinterpret_cast<const char*>(mac), length});
}

TEST(Jwt, TakesOnlyWhatIsSignedForUsAndFresh) {
  const JwtRules rules{"a secret of thirty-two characters", "fovea"};
  const std::string head = R"({"alg":"HS256","typ":"JWT"})";
  const auto subject =
      check_jwt(token(head, R"({"sub":"ann","aud":["x","fovea"],"exp":1000})", rules.secret), rules, 900);
  ASSERT_TRUE(subject) << subject.error().text();
  EXPECT_EQ(*subject, "ann");
  const std::string wrong[] = {
      token(head, R"({"sub":"ann","aud":"fovea","exp":1000})", "another secret"),
      token(R"({"alg":"none"})", R"({"aud":"fovea","exp":1000})", rules.secret),
      url64(R"({"alg":"none"})") + "." + url64(R"({"aud":"fovea","exp":1000})") + ".",
      token(R"({"alg":"HS512"})", R"({"aud":"fovea","exp":1000})", rules.secret),
      token(head, R"({"aud":"fovea","exp":800})", rules.secret),
      token(head, R"({"aud":"fovea"})", rules.secret),
      token(head, R"({"aud":"others","exp":1000})", rules.secret),
      token(head, R"({"exp":1000})", rules.secret),
      token(head, R"({"aud":"fovea","exp":1000,"nbf":990})", rules.secret),
      token(head, R"({"aud":"fovea","exp":1e300})", rules.secret),
      token(head, "[]", rules.secret),
      "a.b",
      "..",
      "",
      std::string(100'000, '.'),
  };
  for (const std::string& one : wrong) EXPECT_FALSE(check_jwt(one, rules, 900)) << one.substr(0, 120);
}

TEST(ApiKeysTest, ShortAndDoubleOnesAreRefused) {
  ApiKeys keys;
  EXPECT_FALSE(keys.add("a", "short"));
  EXPECT_TRUE(keys.add("a", "long enough to be a key"));
  EXPECT_FALSE(keys.add("a", "another one, long enough"));
  EXPECT_EQ(keys.name_of("long enough to be a key"), "a");
  EXPECT_EQ(keys.name_of("long enough to be a kez"), std::nullopt);
}

TEST(RateLimitTest, SlidesAndForgets) {
  using namespace std::chrono_literals;
  RateLimit limit(2, 60s);
  const RateLimit::Clock::time_point begin{};
  EXPECT_EQ(limit.take("a", begin), 0s);
  EXPECT_EQ(limit.take("a", begin + 30s), 0s);
  EXPECT_EQ(limit.take("a", begin + 40s), 20s);
  EXPECT_EQ(limit.take("b", begin + 40s), 0s);
  EXPECT_EQ(limit.take("a", begin + 60s), 0s);
  EXPECT_EQ(limit.take("a", begin + 61s), 29s);
}

bool may_dial_text(const char* text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) return may_dial(reinterpret_cast<sockaddr&>(v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text, &v6.sin6_addr), 1) << text;
  return may_dial(reinterpret_cast<sockaddr&>(v6));
}

TEST(MediaFetcherTest, DialsNothingThatOnlyThisMachineReaches) {
  for (const char* inside : {"127.0.0.1",
                             "127.9.9.9",
                             "0.0.0.0",
                             "10.1.2.3",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "224.0.0.1",
                             "255.255.255.255",
                             "::1",
                             "::",
                             "fe80::1",
                             "fc00::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "64:ff9b::7f00:1",
                             "2002:7f00:1::",
                             "ff02::1",
                             "2001::1"}) {
    EXPECT_FALSE(may_dial_text(inside)) << inside;
  }
  for (const char* outside : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "::ffff:8.8.8.8"})
    EXPECT_TRUE(may_dial_text(outside)) << outside;
  const MediaFetcher fetcher(FetchLimits{1000, 2.0, 3}, std::make_shared<OutboundLedger>());
  std::string said;
  for (const char* url : {"http://127.0.0.1:1/a", "http://2130706433/", "http://localhost/a",
                          "file:///etc/passwd", "ftp://127.0.0.1/", "no address"}) {
    const auto fetched = fetcher.fetch(url);
    ASSERT_FALSE(fetched) << url;
    if (said.empty()) said = fetched.error().text();
    EXPECT_EQ(fetched.error().text(), said) << url;
  }
}

TEST(ToolCalls, OfBothFamiliesComeOutHoweverTheTextIsCut) {
  const std::string text =
      "Let me see.<tool_call>\n{\"name\": \"crop\", \"arguments\": {\"x\": 1}}\n</tool_call>"
      "<tool_call>zoom\n<arg_key>times</arg_key>\n<arg_value>2</arg_value>\n<arg_key>where</"
      "arg_key>\n<arg_value>top</arg_value>\n</tool_call> Done <b";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ToolCallParser parser;
    ToolCallParser::Piece all = parser.push(std::string_view(text).substr(0, cut));
    const ToolCallParser::Piece rest = parser.push(std::string_view(text).substr(cut));
    all.text += rest.text + parser.finish().text;
    all.calls.insert(all.calls.end(), rest.calls.begin(), rest.calls.end());
    ASSERT_EQ(all.calls.size(), 2U) << cut;
    EXPECT_EQ(all.calls[0].name, "crop");
    EXPECT_EQ(all.calls[0].arguments_json, R"({"x":1})");
    EXPECT_EQ(all.calls[1].name, "zoom");
    EXPECT_EQ(all.calls[1].arguments_json, R"({"times":2,"where":"top"})");
    EXPECT_EQ(all.text, "Let me see. Done <b");
  }
  ToolCallParser broken;
  EXPECT_EQ(broken.push("<tool_call>{]</tool_call>").text, "<tool_call>{]</tool_call>");
}

TEST(Multipart, TakesFormsApart) {
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; "
      "name=\"f\"; filename=\"q\\\"r.png\"\r\n"
      "Content-Type: image/png\r\n\r\n\r\n--y\r\n--x--\r\n";
  const auto parts = parse_multipart(body, "multipart/form-data; boundary=\"x\"");
  ASSERT_TRUE(parts) << parts.error().text();
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].bytes, "1");
  EXPECT_EQ((*parts)[1].filename, "q\"r.png");
  EXPECT_EQ((*parts)[1].type, "image/png");
  EXPECT_EQ((*parts)[1].bytes, "\r\n--y");
  for (std::size_t cut = 0; cut + 4 < body.size(); ++cut) {
    EXPECT_FALSE(parse_multipart(std::string_view(body).substr(0, cut), "multipart/form-data; boundary=x"))
        << cut;
  }
  EXPECT_FALSE(parse_multipart(body, "multipart/form-data"));
}

TEST(MemoryFileTest, IsReadByItsPath) {
  const auto file = MemoryFile::of({1, 2, 3});
  ASSERT_TRUE(file);
  std::ifstream in((*file)->path(), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "\x01\x02\x03");
}

}  // namespace
}  // namespace fovea::server
