// The open chat's branches: other versions of answers and questions.
#include "ui/chat_session.h"
#include "ui/history_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kMostNewTokens = 1'000'000;

}  // namespace

void ChatSession::show_up_to(MessageId message) {
  show_branch(tree_, message, chat_.messages, chat_.aside);
  if (kept_ && !chat_.messages.empty()) store_.set_shown(chat_.summary.id, message);
}

void ChatSession::leave_from(int index) {
  auto& shown = chat_.messages;
  std::move(shown.begin() + index, shown.end(), std::back_inserter(chat_.aside));
  shown.erase(shown.begin() + index, shown.end());
  Q_EMIT reset();
}

void ChatSession::regenerate(int index) {
  if (running_ || index < 1 || index >= int(chat_.messages.size())) return;
  end_editing();
  leave_from(index);
  start_answer();
}

void ChatSession::continue_answer(int index) {
  if (running_ || index < 1 || index >= int(chat_.messages.size())) return;
  if (!can_be_continued(chat_.messages[std::size_t(index)])) return;
  end_editing();
  if (index + 1 < int(chat_.messages.size())) {
    ChatMessage version = chat_.messages[std::size_t(index)];
    version.id = new_id();
    version.state = MessageState::kRunning;
    version.problem.clear();
    leave_from(index);
    const MessageId id = version.id;
    append(std::move(version));
    return run(id);
  }
  ChatMessage& answer = chat_.messages[std::size_t(index)];
  answer.state = MessageState::kRunning;
  answer.problem.clear();
  store_.save_message(chat_.summary.id, answer);
  Q_EMIT changed(index);
  run(answer.id);
}

void ChatSession::regenerate_longer(int index) {
  ChatOptions options = chat_.options;
  options.max_new_tokens = std::min(kMostNewTokens, 2 * options.max_new_tokens);
  set_options(options);
  regenerate(index);
}

ChatMessage ChatSession::edit(int index) {
  if (running_ || index < 0 || index >= int(chat_.messages.size())) return {};
  end_editing();
  ChatMessage question = chat_.messages[std::size_t(index)];
  edited_ = chat_.messages.back().id;
  leave_from(index);
  Q_EMIT editingChanged(true);
  return question;
}

void ChatSession::stop_editing() {
  if (!editing() || running_) return;
  show_up_to(edited_);
  end_editing();
  Q_EMIT reset();
}

void ChatSession::end_editing() {
  if (std::exchange(edited_, 0) != 0) Q_EMIT editingChanged(false);
}

VersionPlace ChatSession::version_of(int index) const {
  const MessageId id = chat_.messages[std::size_t(index)].id;
  const std::vector<MessageId> versions = tree_.versions(id);
  const auto at = std::find(versions.begin(), versions.end(), id);
  return {int(at - versions.begin()) + 1, int(versions.size())};
}

void ChatSession::show_last_version(int step) {
  for (int i = int(chat_.messages.size()) - 1; i >= 0; --i) {
    if (version_of(i).count > 1) return show_version(i, step);
  }
}

void ChatSession::show_version(int index, int step) {
  if (running_ || index < 0 || index >= int(chat_.messages.size())) return;
  const VersionPlace place = version_of(index);
  const int wanted = place.number + step;
  if (wanted < 1 || wanted > place.count) return;
  end_editing();
  const std::vector<MessageId> versions = tree_.versions(chat_.messages[std::size_t(index)].id);
  show_up_to(tree_.newest_end(versions[std::size_t(wanted) - 1]));
  Q_EMIT reset();
  Q_EMIT versionShown(index, step);
}

}  // namespace fovea::ui
