// A date as the page's language writes it, with an hour beside it; the browser's own calendar opens from the button.
const ORDER = /^(\d{1,2})[\/.\-\s](\d{1,2})[\/.\-\s](\d{4})$/;
const written = iso => iso ? iso.slice(8, 10) + '/' + iso.slice(5, 7) + '/' + iso.slice(0, 4) : '';
const read = text => {
  const parts = ORDER.exec(text.trim());
  if (!parts) return '';
  const [day, month, year] = parts.slice(1).map(Number), when = new Date(Date.UTC(year, month - 1, day));
  return when.getUTCMonth() === month - 1 && when.getUTCDate() === day ? when.toISOString().slice(0, 10) : '';
};

export function render({ model }) {
  const box = document.createElement('div'); box.className = 'fecha';
  const label = document.createElement('label'); label.textContent = model.label;
  const row = document.createElement('div'); row.className = 'fila';
  const date = document.createElement('input'); date.type = 'text'; date.inputMode = 'numeric';
  date.autocomplete = 'off'; date.maxLength = 10; date.placeholder = model.form;
  date.setAttribute('aria-label', model.day); date.dataset.testid = model.hook;
  const calendar = document.createElement('input'); calendar.type = 'date'; calendar.tabIndex = -1;
  calendar.setAttribute('aria-hidden', 'true'); calendar.className = 'calendario';
  const opener = document.createElement('button'); opener.type = 'button'; opener.textContent = '▾';
  opener.setAttribute('aria-label', model.calendar); opener.title = model.calendar;
  const hour = document.createElement('select');
  hour.setAttribute('aria-label', model.hour); hour.dataset.testid = model.hook + '-hora';
  for (let h = 0; h < 24; h++) {
    const option = document.createElement('option');
    option.value = String(h).padStart(2, '0'); option.textContent = option.value + ':00'; hour.append(option);
  }
  const show = () => {
    const iso = model.value.slice(0, 10);
    date.value = written(iso); calendar.value = iso; hour.value = model.value.slice(11, 13) || '00';
    date.setCustomValidity('');
  };
  const tell = () => {
    const iso = read(date.value);
    date.setCustomValidity(iso ? '' : model.form);
    if (iso) model.value = iso + 'T' + hour.value + ':00'; else date.reportValidity();
  };
  date.addEventListener('change', tell); hour.addEventListener('change', tell);
  date.addEventListener('input', () => date.setCustomValidity(''));
  calendar.addEventListener('change', () => {
    if (calendar.value) { date.value = written(calendar.value); tell(); }
  });
  opener.addEventListener('click', () => calendar.showPicker());
  model.on('value', show); show();
  row.append(date, calendar, opener, hour); box.append(label, row);
  return box;
}
