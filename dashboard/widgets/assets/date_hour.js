// A native date field with an hour beside it.
export function render({ model }) {
  const box = document.createElement('div'); box.className = 'fecha';
  const label = document.createElement('label'); label.textContent = model.label;
  const row = document.createElement('div'); row.className = 'fila';
  const date = document.createElement('input'); date.type = 'date'; date.lang = model.locale;
  date.setAttribute('aria-label', model.day); date.dataset.testid = model.hook;
  const hour = document.createElement('select');
  hour.setAttribute('aria-label', model.hour); hour.dataset.testid = model.hook + '-hora';
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
