// A program that has something to drag, for a test of drops from another process: a window of 120 × 120
// pixels at the screen's corner.
//
//   drag_source FILE...     drags files
//   drag_source --picture   drags a picture that is in no file, as a browser does
//   drag_source ADDRESS...  drags https: and data: addresses, as a browser does
#include <QApplication>
#include <QDrag>
#include <QImage>
#include <QMimeData>
#include <QMouseEvent>
#include <QUrl>
#include <QWidget>
#include <cstdio>

namespace {

class Source : public QWidget {
 public:
  explicit Source(QStringList what) : what_(std::move(what)) {
    setWindowTitle(QStringLiteral("drag_source"));
    setWindowFlags(Qt::FramelessWindowHint);
    setGeometry(0, 0, 120, 120);
  }

 protected:
  void mouseMoveEvent(QMouseEvent* /*event*/) override {
    auto* mime = new QMimeData;
    if (what_ == QStringList{QStringLiteral("--picture")}) {
      QImage picture(64, 48, QImage::Format_RGB888);
      picture.fill(Qt::darkCyan);
      mime->setImageData(picture);
    } else {
      QList<QUrl> urls;
      for (const QString& file : what_) urls.append(QUrl::fromUserInput(file));
      mime->setUrls(urls);
    }
    auto* drag = new QDrag(this);
    drag->setMimeData(mime);
    std::printf("%s\n", drag->exec(Qt::CopyAction) == Qt::CopyAction ? "taken" : "refused");
    std::fflush(stdout);
  }

 private:
  QStringList what_;
};

}  // namespace

int main(int argc, char** argv) {
  const QApplication application(argc, argv);
  Source source(QApplication::arguments().mid(1));
  source.show();
  return QApplication::exec();
}
