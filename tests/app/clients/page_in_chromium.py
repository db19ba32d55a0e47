"""The page in Debian's Chromium: what a person does with it, without an error in the console or a breach of its policy."""
import base64
import json
import os
import random
import re
import shutil
import struct
import urllib.request

import pytest
from browser_tab import Tab
from conftest import SAMPLES
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from serving import Server


class Page(Tab):
    """The server's page."""

    def open(self, address):
        self.driver.get(address + "/")
        self.until(lambda: self.text("#model") or self.find("#models").is_displayed())

    def outside(self):
        """What of the page's controls does not lie on the screen whole."""
        return self.driver.execute_script("""
            return [...document.querySelectorAll('button, textarea, select, .file, summary')].filter((one) => {
              const place = one.getBoundingClientRect();
              return place.width > 0 && one.offsetParent && !one.closest('main') && (place.left < 0 || place.right > innerWidth || place.bottom > innerHeight + 1);
            }).map((one) => one.id)""")

    def ask(self, question, *pictures):
        if pictures:
            self.find("#file").send_keys("\n".join(str(SAMPLES / name) for name in pictures))
            self.until(lambda: len(self.all("#pictures li")) == len(pictures))
        self.find("#question").send_keys(question + Keys.ENTER)

    def answered(self):
        return self.until(lambda: self.text("#send") == self.driver.execute_script("return say('send')"))


@pytest.fixture
def page(tmp_path):
    made = Page(tmp_path / "browser")
    yield made
    complaints = made.complaints()
    made.driver.quit()
    assert complaints == []


@pytest.fixture(scope="module")
def slow_server(scripted_program):
    with Server(scripted_program, FOVEA_SCRIPT="slow") as running:
        yield running


def test_a_breach_of_the_policy_would_be_seen(server, tmp_path):
    made = Page(tmp_path / "browser")
    try:
        made.open(server.address)
        assert made.complaints() == []
        made.driver.execute_script("const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s)")
        assert not made.driver.execute_script("return window.ran")
        assert any("Content Security Policy" in entry["message"] for entry in made.complaints())
    finally:
        made.driver.quit()


@pytest.fixture
def fresh_server(program):
    """The model in the box, which has seen no picture yet."""
    with Server(program) as running:
        yield running


def test_a_picture_is_asked_about_and_the_answer_stays(page, fresh_server, samples):
    said = samples[0]["said"]
    page.open(fresh_server.address)
    assert page.text("#model") == "fovea-mini"
    page.driver.execute_script("""
        window.seen = new Set();
        new MutationObserver(() => window.seen.add(document.querySelector('.text')?.textContent || ''))
          .observe(document.getElementById('talk'), {childList: true, subtree: true})""")
    page.ask(samples[0]["question"], samples[0]["file"])
    page.until(lambda: page.all(".figures"))
    page.answered()
    assert page.text(".text") == said
    assert len(page.driver.execute_script("return [...window.seen]")) > 3, "the answer did not come bit by bit"
    stages = page.driver.execute_script("return [...document.querySelectorAll('.bar i')].map(part => part.title.split(':')[0])")
    assert {"vision", "prefill", "decode"} <= set(stages)
    assert "tokens" in page.text(".figures")
    assert any("seen as" in figures.text for figures in page.all(".figures"))

    page.ask("How many lines of text are there?")
    page.until(lambda: len(page.all("article")) == 2)
    page.answered()
    page.driver.refresh()
    page.until(lambda: len(page.all("article")) == 2)
    assert page.text(".text") == said
    assert page.all(".asked img"), "the picture is kept with its question"
    page.find("#clear").click()
    assert page.all("article") == []
    page.driver.refresh()
    assert page.all("article") == []


def noise(path, width, height):
    """A BMP that nothing makes small without making it smaller."""
    rows = random.Random(1).randbytes(width * 3 * height)
    path.write_bytes(b"BM" + struct.pack("<IIIIiiHHIIiiII", 54 + len(rows), 0, 54, 40, width, height, 1, 24, 0, len(rows), 0, 0, 0, 0) + rows)
    return path


