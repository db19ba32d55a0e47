"""container_file_test.py SOURCE: the reader of container files, and our container file by it."""

import pathlib
import sys
import unittest

import containerfile

SOURCE = pathlib.Path(sys.argv.pop(1))
FOLDER = SOURCE / "packaging/container"


class Reader(unittest.TestCase):
    def test_lines_are_joined_and_comments_left_out(self):
        found = containerfile.instructions("# a\nFROM x AS y\n\nRUN one \\\n  # between\n  && two\nCMD [\"z\"]\n")
        self.assertEqual(found, [("FROM", "x AS y"), ("RUN", "one && two"), ("CMD", '["z"]')])

    def test_what_it_does_not_know_is_refused(self):
        for text in ("ONBUILD RUN x\n", "RUN x \\\n"):
            with self.assertRaises(containerfile.ContainerfileError):
                containerfile.instructions(text)
        for rest in ("fovea serve", "[broken"):
            with self.assertRaises(containerfile.ContainerfileError):
                containerfile.command(rest)

    def test_a_health_check_has_options_and_words(self):
        self.assertEqual(containerfile.healthcheck('--interval=1s CMD ["a", "b"]'), ["a", "b"])
        with self.assertRaises(containerfile.ContainerfileError):
            containerfile.healthcheck("NONE")

    def test_variables_are_put_in(self):
        self.assertEqual(containerfile.expanded("${A}/$B/${C}", {"A": "1", "B": "2"}), "1/2/")

    def test_ignore_rules(self):
        for pattern, path, fits in (("build", "build/release/x", True), ("build", "packaging/build", False), ("build-*", "build-x/y", True),
                                    ("**/*.pyc", "a/b/c.pyc", True), ("**/*.pyc", "c.pyc", True), ("a/*/c", "a/b/c/d", True),
                                    ("a/*/c", "a/b/b/c", False), (".git", ".gitignore", False)):
            self.assertEqual(bool(containerfile.ignore_rule(pattern).match(path)), fits, (pattern, path))


class Ours(unittest.TestCase):
    def setUp(self):
        self.steps = containerfile.instructions((FOLDER / "Containerfile").read_text())
        self.files = set(containerfile.context_files(SOURCE, (FOLDER / ".containerignore").read_text()))

    def test_what_is_copied_is_let_in(self):
        for name, rest in self.steps:
            if name == "COPY" and not rest.startswith("--from"):
                source = rest.split()[0]
                self.assertTrue(source == "." or any(one == source or one.startswith(source + "/") for one in self.files), source)

    def test_the_program_is_let_in_and_what_is_built_or_tested_is_not(self):
        self.assertIn("app/main.cpp", self.files)
        self.assertIn("resources/models/fovea-mini/model.safetensors", self.files)
        for folder in ("build/", ".git/", "tests/", "docs/"):
            self.assertFalse([one for one in self.files if one.startswith(folder)], folder)

    def test_it_runs_as_another_than_root_and_ends_by_signal(self):
        last = {name: rest for name, rest in self.steps}
        self.assertEqual(last["USER"], "10001:10001")
        self.assertEqual(containerfile.command(last["ENTRYPOINT"]) + containerfile.command(last["CMD"]),
                         ["fovea", "serve", "--config", "/etc/fovea/serve.yaml"])
        self.assertIn("/health", containerfile.healthcheck(last["HEALTHCHECK"])[-1])


unittest.main()
