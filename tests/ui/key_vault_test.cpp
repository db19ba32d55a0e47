// The system's keyring: a real one, started by keyring.py, and none at all.
#include "ui/key_vault.h"

#include "servers_suites.h"

#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

constexpr int kPatienceMs = 20'000;
const auto kId = QStringLiteral("fovea-test-id");
const auto kKey = QStringLiteral("sk-ÄÖ-secret");

/// What a call gave, once it has.
template <typename Value>
struct Given {
  std::optional<Result<Value>> value;
  auto sink() {
    return [this](const Result<Value>& given) { value = given; };
  }
};

using Found = std::optional<QString>;

}  // namespace

class KeyVaultTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void keys_are_kept_beyond_the_one_that_wrote_them_and_forgotten() {
    {
      const auto vault = system_key_vault();
      Given<void> kept;
      vault->keep(kId, kKey, kept.sink());
      QTRY_VERIFY_WITH_TIMEOUT(kept.value.has_value(), kPatienceMs);
      QVERIFY2(kept.value->has_value(), kept.value->has_value() ? "" : kept.value->error().text().c_str());
    }
    const auto vault = system_key_vault();
    Given<Found> found;
    vault->read(kId, found.sink());
    QTRY_VERIFY_WITH_TIMEOUT(found.value.has_value(), kPatienceMs);
    QVERIFY(found.value->has_value());
    QCOMPARE(found.value->value().value_or(QString()), kKey);
    Given<void> forgotten;
    vault->forget(kId, forgotten.sink());
    QTRY_VERIFY_WITH_TIMEOUT(forgotten.value.has_value(), kPatienceMs);
    QVERIFY(forgotten.value->has_value());
    Given<Found> gone;
    vault->read(kId, gone.sink());
    QTRY_VERIFY_WITH_TIMEOUT(gone.value.has_value(), kPatienceMs);
    QVERIFY(gone.value->has_value() && !gone.value->value().has_value());
    Given<void> again;
    vault->forget(kId, again.sink());
    QTRY_VERIFY_WITH_TIMEOUT(again.value.has_value(), kPatienceMs);
    QVERIFY2(again.value->has_value(), "a key that is not there could not be forgotten");
  }
};

class NoKeyVaultTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void each_call_says_that_there_is_none() {
    const auto vault = system_key_vault();
    Given<void> kept;
    vault->keep(kId, kKey, kept.sink());
    QTRY_VERIFY_WITH_TIMEOUT(kept.value.has_value(), kPatienceMs);
    QVERIFY(!kept.value->has_value());
    QCOMPARE(kept.value->error().code, ErrorCode::kUnsupported);
    QVERIFY(!QString::fromStdString(kept.value->error().text()).contains(kKey));
    Given<Found> found;
    vault->read(kId, found.sink());
    QTRY_VERIFY_WITH_TIMEOUT(found.value.has_value(), kPatienceMs);
    QVERIFY2(!found.value->has_value(), "no keyring, and yet it knows that there is no key");
  }

  void it_may_go_before_the_answer_comes() {
    system_key_vault()->keep(kId, kKey, [](const Result<void>&) { QFAIL("told after its end"); });
    QTest::qWait(500);
  }
};

std::unique_ptr<QObject> key_vault_suite() {
  return std::make_unique<KeyVaultTest>();
}

std::unique_ptr<QObject> no_key_vault_suite() {
  return std::make_unique<NoKeyVaultTest>();
}

#include <key_vault_test.moc>