def test_pictures_are_made_smaller_only_where_asked_for_and_the_answer_says_so(page, server, tmp_path):
    def sent():
        return page.driver.execute_script("return turns.at(-1).images.map((image) => image.url.slice(0, 16) + ' ' + image.url.length)")

    page.open(server.address)
    large = noise(tmp_path / "large.bmp", 1200, 900)
    page.ask("Read the text.", large)
    page.answered()
    [whole] = sent()
    assert whole.startswith("data:image/bmp;b"), "off unless it is asked for"
    assert not any("smaller" in one.text for one in page.all(".figures"))
    page.find("#clear").click()

    page.find("#shrink-title").click()
    page.find("#side").send_keys("600")
    page.find("#quality").send_keys(Keys.TAB)
    page.find("#file").send_keys(f"{large}\n{SAMPLES / 'label.png'}")
    page.until(lambda: len(page.all("#pictures li")) == 2)
    notes = [one.text for one in page.all("#pictures li")]
    assert any("3.24 MB →" in note and "kB" in note for note in notes), notes
    page.find("#question").send_keys("Read the text." + Keys.ENTER)
    page.answered()
    sizes = sorted(int(one.split()[1]) for one in sent())
    assert sizes[-1] < int(whole.split()[1]) / 4
    [said] = [one.text for one in page.all(".figures") if "smaller" in one.text]
    assert re.fullmatch(r"Pictures made smaller before they were sent: 3\.\d\d MB → [\d.]+ kB, about \d+ ms less to send", said), said
    page.driver.refresh()
    page.until(lambda: any(said == one.text for one in page.all(".figures")))
    page.find("#language").click()
    page.until(lambda: any("图片在发送前已缩小" in one.text for one in page.all(".figures")))


def test_pictures_are_dropped_and_pasted(page, server, samples):
    page.open(server.address)
    files = [str(SAMPLES / name) for name in ("label.png", "notice.png")]
    for kind in ("dragEnter", "dragOver"):
        page.driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": {"items": [], "files": files, "dragOperationsMask": 1}})
    page.until(lambda: "over" in page.find("#ask").get_attribute("class"))
    page.driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": "drop", "x": 300, "y": 300, "data": {"items": [], "files": files, "dragOperationsMask": 1}})
    page.until(lambda: len(page.all("#pictures li")) == 2)
    assert "over" not in (page.find("#ask").get_attribute("class") or "")
    page.find("#pictures button").click()
    page.until(lambda: len(page.all("#pictures li")) == 1)
    page.driver.execute_script("""
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0))], 'pasted.png', {type: 'image/png'}));
        document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))""",
                               base64.b64encode((SAMPLES / samples[0]["file"]).read_bytes()).decode())
    page.until(lambda: len(page.all("#pictures li")) == 2)
    page.ask("What do they say?")
    page.answered()
    assert [image.get_attribute("alt") for image in page.all(".asked img")] == ["notice.png", "pasted.png"]
    page.driver.execute_script("""
        const data = new DataTransfer();
        data.items.add(new File(['no picture'], 'words.txt', {type: 'text/plain'}));
        document.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))""")
    page.until(lambda: "words.txt is no picture" in page.text("#notice"))


def test_an_answer_is_stopped_by_button_and_by_key(page, slow_server):
    page.open(slow_server.address)
    for stop in (lambda: page.find("#send").click(), lambda: page.find("body").send_keys(Keys.ESCAPE)):
        page.ask("What is this?")
        page.until(lambda: page.driver.execute_script("return (turns[turns.length - 1] || {}).thought"))
        assert page.text("#send") == "Stop"
        stop()
        page.answered()
        assert page.all("article")[-1].find_element(By.CSS_SELECTOR, ".state:not(summary)").text == "Stopped."
    assert [turn["answer"] for turn in json.loads(page.driver.execute_script("return localStorage.turns"))] == ["", ""]


def test_the_mode_is_a_choice_that_says_what_it_costs(page, server):
    def mode():
        with urllib.request.urlopen(server.address + "/v1/scheduling") as reply:
            return json.load(reply)["mode"]

    page.open(server.address)
    page.until(lambda: page.find("#sharing").is_displayed())
    for name, words in (("high_throughput", "Costs latency"), ("low_latency", "Costs throughput")):
        page.find(f"#mode option[value={name}]").click()
        page.until(lambda: words in page.text("#mode-cost"))
        assert mode() == name


def test_the_mode_is_not_shown_where_it_is_closed(page, scripted_program):
    with Server(scripted_program, "--routes", "/v1/models", "--routes", "/", *page_files()) as closed:
        page.open(closed.address)
        page.until(lambda: page.driver.execute_script("return performance.getEntriesByName(location.origin + '/v1/scheduling').length"))
        assert not page.find("#sharing").is_displayed()
    assert [entry["message"] for entry in page.complaints() if "/v1/scheduling" not in entry["message"]] == []


def page_files():
    for name in sorted(os.listdir(SAMPLES.parent / "web")):
        if name != "index.html":
            yield from ("--routes", "/page/" + name)


def test_a_key_is_asked_for_and_kept_in_the_tab(page, locked_server):
    page.open(locked_server.address)
    assert "key" in page.text("#model")
    page.complaints()  # the browser notes the 401s
    page.find("#key").click()
    dialog = page.driver.switch_to.alert
    dialog.send_keys("a-key-of-thirty-two-letters-or-so")
    dialog.accept()
    page.until(lambda: page.text("#model") == "scripted")
    page.until(lambda: page.find("#sharing").is_displayed())
    page.driver.refresh()
    page.until(lambda: page.text("#model") == "scripted")
    assert page.driver.execute_script("return Object.values(localStorage).join()").find("a-key") < 0


