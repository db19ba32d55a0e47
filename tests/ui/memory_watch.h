#pragma once

#include <QByteArray>
#include <QFile>
#include <QTest>

namespace fovea::test {

/// How much this process grows from its making on, by what Linux counts as resident.
class MemoryWatch {
 public:
  MemoryWatch() {
    QFile peak(QStringLiteral("/proc/self/clear_refs"));
    if (peak.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) peak.write("5");  // the peak begins anew
    begin_ = megabytes("VmRSS:");
  }

  /// Fails the test if the process held over `most` megabytes more at any moment since.
  void check(int most) const {
    const int peak = megabytes("VmHWM:");
    const int growth = peak - begin_;
    qInfo("grew by %d MB at most, of %d; %d MB now", growth, most, megabytes("VmRSS:") - begin_);
    QVERIFY2(begin_ > 0 && peak > 0, "nothing was watched");
    QVERIFY2(growth <= most, qPrintable(QString::number(growth)));
  }

 private:
  static int megabytes(const char* name) {
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
      if (line.startsWith(name))
        return line.mid(int(qstrlen(name))).trimmed().split(' ').front().toInt() / 1000;
    }
    return 0;
  }

  int begin_ = 0;
};

}  // namespace fovea::test
