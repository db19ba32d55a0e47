#pragma once

#include "core/api/error.h"
#include "core/api/generation_event.h"
#include "core/api/generation_request.h"
#include "core/input/text/template/chat_template.h"
#include "core/input/text/tokenizer.h"
#include "core/input/vision/vision_processor.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace fovea {

/// A request as the model reads it.
struct BuiltPrompt {
  std::vector<std::int32_t> ids;      ///< placeholders expanded
  std::vector<VisionPatches> images;  ///< in prompt order
  std::vector<VisionPatches> videos;  ///< in prompt order
  std::vector<VisionInput> seen;      ///< pictures and clips in the order of the messages
  std::string shown;                  ///< the expanded prompt, runs of vision tokens as <|image_pad|>{84}
};

/// What the work is at; told so that a caller can account for its time and stop it between pictures.
enum class PromptStep { kDecode, kPreprocess, kTokenize };
/// Called after each piece of work; returns false to stop.
using PromptObserver = std::function<bool(PromptStep finished)>;

/// From messages to tokens and patches, as the checkpoint's own template, tokenizer and processor have it.
/// Immutable after loading; any thread.
class PromptBuilder {
 public:
  static Result<PromptBuilder> load(const std::filesystem::path& model_folder);

  const Tokenizer& tokenizer() const { return tokenizer_; }
  const VisionProcessor& processor() const { return processor_; }
  /// The placeholders that stand for one merged patch of a picture and of a clip in the prompt's ids.
  std::int32_t image_token() const { return image_token_; }
  std::int32_t video_token() const { return video_token_; }
  /// Whether the template asks if the model may think.
  bool knows_thinking() const { return template_.mentions("enable_thinking"); }

  /// Errors: of decoding (kInvalidImage, kInvalidVideo, …), of the template, kInvalidText where a text holds
  /// the placeholder of a picture, kCancelled when the observer says so.
  Result<BuiltPrompt> build(const GenerationRequest& request, const PromptObserver& observer) const;

 private:
  PromptBuilder(Tokenizer tokenizer, ChatTemplate chat_template, VisionProcessor processor);

  Result<void> read_media(const GenerationRequest& request, const PromptObserver& observer,
                          BuiltPrompt& out) const;
  Result<std::string> render(const GenerationRequest& request) const;
  Result<std::string> expand(const std::string& rendered, BuiltPrompt& out) const;

  Tokenizer tokenizer_;
  ChatTemplate template_;
  VisionProcessor processor_;
  ChatTemplate::Json scope_;  ///< the tokenizer's special tokens by name, for the template
  std::string image_placeholder_;
  std::string video_placeholder_;
  std::int32_t image_token_ = -1;
  std::int32_t video_token_ = -1;
};

}  // namespace fovea
