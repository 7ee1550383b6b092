"""A Chromium for the browser tests: `python -m tests.browser` finds one, gets one, or says clearly that it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NEEDED = (
    "The browser tests need Chromium; there is none and none could be installed. "
    "Install it with `apt-get install chromium` or `python -m playwright install --with-deps chromium`."
)


def chromium_path() -> str | None:
    """The machine's own Chromium or Playwright's; none where there is neither."""
    own = next((found for name in NAMES if (found := shutil.which(name))), None)
    if own is not None:
        return own
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Debian's package where we may install it, else Playwright's own download."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        subprocess.run([apt, "update", "-qq"], check=False, timeout=300)
        subprocess.run([apt, "install", "-y", "-qq", "chromium"], check=False, timeout=900, stdout=subprocess.DEVNULL)
    if chromium_path() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=900)


def main() -> int:
    """Make sure that there is one; 1 where there cannot be."""
    if chromium_path() is None:
        install()
    path = chromium_path()
    sys.stderr.write(f"Chromium: {path}\n" if path else f"{NEEDED}\n")
    return 0 if path else 1


if __name__ == "__main__":
    raise SystemExit(main())
