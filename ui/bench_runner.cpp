#include "ui/bench_runner.h"

#include <QDateTime>
#include <QDir>
#include <QTimer>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kTellMs = 100;
constexpr double kMilliseconds = 1000.0;

QString kind_of(const std::vector<std::string>& arguments) {
  QStringList words;
  for (std::size_t i = 1; i < arguments.size() && !arguments[i].starts_with('-') && words.size() < 2; ++i)
    words.append(QString::fromStdString(arguments[i]));
  return words.join(u'-');
}

/// A name that says when and what, and that nothing has yet.
QString new_folder(const QString& base, const QString& kind) {
  const QString name =
      QStringLiteral("%1/%2-%3")
          .arg(base, QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-hhmmss")), kind);
  QString folder = name;
  for (int i = 2; QFileInfo::exists(folder); ++i) folder = QStringLiteral("%1-%2").arg(name).arg(i);
  return folder;
}

void add(LiveGroup& group, const bench::RequestRecord& request) {
  ++group.requests;
  if (request.failed()) {
    ++group.failed;
    return;
  }
  const auto answered = double(group.requests - group.failed);
  group.ttft_ms += (kMilliseconds * request.metrics.ttft() - group.ttft_ms) / answered;
  group.e2el_ms += (kMilliseconds * request.e2el() - group.e2el_ms) / answered;
}

}  // namespace

BenchRunner::BenchRunner(RunMeasurer measure, const QString& folder, QObject* parent)
    : QObject(parent), measure_(std::move(measure)), folder_(folder) {}

BenchRunner::~BenchRunner() {
  stop_ = true;
}

void BenchRunner::start(std::vector<std::string> arguments) {
  if (running_ || !measure_) return;
  stop_ = false;
  running_ = true;
  state_ = {};
  state_.kind = kind_of(arguments);
  {
    const std::lock_guard lock(mutex_);
    coming_ = state_;
    counted_ = 0;
  }
  QDir().mkpath(folder_);
  const QString folder = new_folder(folder_, state_.kind);
  thread_.post([this, folder, arguments = std::move(arguments)] {
    const Result<void> measured = measure_(
        {arguments, folder.toStdString()},
        [this](const bench::RunProgress& progress, const bench::RunRecord& record) {
          watch(progress, record);
        },
        [this] { return stop_.load(); });
    QMetaObject::invokeMethod(
        this, [this, measured, folder] { end(measured, folder); }, Qt::QueuedConnection);
  });
  Q_EMIT runningChanged();
}

void BenchRunner::stop() {
  if (!running_ || state_.stopping) return;
  stop_ = true;
  state_.stopping = true;
  Q_EMIT progressed();
}

void BenchRunner::watch(const bench::RunProgress& progress, const bench::RunRecord& record) {
  const std::lock_guard lock(mutex_);
  coming_.what = QString::fromStdString(progress.what);
  coming_.done = progress.done;
  coming_.all = progress.all;
  coming_.left_seconds = progress.left_seconds;
  for (; counted_ < record.requests.size(); ++counted_) {
    const bench::RequestRecord& request = record.requests[counted_];
    const QString label = QString::fromStdString(request.group);
    auto found = std::find_if(coming_.groups.begin(), coming_.groups.end(),
                              [&](const LiveGroup& group) { return group.label == label; });
    if (found == coming_.groups.end()) found = coming_.groups.insert(found, LiveGroup{label});
    add(*found, request);
  }
  if (std::exchange(told_, true)) return;
  QMetaObject::invokeMethod(
      this, [this] { QTimer::singleShot(kTellMs, this, &BenchRunner::show_progress); }, Qt::QueuedConnection);
}

void BenchRunner::show_progress() {
  {
    const std::lock_guard lock(mutex_);
    told_ = false;
    const bool stopping = state_.stopping;
    state_ = coming_;
    state_.stopping = stopping;
  }
  if (running_) Q_EMIT progressed();
}

void BenchRunner::end(const Result<void>& measured, const QString& folder) {
  running_ = false;
  show_progress();
  Q_EMIT runningChanged();
  if (!measured) {
    // A run that answered nothing says nothing that its error does not.
    std::error_code ignored;
    const std::filesystem::path place = folder.toStdString();
    const auto bytes = std::filesystem::file_size(place / "requests.jsonl", ignored);
    if (!ignored && bytes == 0) std::filesystem::remove_all(place, ignored);
    Q_EMIT failed(measured.error());
    return;
  }
  if (QFileInfo::exists(folder + QStringLiteral("/summary.json"))) {
    Q_EMIT finished(folder);
  } else {
    Q_EMIT failed(Error{ErrorCode::kCancelled, "Stopped before the first request.", {}, {}});
  }
}

}  // namespace fovea::ui