@pytest.mark.parametrize("width, height", [(390, 844), (320, 568), (1200, 900)])
def test_it_fits(page, server, width, height):
    page.screen(width, height)
    page.open(server.address)
    page.ask("Read the text.", "notice.png", "form.png")
    page.answered()
    page.find("#shrink-title").click()
    for language in range(2):
        assert page.driver.execute_script("return document.documentElement.scrollWidth") <= width
        assert page.outside() == [], f"in language {language}"
        page.find("#language").click()


def test_dark_where_the_desk_is_dark(page, server):
    page.open(server.address)
    for scheme, darker in (("light", "color"), ("dark", "backgroundColor")):
        page.scheme(scheme)
        lighter = {"color": "backgroundColor", "backgroundColor": "color"}[darker]
        for selector in ("body", "#question", "#clear", "#mode"):
            ground = selector if selector != "body" else "body"
            assert page.light_of(ground, darker) + 200 < page.light_of(ground, lighter), (scheme, selector)


def test_chinese(tmp_path, server):
    page = Page(tmp_path / "browser", "zh-CN")
    try:
        page.open(server.address)
        assert page.driver.execute_script("return document.documentElement.lang") == "zh-CN"
        assert page.text("#send") == "提问"
        page.ask("Read the text.", "label.png")
        page.until(lambda: page.all(".figures"))
        page.answered()
        assert "词元" in page.text(".figures")
        page.until(lambda: page.find("#sharing").is_displayed())
        assert "代价" in page.text("#mode-cost")
        page.find("#language").click()
        assert page.text("#send") == "Ask"
        page.driver.refresh()
        page.until(lambda: page.text("#send") == "Ask")
        assert page.complaints() == []
    finally:
        page.driver.quit()


@pytest.fixture(scope="module")
def two_models(program, tmp_path_factory):
    """The model in the box under two names, of which a limit of memory holds both."""
    folder = tmp_path_factory.mktemp("models")
    words = []
    for name in ("reader-large", "reader-small"):
        shutil.copytree(SAMPLES.parent / "models" / "fovea-mini", folder / name, ignore=shutil.ignore_patterns("training", "evaluation"))
        words += ["--model", str(folder / name)]
    with Server(program, *words) as running:
        yield running


def asked_models(page):
    """Notes which model each question names, and which one each answer says it is from."""
    page.driver.execute_script("""
        window.named = [];
        window.answered = new Set();
        const whole = window.fetch, parse = JSON.parse;
        window.fetch = (address, request) => {
          if (address === '/v1/chat/completions') window.named.push(parse(request.body).model);
          return whole(address, request);
        };
        JSON.parse = (text) => {
          const read = parse(text);
          if (read && read.object === 'chat.completion.chunk') window.answered.add(read.model);
          return read;
        }""")


def test_where_there_are_several_models_one_is_chosen(page, two_models, samples):
    page.open(two_models.address)
    assert [option.text for option in page.all("#models option")] == ["reader-large", "reader-small"]
    assert page.find("#models").get_attribute("value") == "reader-large", "the server's default"
    assert page.text("#model") == ""
    asked_models(page)
    page.ask(samples[0]["question"], samples[0]["file"])
    page.until(lambda: page.all(".figures"))
    page.answered()
    page.find("#models option[value=reader-small]").click()
    page.ask(samples[0]["question"], samples[0]["file"])
    page.until(lambda: len(page.all("article")) == 2)
    page.answered()
    assert page.driver.execute_script("return [window.named, [...window.answered]]") == [["reader-large", "reader-small"]] * 2
    assert [one.text for one in page.all(".answerer")] == ["Answered by reader-large", "Answered by reader-small"]
    assert page.text(".text") == samples[0]["said"]
    assert page.all(".text")[1].text
    page.driver.refresh()
    page.until(lambda: page.find("#models").is_displayed())
    assert page.find("#models").get_attribute("value") == "reader-small", "the choice is kept"
    assert [one.text for one in page.all(".answerer")] == ["Answered by reader-large", "Answered by reader-small"]


@pytest.mark.parametrize("width, height", [(390, 844), (320, 568), (1200, 900)])
def test_the_choice_of_models_fits_light_and_dark_in_both_languages(page, two_models, width, height):
    page.screen(width, height)
    page.open(two_models.address)
    page.ask("Read the text.", "label.png")
    page.until(lambda: page.all(".answerer"))
    page.answered()
    for language, answerer in (("en", "Answered by"), ("zh", "回答")):
        for scheme, darker, lighter in (("light", "color", "backgroundColor"), ("dark", "backgroundColor", "color")):
            page.scheme(scheme)
            assert page.light_of("#models", darker) + 200 < page.light_of("#models", lighter), scheme
            assert page.find("#models").is_displayed() and answerer in page.find(".answerer").text
            assert page.driver.execute_script("return document.documentElement.scrollWidth") <= width
            assert page.outside() == [], language
            page.shot(f"models-{width}-{language}-{scheme}")
        page.find("#language").click()
