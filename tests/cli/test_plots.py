"""`vigia plots`: DVC's pages carry Vega, and run without any address."""

import subprocess
import sys
from pathlib import Path

import pytest
from dvc_render.html import render_html
from dvc_render.vega import VegaRenderer
from playwright.sync_api import Browser

from vigia.cli import plots
from vigia.errors import ConfigError


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with one figure, made with the template that DVC is told to take."""
    (tmp_path / ".dvc").mkdir()
    monkeypatch.chdir(tmp_path)
    plots.plots()
    told = subprocess.run(
        [sys.executable, "-m", "dvc", "config", "plots.html_template"], capture_output=True, text=True, check=True
    )
    points = [{"rev": rev, "client": client, "wape": 0.1} for rev in ("HEAD", "workspace") for client in ("1", "2")]
    figure = VegaRenderer(points, "wape", template="bar_horizontal", x="wape", y="client", anchor_fields={})
    render_html([figure], tmp_path / "index.html", html_template=tmp_path / ".dvc" / told.stdout.strip())
    return tmp_path / "index.html"


@pytest.mark.browser
def test_a_page_of_figures_is_drawn_without_a_network(page: Path, chromium: Browser) -> None:
    asked: list[str] = []
    with chromium.new_context(offline=True) as context:
        shown = context.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(page.as_uri(), wait_until="load")
        shown.wait_for_selector("canvas.marks, svg.marks", timeout=20_000)
    assert asked == [page.as_uri()]


def test_outside_of_a_checkout_nothing_is_written_and_it_is_said_where_the_command_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="top of a checkout"):
        plots.plots()
    assert list(tmp_path.iterdir()) == []
