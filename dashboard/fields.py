"""Date and hour as the browser's own field: Panel's have no Spanish."""

from typing import ClassVar

import param
from panel.custom import JSComponent


class DateHour(JSComponent):
    """A native date field with an hour beside it; `value` is a local wall time `YYYY-MM-DDTHH:00` or empty."""

    label = param.String(doc="What stands above the field.")
    hook = param.String(doc="Stable name for tests: `data-testid` of the date, the hour has `-hora` after it.")
    value = param.String(doc="Local wall time.")

    _esm = """
    export function render({ model }) {
      const box = document.createElement('div'); box.className = 'fecha';
      const label = document.createElement('label'); label.textContent = model.label;
      const row = document.createElement('div'); row.className = 'fila';
      const date = document.createElement('input'); date.type = 'date'; date.lang = 'es-PE';
      date.setAttribute('aria-label', model.label + ', día'); date.dataset.testid = model.hook;
      const hour = document.createElement('select');
      hour.setAttribute('aria-label', model.label + ', hora'); hour.dataset.testid = model.hook + '-hora';
      for (let h = 0; h < 24; h++) {
        const option = document.createElement('option');
        option.value = String(h).padStart(2, '0'); option.textContent = option.value + ':00'; hour.append(option);
      }
      const show = () => { date.value = model.value.slice(0, 10); hour.value = model.value.slice(11, 13) || '00'; };
      const tell = () => { if (date.value) model.value = date.value + 'T' + hour.value + ':00'; };
      date.addEventListener('change', tell); hour.addEventListener('change', tell);
      model.on('value', show); show();
      row.append(date, hour); box.append(label, row);
      return box;
    }
    """
    _stylesheets: ClassVar[list[str]] = [
        """
        .fecha { font: 400 14px system-ui, sans-serif; color: var(--mui-palette-text-primary, inherit); }
        .fecha label { display: block; font-size: 12px; margin: 0 0 3px 2px; }
        .fila { display: flex; gap: 4px; }
        input, select { font: inherit; height: 38px; box-sizing: border-box; padding: 0 8px; border-radius: 4px;
          border: 1px solid #8a8a8a; background: transparent; color: inherit; color-scheme: light dark; }
        input { min-width: 132px; flex: 1 } select { width: 84px }
        option { color: #111; background: #fff }
        input:focus-visible, select:focus-visible { outline: 2px solid #1f6fb5; outline-offset: 1px }
        """
    ]


def field(label: str, hook: str) -> DateHour:
    """A date and hour of fitting size."""
    return DateHour(label=label, hook=hook, width=230, margin=(8, 8))
