#include "core/input/prompt_builder.h"

#include "core/input/prompt_json.h"
#include "core/input/vision/frame_sampler.h"
#include "core/input/vision/image_loader.h"

#include <string_view>
#include <utility>
#include <variant>

namespace fovea {
namespace {

Error cancelled() {
  return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
}

std::int64_t tokens_a_frame(const VisionPatches& patches, const PixelConfig& config) {
  return patches.grid.h * patches.grid.w / (static_cast<std::int64_t>(config.merge_size) * config.merge_size);
}

/// The same text many times, or in the shown prompt "TEXT{count}".
void append_run(const std::string& token, std::int64_t count, std::string& text, std::string& shown) {
  for (std::int64_t i = 0; i < count; ++i) text += token;
  shown += token + "{" + std::to_string(count) + "}";
}

/// Replaces each placeholder in `text` by what `write` gives for its turn, in order. Placeholders that
/// `write` brings in are not looked at again. Returns how many there were; stops at `limit`.
template <typename Write>
std::size_t replace_each(std::string& text, std::string& shown, const std::string& placeholder,
                         std::size_t limit, Write&& write) {
  std::string out;
  std::string out_shown;
  std::size_t found = 0;
  std::size_t from = 0;
  std::size_t shown_from = 0;
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, from)) {
    if (found == limit) return found + 1;
    const std::size_t shown_at = shown.find(placeholder, shown_from);
    out.append(text, from, at - from);
    out_shown.append(shown, shown_from, shown_at - shown_from);
    write(found++, out, out_shown);
    from = at + placeholder.size();
    shown_from = shown_at + placeholder.size();
  }
  text = out.append(text, from);
  shown = out_shown.append(shown, shown_from);
  return found;
}

/// What the model had written when its answer was cut, as it stood behind `prompt`. Not as templates write
/// answers of earlier turns: some leave the reasoning out, or add an empty one, and the model would go on
/// from another text than its own.
std::string begun_answer(const Message& message, std::string_view prompt) {
  constexpr std::string_view kOpening = "<think>";
  std::string text;
  for (const ContentPart& part : message.content) {
    if (const auto* piece = std::get_if<TextPart>(&part)) text += piece->text;
  }
  if (message.reasoning.empty()) return text;
  const std::size_t end = prompt.find_last_not_of(" \n");
  const bool opened = end != std::string_view::npos && prompt.substr(0, end + 1).ends_with(kOpening);
  std::string begun = opened ? message.reasoning : std::string(kOpening) + "\n" + message.reasoning;
  if (!text.empty()) begun += "\n</think>\n\n" + text;
  return begun;
}

}  // namespace

PromptBuilder::PromptBuilder(Tokenizer tokenizer, ChatTemplate chat_template, VisionProcessor processor)
    : tokenizer_(std::move(tokenizer)),
      template_(std::move(chat_template)),
      processor_(std::move(processor)) {}

Result<PromptBuilder> PromptBuilder::load(const std::filesystem::path& model_folder) {
  auto tokenizer = Tokenizer::load(model_folder);
  if (!tokenizer) return std::move(tokenizer).error();
  auto source = ChatTemplate::find_source(model_folder);
  if (!source) return std::move(source).error();
  auto compiled = ChatTemplate::compile(std::move(source).value());
  if (!compiled) return std::move(compiled).error();
  auto processor = load_processor_config(model_folder);
  if (!processor) return std::move(processor).error();

  PromptBuilder builder(std::move(tokenizer).value(), std::move(compiled).value(),
                        VisionProcessor(std::move(processor).value()));
  builder.scope_ = named_special_tokens(model_folder);
  const bool qwen = builder.processor_.config().timestamps == TimestampStyle::kQwen3Vl;
  builder.image_placeholder_ = qwen ? "<|image_pad|>" : "<|image|>";
  builder.video_placeholder_ = qwen ? "<|video_pad|>" : "<|video|>";
  const auto image = builder.tokenizer_.id_of(builder.image_placeholder_);
  const auto video = builder.tokenizer_.id_of(builder.video_placeholder_);
  if (!image || !video) {
    return Error{ErrorCode::kDamagedModel,
                 "Model file damaged: tokenizer.json (it lacks " + builder.image_placeholder_ + " or " +
                     builder.video_placeholder_ + ").",
                 "Download this file again.", ""};
  }
  builder.image_token_ = *image;
  builder.video_token_ = qwen ? *video : *image;  // GLM writes a clip's frames as pictures
  return builder;
}

