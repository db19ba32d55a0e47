#pragma once

#include "ui/chat_types.h"

#include <unordered_map>
#include <vector>

namespace fovea::ui {

/// Which message of a chat follows which. Editing a question or answering anew gives a message another
/// version beside it, which follows the same one; a conversation as it is shown is the way from the beginning
/// to one end. Nothing here loops, whatever a file says. Each function is linear in the messages at most.
class MessageTree {
 public:
  /// `parent` 0: it begins the chat. Any order.
  void add(MessageId message, MessageId parent);

  /// The messages that follow the same one as this, itself included, the oldest first.
  std::vector<MessageId> versions(MessageId message) const;

  /// From the beginning to this message; begins later where a parent is not known.
  std::vector<MessageId> path_to(MessageId message) const;

  /// The end that is reached from a message by the newest version each time; from 0: of the whole chat, 0 if
  /// it is empty.
  MessageId newest_end(MessageId from) const;

 private:
  std::unordered_map<MessageId, MessageId> parents_;
  std::unordered_map<MessageId, std::vector<MessageId>> children_;  // in order of their numbers
};

/// Puts the messages on the way to `end` into `shown`, in order, and the others into `aside`. Both are read.
void show_branch(const MessageTree& tree, MessageId end, std::vector<ChatMessage>& shown,
                 std::vector<ChatMessage>& aside);

}  // namespace fovea::ui
