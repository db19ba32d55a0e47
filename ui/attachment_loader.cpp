#include "ui/attachment_loader.h"

#include "ui/core_words.h"
#include "ui/dropped_files.h"
#include "ui/tokens.h"
#include "ui/words.h"

#include <QBuffer>
#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <algorithm>

namespace fovea::ui {
namespace {

using Bytes = std::vector<std::uint8_t>;

bool has_ending(const QString& name, std::initializer_list<const char*> endings) {
  const QString ending = QFileInfo(name).suffix().toLower();
  return std::any_of(endings.begin(), endings.end(),
                     [&](const char* e) { return ending == QLatin1String(e); });
}

bool looks_like_clip(const QByteArray& head, const QString& name) {
  if (head.mid(4, 4) == "ftyp") {
    const QByteArray brand = head.mid(8, 4);
    return brand != "heic" && brand != "heix" && brand != "mif1" && brand != "avif";
  }
  return head.startsWith("\x1A\x45\xDF\xA3") || (head.startsWith("RIFF") && head.mid(8, 4) == "AVI ") ||
         has_ending(name, {"mp4", "m4v", "mov", "mkv", "webm", "avi"});
}

/// Why a file of this beginning is not taken; empty if it may be a picture.
QString refusal(const QByteArray& head, const QString& name) {
  if (head.isEmpty()) return kept_words("%1 is empty. Save or copy it again.").arg(name);
  if (head.startsWith("%PDF-"))
    return kept_words("%1 is a PDF. Documents are not read yet: save its pages as PNG.").arg(name);
  if (head.startsWith("GIF8")) return kept_words("%1 is a GIF, which is not read. Save it as PNG.").arg(name);
  if (head.mid(4, 4) == "ftyp")
    return kept_words("%1 is a HEIC or AVIF picture. Save it as PNG or JPEG.").arg(name);
  return {};
}

QImage to_image(const RgbImage& rgb) {
  QImage view(rgb.pixels.data(), rgb.width, rgb.height, qsizetype(rgb.width) * 3, QImage::Format_RGB888);
  return view;
}

/// The mean of each block of `side` × `side` pixels; what is left at the right and lower edge is not looked
/// at.
QImage averaged(const RgbImage& rgb, int side) {
  QImage out(rgb.width / side, rgb.height / side, QImage::Format_RGB888);
  std::vector<std::uint32_t> sums;
  const auto area = std::uint32_t(side) * std::uint32_t(side);
  for (int y = 0; y < out.height(); ++y) {
    sums.assign(std::size_t(out.width()) * 3, 0);
    for (int row = y * side; row < (y + 1) * side; ++row) {
      const std::uint8_t* pixel = rgb.pixels.data() + std::size_t(row) * std::size_t(rgb.width) * 3;
      for (int x = 0; x < out.width(); ++x) {
        std::uint32_t* sum = sums.data() + std::size_t(x) * 3;
        for (int i = 0; i < side; ++i, pixel += 3) {
          sum[0] += pixel[0];
          sum[1] += pixel[1];
          sum[2] += pixel[2];
        }
      }
    }
    std::transform(sums.begin(), sums.end(), out.scanLine(y),
                   [area](std::uint32_t sum) { return uchar((sum + area / 2) / area); });
  }
  return out;
}

/// At most `side` pixels wide and high. Qt would copy the whole picture, a third larger, to scale it: blocks
/// are averaged first.
QImage fitted(const RgbImage& rgb, int side) {
  const int block = std::max(rgb.width, rgb.height) / side;
  const bool flat = std::min(rgb.width, rgb.height) < block;  // less than a block high
  const QImage image = block > 1 && !flat ? averaged(rgb, block) : to_image(rgb);
  if (image.width() <= side && image.height() <= side) return image.convertToFormat(QImage::Format_RGB32);
  return image.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation)
      .convertToFormat(QImage::Format_RGB32);
}

QByteArray as_png(const QImage& image) {
  QByteArray png;
  QBuffer buffer(&png);
  buffer.open(QIODevice::WriteOnly);
  image.convertToFormat(QImage::Format_RGB888).save(&buffer, "PNG", 80);
  return png;
}

}  // namespace

Attachment read_picture(const PictureDecoder& decode, std::shared_ptr<const Bytes> bytes,
                        const QString& name) {
  Attachment out;
  out.name = name;
  Result<DecodedPicture> picture = decode(std::span(bytes->data(), bytes->size()), name.toStdString());
  if (!picture) {
    out.problem = QString::fromStdString(picture.error().text());
    return out;
  }
  out.note = QString::fromStdString(picture->note);
  out.size = QSize(picture->image->width, picture->image->height);
  out.thumbnail = fitted(*picture->image, 2 * kThumbnailSide);
  out.hash = QCryptographicHash::hash(
                 QByteArrayView(reinterpret_cast<const char*>(bytes->data()), qsizetype(bytes->size())),
                 QCryptographicHash::Sha256)
                 .toHex();
  out.bytes = std::move(bytes);
  return out;
}

AttachmentLoader::AttachmentLoader(const WindowServices& services, QObject* parent)
    : QObject(parent), services_(services) {}

AttachmentLoader::~AttachmentLoader() {
  files_.clear();
  pictures_.clear();
  files_.finish();
  pictures_.finish();
}

