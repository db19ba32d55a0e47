#pragma once

#include "ui/chat_types.h"

#include <QJsonArray>
#include <QJsonObject>

namespace fovea::ui {

// A conversation's values as JSON: in the database's columns and in exported files. What is missing or of
// another kind on reading keeps its default.

QJsonObject to_json(const AnswerFigures& figures);
AnswerFigures figures_from_json(const QJsonObject& json);

QJsonObject to_json(const ChatOptions& options);
ChatOptions options_from_json(const QJsonObject& json);

QJsonArray to_json(const std::vector<VisionInput>& vision);
std::vector<VisionInput> vision_from_json(const QJsonArray& json);

/// "complete", "running", "stopped", "cut", "interrupted", "failed".
QString state_name(MessageState state);
MessageState state_from_name(const QString& name);

/// "system", "user", "assistant", "tool".
QString role_name(Role role);
Role role_from_name(const QString& name);

}  // namespace fovea::ui
