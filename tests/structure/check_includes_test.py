#!/usr/bin/env python3
"""Each rule of rooms.py, broken once in a small tree: check_includes has to say so, and to be silent about sound ones."""
import tempfile
import unittest
from pathlib import Path

import check_includes

SOUND = {
    "core/api/error.h": "#include <string>\n",
    "core/device/kernel.h": '#include "core/api/error.h"\n#include <ATen/core/Tensor.h>\n',
    "core/input/text/tokenizer.h": '#include "core/api/error.h"\n#include <nlohmann/json.hpp>\n',
    "core/input/vision/patches.h": '#include <ATen/core/Tensor.h>\n#include <opencv2/core.hpp>\n#include "core/input/text/tokenizer.h"\n',
    "core/model/decoder.h": '#include "core/device/kernel.h"\n',
    "core/output/sampler.h": '#include "core/api/error.h"\n#include <span>\n',
    "core/engine/torch_model_runner.cpp": "#include <ATen/core/Tensor.h>\n",
    "core/engine/local_engine.h": '#include "core/model/decoder.h"\n#include "core/input/vision/patches.h"\n',
    "core/engine/scheduler.h": '#include "core/api/error.h"\n',
    "core/hub/models.h": "#include <curl/curl.h>\n",
    "app/resources.h": "#include <string>\n",
    "app/main.cpp": '#include "core/engine/local_engine.h"\n#include "app/cli/ask.h"\n',
    "app/cli/ask.h": '#include "core/api/error.h"\n#include "app/resources.h"\n#include <CLI/CLI.hpp>\n',
    "ui/chat/panel.h": '#include <QWidget>\n#include "ui/theme.h"\n#include "core/api/error.h"\n',
    "ui/image/panel.h": "#include <QtWidgets/QLabel>\n",
    "ui/theme.h": "#include <QColor>\n",
    "tests/core/model/helper.h": "#include <ATen/core/Tensor.h>\n",
    "tests/core/model/decoder_test.cpp": '#include "core/model/decoder.h"\n#include "helper.h"\n#include <gtest/gtest.h>\n',
}

# (file, line added to it, part of the sentence expected)
BREACHES = [
    ("core/api/error.h", "#include <nlohmann/json.hpp>", "core/api may not include <nlohmann/json.hpp>"),
    ("core/api/error.h", "#include <unistd.h>", "core/api may not include <unistd.h>"),
    ("core/api/error.h", '#include "core/hub/models.h"', "core/api may not include core/hub/models.h"),
    ("core/device/kernel.h", '#include "core/model/decoder.h"', "core/device may not include core/model/decoder.h"),
    ("core/input/text/tokenizer.h", "#include <ATen/core/Tensor.h>", "core/input may not include <ATen/core/Tensor.h>"),
    ("core/input/vision/patches.h", '#include "core/model/decoder.h"', "may not include core/model/decoder.h"),
    ("core/model/decoder.h", '#include "core/input/text/tokenizer.h"', "core/model may not include core/input"),
    ("core/model/decoder.h", "#include <torch/torch.h>", "<torch/torch.h> (torch's front door)"),
    ("core/device/kernel.h", "  #  include <torch/torch.h>", "<torch/torch.h> (torch's front door)"),
    ("tests/core/model/decoder_test.cpp", "#include <torch/torch.h>", "<torch/torch.h> (torch's front door)"),
    ("core/output/sampler.h", "#include <ATen/core/Tensor.h>", "core/output may not include <ATen/core/Tensor.h>"),
    ("core/output/sampler.h", '#include "core/device/kernel.h"', "core/output must not see torch"),
    ("core/engine/scheduler.h", "#include <ATen/core/Tensor.h>", "loop knows no torch"),
    ("core/engine/local_engine.h", "#include <QString>", "core/engine may not include <QString> (qt)"),
    ("core/engine/local_engine.h", '#include "core/hub/models.h"', "core/engine may not include core/hub/models.h"),
    ("core/hub/models.h", '#include "core/output/sampler.h"', "core/hub may not include core/output/sampler.h"),
    ("app/cli/ask.h", '#include "core/engine/local_engine.h"', "app/cli may not include core/engine/local_engine.h"),
    ("app/cli/ask.h", '#include "ui/theme.h"', "app/cli may not include ui/theme.h"),
    ("app/resources.h", '#include "core/model/decoder.h"', "app/cli must not see torch"),
    ("app/main.cpp", '#include "ui/theme.h"', "sees both Qt and torch"),
    ("ui/chat/panel.h", '#include "ui/image/panel.h"', "ui may not include ui/image/panel.h"),
    ("ui/chat/panel.h", '#include "core/output/sampler.h"', "ui may not include core/output/sampler.h"),
    ("core/cost/price.h", '#include "core/hub/models.h"', "core/cost may not include core/hub/models.h"),
    ("core/model/decoder.h", '#include "kernel.h"', "is no path from the root"),
    ("core/model/decoder.h", "#include <strange/library.hpp>", "belongs to no library"),
    ("core/attic/old.h", "#include <string>", "the table has no such room"),
]


class Includes(unittest.TestCase):
    def sentences(self, **added):
        with tempfile.TemporaryDirectory() as root:
            for path, text in SOUND.items():
                self.write(root, path, text)
            for path, line in added.get("lines", {}).items():
                self.write(root, path, SOUND.get(path, "") + line + "\n")
            return list(check_includes.broken_rules(check_includes.Tree(Path(root))))

    def write(self, root, path, text):
        file = Path(root) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def test_a_sound_tree_breaks_nothing(self):
        self.assertEqual(self.sentences(), [])

    def test_every_breach_is_told(self):
        for path, line, sentence in BREACHES:
            with self.subTest(path, line=line):
                told = self.sentences(lines={path: line})
                self.assertTrue(any(sentence in t for t in told), told)


if __name__ == "__main__":
    unittest.main()
