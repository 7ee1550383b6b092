"""Time from a change of the client to the redrawn page, in a headless Chromium."""

import argparse
import shutil
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Playwright, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHANGE = """async (button, marker) => {
  const now = () => Number(marker.shadowRoot.querySelector('[data-testid=revision]')?.textContent || 0);
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  const former = now(), start = performance.now();
  button.click();
  while (now() === former) {
    if (performance.now() - start > 20000) throw new Error('no redraw within 20 s');
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  await frame(); await frame();
  return performance.now() - start;
}"""


def browser_path(playwright: Playwright) -> str:
    """The machine's own Chromium, or Playwright's."""
    return shutil.which("chromium") or shutil.which("google-chrome") or playwright.chromium.executable_path


def redraw_milliseconds(
    url: str, changes: int = 24, start: str = "2000-01-01T00:00", end: str = "2100-01-01T00:00"
) -> list[float]:
    """Milliseconds from a click on «Siguiente» to the second frame after all figures hold the new client.

    The service reads, reduces and answers inside this time. The first change is not counted.

    Args:
        url: address of a running dashboard.
        changes: how many changes are timed.
        start: first local hour looked at; by default all history.
        end: local hour after the last.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(playwright), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{url.rstrip('/')}/?{urlencode({'vista': 'cliente', 'inicio': start, 'fin': end})}")
        page.get_by_test_id("revision").wait_for(state="attached", timeout=60_000)
        page.wait_for_timeout(3000)
        button = page.locator(".ir-siguiente button").element_handle()
        marker = page.locator(".vigia-revision").element_handle()
        found = [page.evaluate(f"([button, marker]) => ({CHANGE})(button, marker)", [button, marker])]
        for _ in range(changes):
            page.wait_for_timeout(300)
            found.append(page.evaluate(f"([button, marker]) => ({CHANGE})(button, marker)", [button, marker]))
        browser.close()
    return [float(value) for value in found[1:]]


def main() -> None:
    """Print the 50th and 95th percentile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:5006")
    parser.add_argument("--changes", type=int, default=24)
    asked = parser.parse_args()
    found = redraw_milliseconds(asked.url, asked.changes)
    middle, late = np.percentile(found, [50, 95])
    print(f"dashboard, change of client to redraw: p50 {middle:.0f} ms, p95 {late:.0f} ms ({len(found)} changes)")


if __name__ == "__main__":
    main()