Result<void> PromptBuilder::read_media(const GenerationRequest& request, const PromptObserver& observer,
                                       BuiltPrompt& out) const {
  for (const Message& message : request.messages) {
    for (const ContentPart& part : message.content) {
      if (const auto* image = std::get_if<ImagePart>(&part)) {
        std::shared_ptr<const RgbImage> pixels = image->image.decoded;
        std::string note;
        if (!pixels) {
          auto decoded = decode_image(*image->image.encoded, image->image.name);
          if (!decoded) return std::move(decoded).error();
          pixels = decoded->image;
          note = decoded->note;
        }
        if (observer && !observer(PromptStep::kDecode)) return cancelled();
        auto patches = processor_.process_image(*pixels, request.image_budget);
        if (!patches) {
          Error error = std::move(patches).error();
          if (!image->image.name.empty()) error.message = image->image.name + ": " + error.message;
          return error;
        }
        patches->seen.name = image->image.name;
        if (!note.empty()) patches->seen.note = note;
        out.seen.push_back(patches->seen);
        out.images.push_back(std::move(patches).value());
        if (observer && !observer(PromptStep::kPreprocess)) return cancelled();
      } else if (const auto* video = std::get_if<VideoPart>(&part)) {
        auto patches = processor_.process_video(video->video, request.video_budget);
        if (!patches) return std::move(patches).error();
        out.seen.push_back(patches->seen);
        out.videos.push_back(std::move(patches).value());
        if (observer && !observer(PromptStep::kDecode)) return cancelled();
      }
    }
  }
  return {};
}

Result<std::string> PromptBuilder::render(const GenerationRequest& request) const {
  if (request.continue_answer) {
    GenerationRequest asked = request;
    asked.continue_answer = false;
    asked.messages.pop_back();
    auto prompt = render(asked);
    if (!prompt) return prompt;
    return *prompt + begun_answer(request.messages.back(), *prompt);
  }
  auto variables = template_variables(request);
  if (!variables) return std::move(variables).error();
  for (const auto& [name, value] : scope_.items()) {
    if (!variables->contains(name)) (*variables)[name] = value;
  }
  return template_.render(*variables);
}

/// As the processors do it, on text: pictures first, then clips, so that GLM's frames (written with the
/// picture's token) are not taken for pictures.
Result<std::string> PromptBuilder::expand(const std::string& rendered, BuiltPrompt& out) const {
  std::string text = rendered;
  std::string shown = rendered;
  const TimestampStyle style = processor_.config().timestamps;
  const std::size_t images = replace_each(text, shown, image_placeholder_, out.images.size(),
                                          [&](std::size_t i, std::string& to, std::string& to_shown) {
                                            const std::int64_t n =
                                                tokens_a_frame(out.images[i], processor_.config().image);
                                            append_run(image_placeholder_, n, to, to_shown);
                                          });
  const std::size_t videos =
      replace_each(text, shown, video_placeholder_, out.videos.size(),
                   [&](std::size_t i, std::string& to, std::string& to_shown) {
                     const VisionPatches& clip = out.videos[i];
                     const std::int64_t n = tokens_a_frame(clip, processor_.config().video->pixels);
                     for (const double seconds : clip.timestamps) {
                       const std::string label = timestamp_label(style, seconds);
                       const bool qwen = style == TimestampStyle::kQwen3Vl;
                       const std::string before = qwen ? label + "<|vision_start|>" : "<|begin_of_image|>";
                       const std::string after = qwen ? "<|vision_end|>" : "<|end_of_image|>" + label;
                       to += before;
                       to_shown += before;
                       append_run(qwen ? video_placeholder_ : image_placeholder_, n, to, to_shown);
                       to += after;
                       to_shown += after;
                     }
                   });
  const auto mismatch = [](const std::string& placeholder, std::size_t found, std::size_t given) {
    if (found > given) {
      return Error{ErrorCode::kInvalidText,
                   "A text holds " + placeholder + ", which stands for a picture or clip.",
                   "Take it out of the text.", "messages"};
    }
    return Error{ErrorCode::kUnsupported,
                 "This model's template shows pictures and clips only in a user's turns, so one of them "
                 "would be lost.",
                 "Put them into the question.", "messages"};
  };
  if (images != out.images.size()) return mismatch(image_placeholder_, images, out.images.size());
  if (videos != out.videos.size()) return mismatch(video_placeholder_, videos, out.videos.size());
  out.shown = std::move(shown);
  return text;
}

Result<BuiltPrompt> PromptBuilder::build(const GenerationRequest& request,
                                         const PromptObserver& observer) const {
  BuiltPrompt out;
  if (auto media = read_media(request, observer, out); !media) return std::move(media).error();
  auto rendered = render(request);
  if (!rendered) return std::move(rendered).error();
  auto expanded = expand(*rendered, out);
  if (!expanded) return std::move(expanded).error();
  auto ids = tokenizer_.encode(*expanded);
  if (!ids) return std::move(ids).error();
  out.ids = std::move(ids).value();
  if (observer && !observer(PromptStep::kTokenize)) return cancelled();
  return out;
}

}  // namespace fovea
