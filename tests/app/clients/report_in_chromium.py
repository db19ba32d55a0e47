"""The benchmarks' HTML reports in Debian's Chromium, from the disk and without a network: no error in the console, nothing asked
for, charts to be seen in both themes and on a phone."""
import subprocess

import pytest
from browser_tab import Tab

SHORT = ["--size", "64x64", "--new-tokens", "4"]
RUNS = {
    "load": ["load", "--concurrency", "1,2", "--requests", "4", *SHORT],
    "batch": ["sweep", "batch", "--most", "2", "--repeat", "2", *SHORT],
    "resolution": ["sweep", "resolution", "--sides", "64,128", "--repeat", "1", "--new-tokens", "4"],
    "web": ["web-vs-api", "--runs", "1", "--warm-up", "0", "--new-tokens", "4", "--browsers", "1"],
}


@pytest.fixture
def tab(tmp_path):
    made = Tab(tmp_path / "browser")
    made.driver.set_network_conditions(offline=True, latency=0, throughput=0)
    yield made
    made.driver.quit()


def opened(tab, file):
    tab.driver.get(file.as_uri())
    return tab.driver.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)")


@pytest.mark.parametrize("name", RUNS)
def test_a_report_needs_nothing_but_its_file(name, program, tab, tmp_path):
    folder = tmp_path / "run"
    subprocess.run([program, "bench", *RUNS[name], "--quiet", "--out", str(folder)], check=True, capture_output=True, timeout=200)
    assert opened(tab, folder / "report.html") == []
    assert tab.complaints() == []
    assert tab.text("h1").startswith("fovea bench: ")
    charts = [chart.size for chart in tab.all("figure svg")]
    assert charts and all(size["width"] > 300 and size["height"] > 50 for size in charts), charts
    tab.scheme("light")
    light = tab.light_of("body", "backgroundColor")
    tab.shot(f"report-{name}-light")
    tab.scheme("dark")
    assert tab.light_of("body", "backgroundColor") < light - 300
    assert tab.light_of("body", "color") > tab.light_of("body", "backgroundColor")
    tab.shot(f"report-{name}-dark")
    tab.screen(400, 800)
    assert tab.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "no wider than a phone"
    tab.shot(f"report-{name}-phone")
    assert tab.complaints() == []


def test_what_a_report_must_not_do_would_be_seen(tab, tmp_path):
    file = tmp_path / "report.html"
    file.write_text("<!doctype html><title>x</title><img src='https://example.org/x.png'><script>missing()</script>")
    asked = opened(tab, file)
    complaints = tab.complaints()
    assert asked == ["https://example.org/x.png"] or any("example.org" in one["message"] for one in complaints), (asked, complaints)
    assert any("missing is not defined" in one["message"] for one in complaints), complaints
