#include "ui/chat_request.h"

#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr qsizetype kLongestTitle = 60;

Message question_of(const ChatMessage& m) {
  const std::string text = m.text.toStdString();
  if (m.attachments.empty()) return Message::text(Role::kUser, text);
  Message out;
  out.role = Role::kUser;
  for (const Attachment& a : m.attachments) {
    if (!a.usable()) continue;
    if (a.clip) {
      VideoInput clip;
      clip.name = a.name.toStdString();
      clip.path = a.path.toStdString();
      out.content.emplace_back(VideoPart{std::move(clip)});
    } else if (a.bytes) {
      out.content.emplace_back(ImagePart{ImageInput{a.name.toStdString(), a.bytes, nullptr}});
    }
  }
  if (!text.empty()) out.content.emplace_back(TextPart{text});
  return out;
}

}  // namespace

GenerationRequest chat_request(const ChatOptions& options, const std::vector<ChatMessage>& messages) {
  GenerationRequest request;
  if (!options.system_prompt.trimmed().isEmpty()) {
    request.messages.push_back(Message::text(Role::kSystem, options.system_prompt.toStdString()));
  }
  for (const ChatMessage& m : messages) {
    if (m.role == Role::kUser) {
      request.messages.push_back(question_of(m));
    } else if (!m.text.isEmpty() && m.state != MessageState::kRunning) {
      request.messages.push_back(Message::text(Role::kAssistant, m.text.toStdString()));
    }
  }
  if (!messages.empty() && messages.back().state == MessageState::kRunning) {
    const ChatMessage& begun = messages.back();
    request.continue_answer = !(begun.text.isEmpty() && begun.reasoning.isEmpty());
    if (request.continue_answer) {
      request.messages.push_back(Message::text(Role::kAssistant, begun.text.toStdString()));
      request.messages.back().reasoning = begun.reasoning.toStdString();
    }
  }
  request.sampling.temperature = options.temperature;
  request.sampling.top_p = options.top_p;
  request.max_new_tokens = options.max_new_tokens;
  request.thinking = options.thinking;
  request.image_budget.max_pixels = options.max_pixels;
  request.client = "window";
  return request;
}

std::vector<QByteArray> missing_pictures(const std::vector<ChatMessage>& messages) {
  std::vector<QByteArray> out;
  for (const ChatMessage& m : messages) {
    for (const Attachment& a : m.attachments) {
      if (!a.clip && a.usable() && !a.bytes && std::find(out.begin(), out.end(), a.hash) == out.end())
        out.push_back(a.hash);
    }
  }
  return out;
}

QString title_of(const QString& question, const std::vector<Attachment>& attachments) {
  QString title = question.simplified();
  if (title.isEmpty() && !attachments.empty()) {
    const auto good = std::find_if(attachments.begin(), attachments.end(),
                                   [](const Attachment& a) { return a.problem.isEmpty(); });
    title = good != attachments.end() ? good->name : attachments.front().name;
  }
  if (title.size() <= kLongestTitle) return title;
  const qsizetype space = title.lastIndexOf(u' ', kLongestTitle);
  return title.left(space > kLongestTitle / 2 ? space : kLongestTitle) + QStringLiteral("…");
}

}  // namespace fovea::ui