void AttachmentLoader::send(quint64 ticket, Attachment attachment) {
  QMetaObject::invokeMethod(
      this, [this, ticket, attachment = std::move(attachment)] { Q_EMIT loaded(ticket, attachment); },
      Qt::QueuedConnection);
}

void AttachmentLoader::load_file(const QString& path, quint64 ticket) {
  files_.post([this, path, ticket] {
    Attachment out;
    out.name = QFileInfo(path).fileName();
    QFile file(path);
    if (!QFileInfo::exists(path)) {
      out.problem = kept_words("%1 is not there any more.").arg(out.name);
    } else if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly)) {
      out.problem = kept_words("%1 may not be read. Check its permissions.").arg(out.name);
    } else if (const QByteArray head = file.peek(64); looks_like_clip(head, out.name) && !head.isEmpty()) {
      out.clip = true;
      out.path = QFileInfo(path).absoluteFilePath();
    } else if (QString why = refusal(head, out.name); !why.isEmpty()) {
      out.problem = why;
    } else if (file.size() > kLargestPictureFile) {
      out.problem = kept_words("%1 is larger than 256 MB. Save the picture smaller.").arg(out.name);
    } else {
      auto bytes = std::make_shared<Bytes>(std::size_t(file.size()));
      const qint64 got = file.read(reinterpret_cast<char*>(bytes->data()), file.size());
      if (got != file.size()) {
        out.problem = kept_words("%1 could not be read to its end. Is the disk all right?").arg(out.name);
      } else {
        out = read_picture(services_.decode_picture, std::move(bytes), out.name);
      }
    }
    send(ticket, std::move(out));
  });
}

void AttachmentLoader::load_address(const QUrl& address, const QString& name, quint64 ticket) {
  files_.post([this, address, name, ticket] {
    const QByteArray bytes = picture_in(address);
    Attachment out;
    out.name = name;
    out.problem = refusal(bytes.left(64), name);
    if (out.problem.isEmpty())
      out = read_picture(services_.decode_picture, std::make_shared<Bytes>(bytes.begin(), bytes.end()), name);
    send(ticket, std::move(out));
  });
}

void AttachmentLoader::load_image(const QImage& image, const QString& name, quint64 ticket) {
  files_.post([this, image, name, ticket] {
    const QByteArray png = as_png(image);
    send(ticket,
         read_picture(services_.decode_picture, std::make_shared<Bytes>(png.begin(), png.end()), name));
  });
}

void AttachmentLoader::decode(const Attachment& attachment, quint64 ticket) {
  const quint64 number = ++newest_decode_;
  if (!attachment.bytes) return;
  pictures_.post([this, number, ticket, bytes = attachment.bytes, name = attachment.name] {
    if (number != newest_decode_) return;
    const Result<DecodedPicture> picture =
        services_.decode_picture(std::span(bytes->data(), bytes->size()), name.toStdString());
    if (!picture || number != newest_decode_) return;
    QMetaObject::invokeMethod(
        this,
        [this, ticket, image = fitted(*picture->image, kLargestShown)] { Q_EMIT decoded(ticket, image); },
        Qt::QueuedConnection);
  });
}

void AttachmentLoader::copy(const Attachment& attachment,
                            std::function<void(const Result<PictureCopy>&)> done) {
  files_.post([this, bytes = attachment.bytes, name = attachment.name, done = std::move(done)] {
    const Result<DecodedPicture> picture =
        services_.decode_picture(std::span(bytes->data(), bytes->size()), name.toStdString());
    Result<PictureCopy> copied =
        picture ? Result<PictureCopy>(PictureCopy{to_image(*picture->image).copy(), {}}) : picture.error();
    if (copied) copied->png = as_png(copied->image);
    QMetaObject::invokeMethod(
        this, [done, copied] { done(copied); }, Qt::QueuedConnection);
  });
}

void AttachmentLoader::save_part(const Attachment& attachment, const QRectF& part, const QString& file,
                                 std::function<void(const QString&)> done) {
  files_.post([this, bytes = attachment.bytes, name = attachment.name, part, file, done = std::move(done)] {
    const Result<DecodedPicture> picture =
        services_.decode_picture(std::span(bytes->data(), bytes->size()), name.toStdString());
    QString problem;
    if (!picture) {
      problem = QString::fromStdString(picture.error().text());
    } else {
      const QImage all = to_image(*picture->image);
      const QRectF pixels(part.left() * all.width(), part.top() * all.height(), part.width() * all.width(),
                          part.height() * all.height());
      const QImage cut = all.copy(pixels.toAlignedRect().intersected(all.rect()));
      QSaveFile out(file);
      if (!out.open(QIODevice::WriteOnly) || !cut.save(&out, "PNG") || !out.commit())
        problem = kept_words("%1 could not be written: %2").arg(file, out.errorString());
    }
    QMetaObject::invokeMethod(
        this, [done, problem] { done(problem); }, Qt::QueuedConnection);
  });
}

void AttachmentLoader::resize(const QImage& picture, QSize size, quint64 ticket) {
  const quint64 number = ++newest_resize_;
  pictures_.post([this, number, picture, size, ticket] {
    if (number != newest_resize_) return;
    QMetaObject::invokeMethod(
        this,
        [this, ticket, image = picture.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)] {
          Q_EMIT resized(ticket, image);
        },
        Qt::QueuedConnection);
  });
}

}  // namespace fovea::ui
