#include "app/debug/golden_case.h"

#include <filesystem>
#include <fstream>
#include <memory>

#include <nlohmann/json.hpp>

namespace fovea::debug {
namespace {

using Json = nlohmann::ordered_json;

Error wrong(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, what, "", "cases"};
}

Result<ImageInput> read_image(const std::string& images, const std::string& name) {
  std::ifstream in(std::filesystem::path(images) / name, std::ios::binary);
  if (!in) return Error{ErrorCode::kNotFound, "There is no picture " + name + ".", "", ""};
  ImageInput image;
  image.name = name;
  image.encoded = std::make_shared<const std::vector<std::uint8_t>>((std::istreambuf_iterator<char>(in)),
                                                                    std::istreambuf_iterator<char>());
  return image;
}

VideoSampling sampling_of(const Json& entry) {
  VideoSampling sampling;
  if (entry.contains("video_range")) {
    sampling.first_frame = entry["video_range"][0];
    sampling.end_frame = entry["video_range"][1];
  }
  if (entry.contains("video_sampling")) {
    sampling.frames_per_second = entry["video_sampling"].value("fps", 0.0);
    sampling.frame_count = entry["video_sampling"].value("num_frames", 0);
  }
  return sampling;
}

PixelBudget budget_of(const Json& entry, const char* key) {
  if (!entry.contains(key)) return {};
  return {entry[key].value("shortest_edge", std::int64_t{0}),
          entry[key].value("longest_edge", std::int64_t{0})};
}

Result<Message> message_of(const Json& entry, const Json& source, const std::string& images) {
  const std::string role = source.at("role");
  Message message;
  message.role = role == "system"      ? Role::kSystem
                 : role == "assistant" ? Role::kAssistant
                 : role == "tool"      ? Role::kTool
                                       : Role::kUser;
  if (source.contains("reasoning_content")) message.reasoning = source["reasoning_content"];
  if (source.contains("tool_calls")) {
    for (const Json& call : source["tool_calls"]) {
      const Json& function = call.contains("function") ? call["function"] : call;
      message.tool_calls.push_back(
          {call.value("id", ""), function.at("name"), function.at("arguments").dump()});
    }
  }
  const Json& content = source.at("content");
  if (content.is_string()) {
    message.plain_text = true;
    message.content.emplace_back(TextPart{content});
    return message;
  }
  for (const Json& part : content) {
    const std::string type = part.at("type");
    if (type == "text") {
      message.content.emplace_back(TextPart{part.at("text")});
    } else if (type == "image") {
      auto image = read_image(images, part.at("image"));
      if (!image) return std::move(image).error();
      message.content.emplace_back(ImagePart{std::move(image).value()});
    } else if (type == "video") {
      VideoInput video;
      video.name = part.at("video");
      video.path = (std::filesystem::path(images) / video.name).string();
      video.sampling = sampling_of(entry);
      message.content.emplace_back(VideoPart{std::move(video)});
    } else {
      return wrong("A part of the kind '" + type + "' is not known.");
    }
  }
  return message;
}

Result<GoldenCase> case_of(const Json& entry, const std::string& images) {
  GoldenCase out;
  out.name = entry.at("name");
  for (const Json& source : entry.at("messages")) {
    auto message = message_of(entry, source, images);
    if (!message) return std::move(message).error();
    out.request.messages.push_back(std::move(message).value());
  }
  if (entry.contains("tools") && !entry["tools"].is_null()) out.request.tools_json = entry["tools"].dump();
  if (entry.contains("template")) {
    for (const auto& [name, value] : entry["template"].items())
      out.request.template_variables[name] = value.dump();
  }
  out.request.image_budget = budget_of(entry, "image_size");
  out.request.video_budget = budget_of(entry, "video_size");
  out.request.max_new_tokens = entry.value("max_new_tokens", 32);
  out.request.ignore_eos = true;
  out.request.sampling.temperature = 0.0;
  return out;
}

}  // namespace

Result<std::vector<GoldenCase>> read_golden_cases(const std::string& file, const std::string& images) {
  std::ifstream in(file);
  if (!in) return Error{ErrorCode::kNotFound, "There is no case list " + file + ".", "", ""};
  try {
    std::vector<GoldenCase> cases;
    for (const Json& entry : Json::parse(in)) {
      auto one = case_of(entry, images);
      if (!one) return std::move(one).error();
      cases.push_back(std::move(one).value());
    }
    return cases;
  } catch (const Json::exception& problem) {
    return wrong(std::string("The case list cannot be read: ") + problem.what());
  }
}

}  // namespace fovea::debug
