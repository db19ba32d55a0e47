"""A tab of Debian's Chromium, for tests of what it shows."""
import os
import shutil

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

SECONDS = 60  # that a step may take on a busy machine


class Tab:
    """The only tab of a browser of its own."""

    def __init__(self, folder, language="en-US"):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1200,900",
                         f"--lang={language}", f"--user-data-dir={folder}"):
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))

    def screen(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name}]})

    def light_of(self, selector, which):
        """Of a colour, "color" or "backgroundColor"."""
        colour = self.driver.execute_script("return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", selector, which)
        return sum(int(part) for part in colour[colour.index("(") + 1:-1].split(",")[:3])

    def shot(self, name):
        """Kept where FOVEA_SHOTS names a folder, for eyes."""
        if "FOVEA_SHOTS" in os.environ:
            self.driver.save_screenshot(os.path.join(os.environ["FOVEA_SHOTS"], name + ".png"))

    def until(self, holds):
        return WebDriverWait(self.driver, SECONDS, poll_frequency=0.05).until(lambda _: holds())

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.driver.execute_script("return document.querySelector(arguments[0]).textContent", selector)

    def complaints(self):
        """Of the console what is worse than a note: errors, warnings, breaches of the Content-Security-Policy."""
        return [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
