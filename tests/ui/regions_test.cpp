#include "ui/regions.h"

#include "suites.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using fovea::ui::find_regions;

class RegionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void finds_qwen_boxes() {
    const auto regions = find_regions(QStringLiteral(
        "```json\n[\n\t{\"bbox_2d\": [100, 200, 300, 400], \"label\": \"the \\\"total\\\"\"},\n"
        "\t{\"label\": \"door\", \"bbox_2d\": [0, 0, 1000, 1000]}\n]\n```"));
    QCOMPARE(regions.size(), std::size_t(2));
    QCOMPARE(regions[0].label, QStringLiteral("the \"total\""));
    QCOMPARE(regions[0].box, QRectF(QPointF(0.1, 0.2), QPointF(0.3, 0.4)));
    QCOMPARE(regions[1].label, QStringLiteral("door"));
    QVERIFY(regions[0].text_end <= regions[1].text_begin);
  }

  void finds_qwen_points() {
    const auto regions = find_regions(QStringLiteral("[{\"point_2d\": [500, 250], \"label\": \"nose\"}]"));
    QCOMPARE(regions.size(), std::size_t(1));
    QVERIFY(regions[0].point);
    QCOMPARE(regions[0].box.topLeft(), QPointF(0.5, 0.25));
  }

  void finds_glm_boxes() {
    const auto regions = find_regions(
        QStringLiteral("- The cat: <|begin_of_box|>[[10, 20, 30, 40], [50,60,70,80]]<|end_of_box|>\n"
                       "<|begin_of_box|>[1,2,3,4]<|end_of_box|> and no more"));
    QCOMPARE(regions.size(), std::size_t(3));
    QCOMPARE(regions[0].label, QStringLiteral("The cat"));
    QCOMPARE(regions[2].label, QString());
    QCOMPARE(fovea::ui::without_box_marks(QStringLiteral("a<|begin_of_box|>42<|end_of_box|>")),
             QStringLiteral("a42"));
  }

  void counts_characters_where_the_text_has_wider_ones() {
    const QString text = QStringLiteral(
        "\u4ef7\u683c \U0001F600: {\"bbox_2d\": [1, 2, 3, 4], \"label\": \"\u4ef7\"} "
        "\u00e9 {\"point_2d\": [1, 2]}");
    const auto regions = find_regions(text);
    QCOMPARE(regions.size(), std::size_t(2));
    QCOMPARE(regions[0].label, QStringLiteral("\u4ef7"));
    for (const auto& region : regions) {
      QCOMPARE(text[region.text_begin], QLatin1Char('{'));
      QCOMPARE(text[region.text_end - 1], QLatin1Char('}'));
    }
  }

  void leaves_out_what_is_no_box() {
    for (const char* text :
         {"{\"bbox_2d\": [1, 2, 3]}", "{\"bbox_2d\": [1, 2, 3, 4, 5]}", "{\"bbox_2d\": [5, 5, 5, 9]}",
          "{\"bbox_2d\": [1, 2, 1e9, 4]}", "{\"bbox_2d\": [nan, 2, 3, 4]}", "{\"bbox_2d\": [-1, 2, 3, 4]}",
          "The total is [1, 2, 3, 4].", "<|begin_of_box|>42<|end_of_box|>", "{\"bbox_2d\": ["}) {
      QVERIFY2(find_regions(QString::fromUtf8(text)).empty(), text);
    }
  }

  void are_copied_as_json_and_csv_in_pixels() {
    const auto regions =
        find_regions(QStringLiteral("[{\"bbox_2d\": [100, 200, 300, 400], \"label\": \"the \\\"total\\\"\"}, "
                                    "{\"point_2d\": [500, 250]}]"));
    QCOMPARE(regions.size(), std::size_t(2));
    const QJsonArray json =
        QJsonDocument::fromJson(fovea::ui::regions_as_json(regions, 1000, 500).toUtf8()).array();
    QCOMPARE(json[0].toObject()[QStringLiteral("label")].toString(), QStringLiteral("the \"total\""));
    QCOMPARE(json[0].toObject()[QStringLiteral("box")].toArray(), (QJsonArray{100, 100, 300, 200}));
    QCOMPARE(json[1].toObject()[QStringLiteral("point")].toArray(), (QJsonArray{500, 125}));
    QCOMPARE(fovea::ui::regions_as_csv(regions, 1000, 500),
             QStringLiteral(
                 "label,left,top,right,bottom\n\"the \"\"total\"\"\",100,100,300,200\n\"\",500,125,,\n"));
  }

  void stays_linear_in_hostile_text() {
    QVERIFY(find_regions(QStringLiteral("{").repeated(200'000) +
                         QStringLiteral("\"bbox_2d\": [").repeated(20'000))
                .empty());
    QVERIFY(find_regions(QStringLiteral("<|begin_of_box|>[").repeated(20'000)).empty());
  }
};

std::unique_ptr<QObject> regions_suite() {
  return std::make_unique<RegionsTest>();
}

#include <regions_test.moc>
