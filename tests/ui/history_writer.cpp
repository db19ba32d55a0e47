#include "suites.h"
#include "test_services.h"
#include "ui/history/database.h"

#include <QCryptographicHash>
#include <cstdio>

using namespace fovea::ui;

int write_history(const QString& folder) {
  Database database(folder);
  if (!database.open(false)) return 1;
  ChatSummary chat{new_id(), QStringLiteral("killed"), false, 1, {}, 0};
  if (!database.save_chat(chat, {})) return 1;
  MessageId last = 0;
  for (int i = 0;; ++i) {
    ChatMessage question;
    question.id = new_id();
    question.parent = last;
    question.text = QStringLiteral("question %1").arg(i);
    Attachment picture;
    picture.name = QStringLiteral("p.png");
    const QByteArray bytes = fovea::test::png(16, 16, i % 200);
    picture.bytes = std::make_shared<std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
    picture.hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
    question.attachments = {picture};
    if (!database.save_message(chat.id, question)) return 1;
    ChatMessage answer;
    answer.id = last = new_id();
    answer.parent = question.id;
    answer.role = fovea::Role::kAssistant;
    answer.state = MessageState::kRunning;
    answer.text = QStringLiteral("answer %1").arg(i);
    if (!database.save_message(chat.id, answer)) return 1;
    std::printf("%lld %lld\n", static_cast<long long>(chat.id), static_cast<long long>(question.id));
    std::fflush(stdout);
  }
}
