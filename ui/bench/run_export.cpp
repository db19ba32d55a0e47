#include "ui/bench/run_export.h"

#include "core/bench/report/html_report.h"
#include "core/bench/report/text_reports.h"

#include <QSaveFile>
#include <string>
#include <system_error>

namespace fovea::ui {
namespace {

namespace fs = std::filesystem;

Error copy_error(const fs::path& target, const std::error_code& fault) {
  if (fault == std::errc::no_space_on_device)
    return {
        ErrorCode::kDiskFull, "There is no room for " + target.string() + ".", "Choose another disk.", {}};
  const ErrorCode code = fault == std::errc::permission_denied ? ErrorCode::kForbidden : ErrorCode::kInternal;
  return {
      code, target.string() + " can't be written: " + fault.message() + ".", "Choose another folder.", {}};
}

Result<void> copy_bundle(const fs::path& folder, const fs::path& target) {
  std::error_code fault;
  if (!fs::is_directory(folder, fault))
    return Error{ErrorCode::kNotFound, folder.string() + " is gone.", "Measure again.", {}};
  if (fs::exists(target, fault))
    return Error{
        ErrorCode::kInvalidArgument, target.string() + " is there already.", "Choose a new name.", {}};
  fs::copy(folder, target, fs::copy_options::recursive, fault);
  if (fault) return copy_error(target, fault);
  return {};
}

Result<void> write_file(const fs::path& target, const std::string& text) {
  QSaveFile file(QString::fromStdString(target.string()));
  if (!file.open(QIODevice::WriteOnly) ||
      file.write(text.data(), qint64(text.size())) != qint64(text.size()) || !file.commit()) {
    return Error{ErrorCode::kForbidden,
                 target.string() + " can't be written: " + file.errorString().toStdString() + ".",
                 "Choose another folder.",
                 {}};
  }
  return {};
}

}  // namespace

Result<void> export_run(const bench::RunRecord& record, const fs::path& folder, RunFormat format,
                        const fs::path& target) {
  switch (format) {
    case RunFormat::kBundle:
      return copy_bundle(folder, target);
    case RunFormat::kHtml:
      return write_file(target, bench::html_report(record));
    case RunFormat::kMarkdown:
      return write_file(target, bench::markdown_report(record));
    case RunFormat::kCsv:
      break;
  }
  return write_file(target, bench::requests_csv(record));
}

}  // namespace fovea::ui
