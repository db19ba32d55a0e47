#pragma once

#include "core/api/question_plan.h"
#include "ui/chat_types.h"

#include <QObject>
#include <QTimer>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace fovea::ui {

class ChatSession;
class EngineBridge;
class HistoryStore;

/// What the question that is being written would take if it were sent now.
struct Forecast {
  enum class State {
    kNothing,   ///< nothing is written, or nothing can be forecast: no model, or an answer runs
    kCounting,  ///< `plan` is that of a moment ago, if `counted`
    kTold,
    kTooMany,    ///< more pictures than are prepared for a forecast alone
    kFailed,     ///< `problem` says why
    kElsewhere,  ///< `server` prepares the question, and nothing is known of it here
  };

  State state = State::kNothing;
  bool counted = false;
  QuestionPlan plan;
  int pictures = 0;  ///< of the question; the last of plan.preview.vision are theirs, in order
  QString problem;
  QString server = {};  ///< host and port
};

/// Forecasts the question that is being written, with the chat before it, as it would be sent. The work is
/// the engine's and done away from the GUI thread, a moment after the last letter; while a slider moves,
/// again and again. GUI thread.
class QuestionForecast : public QObject {
  Q_OBJECT

 public:
  /// Pictures of chat and question, and their pixels together, up to which a forecast is made: all of them
  /// are prepared at once, as if they were sent.
  static constexpr int kMostPictures = 24;
  static constexpr double kMostPixels = 64e6;

  QuestionForecast(EngineBridge& bridge, ChatSession& session, HistoryStore& store,
                   QObject* parent = nullptr);

  const Forecast& now() const { return forecast_; }
  /// The question is another.
  void set_question(const QString& text, const std::vector<Attachment>& attachments);
  /// Something else is: the chat, its options, the model.
  void renew();

 Q_SIGNALS:
  void changed();

 private:
  /// What was counted is of another question.
  void forget();
  /// Whether a preview is this object's; it and those before it are then done.
  bool take(quint64 ticket);
  bool wanted() const;
  bool too_many(const std::vector<ChatMessage>& messages) const;
  void set_state(Forecast::State state);
  void ask();
  void ask_engine();
  /// The chat, then the question, with the files that were fetched.
  std::vector<ChatMessage> messages() const;

  EngineBridge& bridge_;
  ChatSession& session_;
  HistoryStore& store_;
  ChatMessage question_;
  // Files of pictures that the chat or a draft names, by hash, as long as there is a question.
  std::map<QByteArray, std::shared_ptr<const std::vector<std::uint8_t>>> files_;
  Forecast forecast_;
  QTimer timer_;
  std::set<quint64> tickets_;  // of previews that are on their way, and of those that a newer one replaced
};

}  // namespace fovea::ui
