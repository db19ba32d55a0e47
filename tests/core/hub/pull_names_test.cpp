// Names and addresses: of repositories, of their files, of hubs.
#include "core/hub/pull/http_client.h"
#include "core/hub/pull/hub_access.h"
#include "core/hub/pull/repository_name.h"
#include "core/hub/pull/wanted_files.h"
#include "tests/core/hub/fake_model.h"

#include <map>

#include <gtest/gtest.h>

namespace fovea {
namespace {

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(RepositoryNameTest, OrganisationNameAndRevision) {
  const Result<RepositoryName> plain = parse_repository_name("Qwen/Qwen3-VL-2B-Instruct");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->full(), "Qwen/Qwen3-VL-2B-Instruct");
  EXPECT_EQ(plain->revision, "");
  EXPECT_EQ(parse_repository_name("a/b@refs/pr/1")->revision, "refs/pr/1");
  EXPECT_EQ(parse_repository_name("https://huggingface.co/zai-org/GLM-4.6V-Flash")->full(),
            "zai-org/GLM-4.6V-Flash");
}

TEST(RepositoryNameTest, NothingThatCouldLeaveACache) {
  for (const char* text :
       {"",           "name",       "/name",    "org/",     "org/a/b",    "../b",         "org/..",
        "org/a..b",   "org/a--b",   "-a/b",     "org/.b",   "o g/b",      "org/b\n",      "org/b@",
        "org/b@../x", "org/b@a//b", "org/b@/a", "org/b@-a", "org/b@.git", "org/b@a.lock", "org\\b"}) {
    EXPECT_FALSE(parse_repository_name(text)) << text;
  }
  EXPECT_FALSE(parse_repository_name("org/" + std::string(97, 'a')));
}

TEST(WantedFilesTest, SafetensorsJsonAndText) {
  for (const char* path :
       {"model.safetensors", "model-00001-of-00002.safetensors", "model.safetensors.index.json",
        "config.json", "tokenizer.json", "merges.txt", "chat_template.jinja", "README.md", "LICENSE",
        "additional_chat_templates/tool_use.jinja"})
    EXPECT_TRUE(is_wanted(path)) << path;
  for (const char* path :
       {"pytorch_model.bin", "model.pt", "model.pth", "x.pkl", "model.ckpt", "x.gguf", "x.py", ".env",
        ".config.json", "sub/model.safetensors", "additional_chat_templates/../x.jinja", "a.json.exe",
        "../config.json", "tokenizer.model", "additional_chat_templates/x/y.jinja"})
    EXPECT_FALSE(is_wanted(path)) << path;
}

TEST(WantedFilesTest, DangerousPaths) {
  for (const char* path :
       {"", "/a", "a/", "a//b", "..", "a/..", "../a", "./a", "a\\b", "a\tb", "a\x7F", "\xFF.json"})
    EXPECT_TRUE(is_dangerous_path(path)) << path;
  EXPECT_TRUE(is_dangerous_path(std::string("a\0b", 3)));
  for (const char* path : {"a", ".gitattributes", "a/b/c.bin", "模型.json", "a..b", "a b.json"})
    EXPECT_FALSE(is_dangerous_path(path)) << path;
}

TEST(HubAccessTest, EndpointsByTheUsualVariables) {
  EXPECT_EQ(hub_access(Hub::kHuggingFace, environment_of({}))->endpoint, "https://huggingface.co");
  EXPECT_EQ(hub_access(Hub::kModelScope, environment_of({}))->endpoint, "https://modelscope.cn");
  EXPECT_EQ(
      hub_access(Hub::kHuggingFace, environment_of({{"HF_ENDPOINT", "https://hf-mirror.com/"}}))->endpoint,
      "https://hf-mirror.com");
  EXPECT_EQ(
      hub_access(Hub::kModelScope, environment_of({{"MODELSCOPE_DOMAIN", "www.modelscope.ai"}}))->endpoint,
      "https://www.modelscope.ai");
  for (const char* bad : {"ftp://x", "https://", "https://a b", "https://user@host", "https://a?b"})
    EXPECT_FALSE(hub_access(Hub::kHuggingFace, environment_of({{"HF_ENDPOINT", bad}}))) << bad;
  EXPECT_FALSE(hub_access(Hub::kHuggingFace, environment_of({{"HF_HUB_OFFLINE", "1"}})));
}

TEST(HubAccessTest, TokensByVariableAndFile) {
  const testing_support::TemporaryFolder folder;
  const std::string home = folder.path().string();
  testing_support::write_file(folder.path() / ".cache/huggingface/token", "hf_file\n");
  const auto token = [&home](std::map<std::string, std::string> values) {
    values["HOME"] = home;
    return hub_access(Hub::kHuggingFace, environment_of(std::move(values)))->token;
  };
  EXPECT_EQ(token({}), "hf_file");
  EXPECT_EQ(token({{"HF_TOKEN", " hf_variable \n"}}), "hf_variable");
  EXPECT_EQ(token({{"HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"}}), "");
  EXPECT_EQ(token({{"HF_HOME", home + "/none"}}), "");
  EXPECT_EQ(token({{"HF_TOKEN_PATH", home + "/.cache/huggingface/token"}}), "hf_file");
  EXPECT_EQ(token({{"HF_TOKEN", "two\r\nX-Header: 1"}, {"HF_HOME", home}}), "")
      << "a header cannot be smuggled in";
  EXPECT_EQ(hub_access(Hub::kModelScope, environment_of({{"MODELSCOPE_API_TOKEN", "ms"}}))->token, "ms");
}

TEST(HttpClientTest, AddressesAreEncoded) {
  EXPECT_EQ(percent_encoded("a b/c?d#e&f=%", true), "a%20b/c%3Fd%23e%26f%3D%25");
  EXPECT_EQ(percent_encoded("refs/pr/1", false), "refs%2Fpr%2F1");
}

}  // namespace
}  // namespace fovea
