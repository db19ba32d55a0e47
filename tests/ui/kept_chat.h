#pragma once

#include "test_services.h"
#include "ui/history/database.h"

#include <QCryptographicHash>
#include <QTest>

namespace fovea::test {

/// A picture of 32 × 24 pixels, in its own bytes.
inline ui::Attachment picture(int shade) {
  const QByteArray bytes = png(32, 24, shade);
  ui::Attachment out;
  out.name = QStringLiteral("p%1.png").arg(shade);
  out.size = QSize(32, 24);
  out.thumbnail = QImage::fromData(bytes);
  out.hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
  out.bytes = std::make_shared<std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
  return out;
}

inline ui::ChatMessage message(Role role, const QString& text) {
  ui::ChatMessage out;
  out.id = ui::new_id();
  out.role = role;
  out.text = text;
  return out;
}

/// A chat of a question with a picture and an answer with figures.
inline ui::ChatId add_chat(ui::Database& database, const QString& title, const QString& question,
                           const QString& answer_text) {
  ui::ChatSummary chat{ui::new_id(), title, false, ui::new_id() >> 12, {}};
  [&] { QVERIFY(database.save_chat(chat, {}).has_value()); }();
  ui::ChatMessage asked = message(Role::kUser, question);
  asked.attachments = {picture(10)};
  [&] { QVERIFY(database.save_message(chat.id, asked).has_value()); }();
  ui::ChatMessage answer = message(Role::kAssistant, answer_text);
  answer.parent = asked.id;
  answer.figures = ui::AnswerFigures{};
  answer.figures->ttft = 0.5;
  answer.figures->stages[Stage::kDecode] = 1.5;
  answer.vision.resize(1);
  answer.vision[0].tokens = 64;
  [&] { QVERIFY(database.save_message(chat.id, answer).has_value()); }();
  return chat.id;
}

}  // namespace fovea::test
