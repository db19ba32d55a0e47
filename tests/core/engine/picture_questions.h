#pragma once

#include "core/api/engine.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace fovea::test {

/// A greedy question about picture files, given by their paths from the repository's root.
inline GenerationRequest asking_about(const std::string& question, const std::vector<std::string>& pictures,
                                      int new_tokens) {
  GenerationRequest request;
  Message message;
  message.role = Role::kUser;
  for (const std::string& path : pictures) {
    std::ifstream in(path, std::ios::binary);
    ImageInput image;
    image.name = path;
    image.encoded = std::make_shared<std::vector<std::uint8_t>>(std::istreambuf_iterator<char>(in),
                                                                std::istreambuf_iterator<char>());
    if (image.encoded->empty()) throw std::runtime_error(path + " can't be read");
    message.content.emplace_back(ImagePart{std::move(image)});
  }
  message.content.emplace_back(TextPart{question});
  request.messages.push_back(std::move(message));
  request.sampling.temperature = 0.0;
  request.max_new_tokens = new_tokens;
  return request;
}

}  // namespace fovea::test
