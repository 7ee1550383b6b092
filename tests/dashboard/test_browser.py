"""What an operator does, in a real browser on a real service."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.zone import at

pytestmark = pytest.mark.browser

ROW = ".vigia-eventos .tabulator-row .client"
SOURCES = """name => {
  const columns = data => data instanceof Map ? [...data.values()] : Object.values(data);
  const found = {};
  for (const doc of Bokeh.documents) for (const model of doc._all_models.values())
    if (model.type === 'GlyphRenderer' && model.name)
      found[model.name] = columns(model.data_source.data)[0].length;
  return found;
}"""


def drawn(page: Page) -> dict[str, int]:
    """How many points each line of the charts has, once there are any: figures are drawn as answers come."""
    page.wait_for_function(f"() => (({SOURCES})().actual_kwh || 0) > 0")
    found: dict[str, int] = page.evaluate(SOURCES)
    return found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of which no request leaves the machine and which shows no script error."""
    page = chromium.new_page(viewport={"width": 1440, "height": 1000}, locale="es-PE")
    page.set_default_timeout(30_000)
    expect.set_options(timeout=20_000)
    leaving: list[str] = []
    errors: list[str] = []
    page.on("request", lambda r: leaving.append(r.url) if not at_home(r.url) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert leaving == []
    assert errors == []


def at_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob") or parts.hostname in ("127.0.0.1", "localhost", "::1")


def query(page: Page) -> dict[str, str]:
    return {name: found[0] for name, found in parse_qs(urlsplit(page.url).query).items()}


def revision(page: Page) -> int:
    return int(page.get_by_test_id("revision").text_content() or 0)


def wait_revision(page: Page, former: int) -> None:
    page.wait_for_function(
        "([former, el]) => Number(el.shadowRoot.querySelector('[data-testid=revision]')?.textContent) > former",
        arg=[former, page.locator(".vigia-revision").element_handle()],
    )


def test_the_landing_page_is_the_inbox_with_a_red_alert(page: Page, dashboard: str) -> None:
    page.goto(dashboard)
    expect(page.get_by_role("heading", name="Anomalías por verificar")).to_be_visible()
    expect(page.locator(ROW).first).to_be_visible()
    expect(page.locator(".vigia-alerta")).to_contain_text("anomalías críticas o repetidas")
    expect(page.locator(".vigia-estado")).to_contain_text("3 clientes")
    assert page.evaluate("document.documentElement.lang") == "es-PE"


def test_the_landing_page_is_in_the_language_of_the_address(page: Page, dashboard: str) -> None:
    page.goto(f"{dashboard}/?idioma=en")
    expect(page.get_by_role("heading", name="Anomalies to verify")).to_be_visible()
    expect(page.locator(ROW).first).to_be_visible()
    expect(page.locator(".vigia-eventos").get_by_role("columnheader", name="What is seen")).to_be_visible()
    expect(page.locator(".vigia-conteos")).to_contain_text("critical:")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.locator(ROW).first.click()
    expect(page.locator(".cliente-titulo")).to_contain_text("Anomaly to verify")
    assert query(page)["idioma"] == "en"


def test_an_event_opened_by_a_key_is_left_by_back_and_found_again_by_forward(page: Page, dashboard: str) -> None:
    page.goto(dashboard)
    page.locator(f"{ROW} button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cliente-titulo")).to_contain_text("Anomalía por verificar")
    there = page.url
    page.go_back()
    expect(page.locator(ROW).first).to_be_visible()
    assert page.url.rstrip("/") == dashboard
    page.go_forward()
    expect(page.locator(".cliente-titulo").get_by_role("heading")).to_be_visible()
    assert page.url == there


