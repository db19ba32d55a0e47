#pragma once

#include "ui/chat_types.h"
#include "ui/services.h"
#include "ui/task_thread.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QRectF>
#include <QUrl>
#include <atomic>
#include <functional>

namespace fovea::ui {

inline constexpr std::int64_t kLargestPictureFile = 256'000'000;  ///< bytes
inline constexpr int kLargestShown = 4096;  ///< pixels a side of a picture on the screen

/// A picture for the clipboard: its pixels for this program, PNG for all others.
struct PictureCopy {
  QImage image;
  QByteArray png;
};

/// Reads what was dropped, pasted or opened, and decodes pictures for showing, on threads of its own; results
/// come as signals. GUI thread.
class AttachmentLoader : public QObject {
  Q_OBJECT

 public:
  explicit AttachmentLoader(const WindowServices& services, QObject* parent = nullptr);
  ~AttachmentLoader() override;

  /// Reads a file; loaded() comes with the ticket.
  void load_file(const QString& path, quint64 ticket);
  /// A picture that an address itself holds (dropped_files.h).
  void load_address(const QUrl& address, const QString& name, quint64 ticket);
  /// A picture from the clipboard or the screen, kept as PNG.
  void load_image(const QImage& image, const QString& name, quint64 ticket);

  /// Decodes a picture for showing, at most kLargestShown a side. Only the newest wish is fulfilled.
  void decode(const Attachment& attachment, quint64 ticket);
  /// Makes a copy of a picture whose bytes are there, in its full size; `done` is called on the GUI thread.
  void copy(const Attachment& attachment, std::function<void(const Result<PictureCopy>&)> done);
  /// Writes a part of a picture whose bytes are there as a PNG, in the picture's own pixels; `part` in shares
  /// of its sides. `done` is called on the GUI thread with what went wrong; empty: nothing did.
  void save_part(const Attachment& attachment, const QRectF& part, const QString& file,
                 std::function<void(const QString&)> done);
  /// Scales a decoded picture to the size that the model sees. Only the newest wish is fulfilled.
  void resize(const QImage& picture, QSize size, quint64 ticket);

 Q_SIGNALS:
  void loaded(quint64 ticket, const fovea::ui::Attachment& attachment);
  void decoded(quint64 ticket, const QImage& picture);
  void resized(quint64 ticket, const QImage& picture);

 private:
  void send(quint64 ticket, Attachment attachment);

  const WindowServices& services_;
  std::atomic<quint64> newest_decode_{0};
  std::atomic<quint64> newest_resize_{0};
  TaskThread files_;
  TaskThread pictures_;
};

/// The picture in a file's bytes, or its problem; the work of load_file. Any thread; slow.
Attachment read_picture(const PictureDecoder& decode, std::shared_ptr<const std::vector<std::uint8_t>> bytes,
                        const QString& name);

}  // namespace fovea::ui
