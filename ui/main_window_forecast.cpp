// What the question that is being written would take: under the question, and beside the budget.
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/forecast_words.h"
#include "ui/image/image_panel.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <algorithm>

namespace fovea::ui {

void MainWindow::connect_forecast() {
  Composer& composer = chat_->composer();
  const auto written = [this, &composer] { forecast_.set_question(composer.text(), composer.attachments()); };
  connect(&composer, &Composer::textChanged, this, written);
  connect(&composer, &Composer::attachmentsChanged, this, written);
  connect(&composer, &Composer::fitWanted, this, [this](qint64 max_pixels) {
    set_picture_budget(max_pixels);
    image_->set_budget(max_pixels);
  });
  connect(&forecast_, &QuestionForecast::changed, this, &MainWindow::show_forecast);
  written();
}

void MainWindow::set_picture_budget(qint64 max_pixels) {
  ChatOptions options = bench_.session.options();
  options.max_pixels = max_pixels;
  bench_.session.set_options(options);
  forecast_.renew();
  request_preview();
}

void MainWindow::show_forecast() {
  const Forecast& forecast = forecast_.now();
  const ForecastWords words = forecast_words(forecast);
  chat_->composer().set_forecast(words);
  image_->set_forecast(words);
  if (!forecast.counted || shown_message_ >= 0 || shown_attachment_ < 0) return;
  // The chosen picture's place among those that are sent; the question's are the last.
  const auto& attachments = chat_->composer().attachments();
  if (shown_attachment_ >= int(attachments.size())) return;
  const auto chosen = attachments.begin() + shown_attachment_;
  const auto after =
      std::size_t(std::count_if(chosen, attachments.end(), [](const Attachment& a) { return a.usable(); }));
  const auto& vision = forecast.plan.preview.vision;
  if (chosen->usable() && after <= vision.size())
    image_->set_preview(vision[vision.size() - after], forecast.plan.preview.prompt_tokens);
}

}  // namespace fovea::ui