def test_back_restores_page_client_period_and_filters_one_by_one(page: Page, dashboard: str) -> None:
    title, start = page.locator(".cliente-titulo"), page.get_by_test_id("inicio")
    page.goto(f"{dashboard}/?buscar=Cliente")
    expect(page.locator(ROW).first).to_be_visible()
    page.locator(ROW).first.click()
    expect(title).to_contain_text("Anomalía por verificar")
    event, name = query(page), title.locator("h1").text_content() or ""
    first_day = start.input_value()
    before = revision(page)
    page.get_by_test_id("inicio-hora").select_option("06")
    wait_revision(page, before)
    expect(title).to_contain_text("06:00 – ")
    before = revision(page)
    page.locator(".ir-siguiente button").click()
    wait_revision(page, before)
    expect(title.locator("h1")).not_to_have_text(name)
    page.go_back()
    expect(title.locator("h1")).to_have_text(name)
    expect(title).to_contain_text("06:00 – ")
    expect(page.get_by_test_id("inicio-hora")).to_have_value("06")
    page.go_back()
    expect(title).to_contain_text("Anomalía por verificar")
    expect(start).to_have_value(first_day)
    expect(page.get_by_test_id("inicio-hora")).to_have_value(event["inicio"][11:13])
    assert query(page) == event
    page.go_back()
    expect(page.locator(ROW).first).to_be_visible()
    expect(page.locator(".filtro-buscar input")).to_have_value("Cliente")
    assert query(page) == {"buscar": "Cliente"}
    page.go_forward()
    expect(title).to_contain_text("Anomalía por verificar")
    page.go_forward()
    expect(title).to_contain_text("06:00 – ")
    expect(title.locator("h1")).to_have_text(name)


def test_figures_obey_the_hours_of_the_period(page: Page, dashboard: str, service: str) -> None:
    page.goto(f"{dashboard}/?vista=cliente&cliente=8&inicio=2024-05-01T06:00&fin=2024-05-01T09:00")
    numbers = page.locator(".cliente-cifras")
    expect(numbers).to_contain_text("kWh")
    span = {"start": at("2024-05-01T06:00"), "end": at("2024-05-01T09:00")}
    hours = page.request.get(f"{service}/v1/clients/8/series", params=span).json()["actual_kwh"]
    assert len(hours) == 3
    expect(numbers).to_contain_text(f"{sum(hours):,.0f} kWh")


def test_a_choice_of_the_address_is_read_in_words(page: Page, dashboard: str) -> None:
    page.goto(f"{dashboard}/?gravedad=critical")
    expect(page.locator(".filtro-gravedad")).to_contain_text("Crítica")
    expect(page.locator(".filtro-gravedad")).not_to_contain_text("critical")


def test_what_an_address_says_and_nobody_understands_is_told(page: Page, dashboard: str) -> None:
    page.goto(f"{dashboard}/?buscar=%ff&inicio=ayer&idioma=qu&gravedad=colosal")
    expect(page.locator(".vigia-direccion")).to_contain_text("«inicio=ayer», «idioma=qu»")
    expect(page.locator(".vigia-mensaje")).to_contain_text("No se conoce: Gravedad «colosal»")


def test_a_filter_leaves_its_rows_and_none_says_so(page: Page, dashboard: str) -> None:
    page.goto(dashboard)
    expect(page.locator(ROW).first).to_be_visible()
    asked = page.locator(".filtro-buscar input")
    asked.fill("Cliente 8")
    asked.press("Enter")
    expect(page.locator(ROW).filter(has_text="Cliente 7")).to_have_count(0)
    expect(page.locator(ROW).filter(has_text="Cliente 8").first).to_be_visible()
    asked.fill("nada de esto")
    asked.press("Enter")
    expect(page.locator(".vigia-mensaje")).to_contain_text("coincide con los filtros: Buscar cliente o motivo «nada de")
    expect(page.locator(ROW).first).not_to_be_visible()
    assert query(page)["buscar"] == "nada de esto"
    page.locator(".ir-quitar-filtros button").click()
    expect(page.locator(ROW).first).to_be_visible()
    expect(asked).to_have_value("")
    assert "buscar" not in query(page)


def test_a_page_that_nobody_touches_rests(page: Page, dashboard: str) -> None:
    page.goto(dashboard)
    expect(page.locator(ROW).first).to_be_visible()
    page.wait_for_timeout(3000)
    browser = page.context.new_cdp_session(page)
    browser.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy_seconds() -> float:
        measured = browser.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in measured if each["name"] == "TaskDuration"))

    start = busy_seconds()
    page.wait_for_timeout(2000)
    assert busy_seconds() - start < 0.1


def test_an_event_opens_its_client_with_series_band_and_alert(page: Page, dashboard: str) -> None:
    page.goto(dashboard)
    expect(page.locator(ROW).first).to_be_visible()
    expect(page.locator(".vigia-cliente")).to_have_count(0)
    page.locator(ROW).first.click()
    expect(page.locator(".cliente-titulo")).to_contain_text("Anomalía por verificar")
    expect(page.locator(".figura-serie canvas").first).to_be_visible()
    points = drawn(page)
    assert points["actual_kwh"] > 24
    assert points["band"] > 24
    assert points["events"] >= 1
    asked = query(page)
    assert asked["vista"] == "cliente"
    assert asked["evento"]
    assert asked["inicio"] < asked["fin"]


