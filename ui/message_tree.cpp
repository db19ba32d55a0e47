#include "ui/message_tree.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fovea::ui {

void MessageTree::add(MessageId message, MessageId parent) {
  if (message == 0 || !parents_.emplace(message, parent).second) return;
  std::vector<MessageId>& versions = children_[parent];
  versions.insert(std::upper_bound(versions.begin(), versions.end(), message), message);
}

std::vector<MessageId> MessageTree::versions(MessageId message) const {
  const auto parent = parents_.find(message);
  return parent == parents_.end() ? std::vector<MessageId>{} : children_.at(parent->second);
}

std::vector<MessageId> MessageTree::path_to(MessageId message) const {
  std::vector<MessageId> path;
  for (auto at = parents_.find(message); at != parents_.end() && path.size() < parents_.size();
       at = parents_.find(at->second))
    path.push_back(at->first);
  std::reverse(path.begin(), path.end());
  return path;
}

MessageId MessageTree::newest_end(MessageId from) const {
  for (std::size_t steps = 0; steps <= parents_.size(); ++steps) {
    const auto below = children_.find(from);
    if (below == children_.end()) break;
    from = below->second.back();
  }
  return from;
}

void show_branch(const MessageTree& tree, MessageId end, std::vector<ChatMessage>& shown,
                 std::vector<ChatMessage>& aside) {
  std::unordered_map<MessageId, ChatMessage> all;
  for (std::vector<ChatMessage>* part : {&shown, &aside}) {
    for (ChatMessage& message : *part) all.emplace(message.id, std::move(message));
    part->clear();
  }
  for (const MessageId id : tree.path_to(end)) {
    if (auto message = all.extract(id)) shown.push_back(std::move(message.mapped()));
  }
  for (auto& [id, message] : all) aside.push_back(std::move(message));
  std::sort(aside.begin(), aside.end(),
            [](const ChatMessage& a, const ChatMessage& b) { return a.id < b.id; });
}

}  // namespace fovea::ui