def test_the_red_alert_stands_on_the_page_of_an_alarming_client(page: Page, dashboard: str, service: str) -> None:
    rows = page.request.get(f"{service}/v1/clients").json()["items"]
    alarming = next(row["client_id"] for row in rows if row["alert"])
    page.goto(f"{dashboard}/?vista=cliente&cliente={alarming}")
    expect(page.locator(".vigia-alerta-cliente")).to_contain_text("Atención")


def test_client_and_dates_change_the_figures_and_the_address(page: Page, dashboard: str) -> None:
    page.goto(f"{dashboard}/?vista=cliente&cliente=1")
    expect(page.locator(".cliente-titulo")).to_contain_text("Cliente 1")
    before, hours = revision(page), drawn(page)["actual_kwh"]
    page.locator(".ir-siguiente button").click()
    wait_revision(page, before)
    expect(page.locator(".cliente-titulo")).to_contain_text("Cliente 7")
    assert query(page)["cliente"] == "7"
    page.go_back()
    expect(page.locator(".cliente-titulo")).to_contain_text("Cliente 1")
    page.go_forward()
    expect(page.locator(".cliente-titulo")).to_contain_text("Cliente 7")
    before = revision(page)
    page.get_by_test_id("inicio").fill("15/06/2024")
    page.get_by_test_id("inicio").press("Enter")
    wait_revision(page, before)
    assert query(page)["inicio"].startswith("2024-06-15")
    assert 0 < drawn(page)["actual_kwh"] < hours


def test_a_deep_link_opens_the_same_page(page: Page, dashboard: str) -> None:
    page.goto(f"{dashboard}/?vista=cliente&cliente=8&inicio=2024-05-01T06:00&fin=2024-05-08T06:00")
    expect(page.locator(".cliente-titulo")).to_contain_text("Cliente 8")
    assert drawn(page)["actual_kwh"] == 7 * 24
    expect(page.get_by_test_id("inicio")).to_have_value("01/05/2024")
    expect(page.get_by_test_id("inicio-hora")).to_have_value("06")


def test_a_date_is_written_day_first_in_any_browser_and_a_wrong_one_changes_nothing(
    chromium: Browser, dashboard: str
) -> None:
    page = chromium.new_page(locale="en-US")
    page.goto(f"{dashboard}/?vista=cliente&cliente=8&inicio=2024-05-01T06:00&fin=2024-05-08T06:00")
    end = page.get_by_test_id("fin")
    expect(end).to_have_value("08/05/2024", timeout=20_000)
    end.fill("31/02/2024")
    end.press("Enter")
    assert end.evaluate("field => field.matches(':invalid')")
    assert query(page)["fin"] == "2024-05-08T06:00"
    end.fill("9/5/2024")
    end.press("Enter")
    expect(page.locator(".cliente-titulo")).to_contain_text("– 09/05/2024 06:00")
    expect(end).to_have_value("09/05/2024")
    page.close()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("cliente=nadie", "No existe el cliente"),
        ("cliente=1&inicio=2024-05-08T00:00&fin=2024-05-01T00:00", "La fecha final debe ser posterior"),
        ("cliente=1&inicio=2020-05-01T00:00&fin=2020-05-08T00:00", "No hay lecturas"),
    ],
    ids=["unknown client", "dates swapped", "no readings"],
)
def test_a_wrong_filter_is_said_in_words(page: Page, dashboard: str, asked: str, sentence: str) -> None:
    page.goto(f"{dashboard}/?vista=cliente&{asked}")
    expect(page.locator(".vigia-mensaje-cliente")).to_contain_text(sentence)


@pytest.mark.parametrize("where", ["", "?vista=cliente&cliente=8"], ids=["inbox", "client"])
def test_a_narrow_screen_scrolls_only_downwards(page: Page, dashboard: str, where: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(f"{dashboard}/{where}")
    expect(page.locator(".vigia-estado")).to_contain_text("Datos hasta")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_the_table_of_a_narrow_screen_keeps_what_matters_most(page: Page, dashboard: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(dashboard)
    expect(page.locator(ROW).first).to_be_visible()
    heads = page.locator(".vigia-eventos .tabulator-col[tabulator-field]:visible")
    expect(heads).to_have_text(["Gravedad", "Cliente", "En juego", "Qué se observa"])
    edges = [head.bounding_box() for head in heads.all()]
    assert all(edge is not None and edge["x"] + edge["width"] <= 400 for edge in edges)
