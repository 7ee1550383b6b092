// Events as a table: groups with their count, a row opens its event by click or Enter, pages where there are many.
const make = (name, text, className) => {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
};

export function render({ model }) {
  const box = make('div', undefined, 'events');
  let page = 0;

  const open = (row) => model.send_msg({ open: row.id });

  const line = (row) => {
    const tr = make('tr');
    tr.tabIndex = 0;
    tr.dataset.event = row.id;
    row.cells.forEach((cell, at) => {
      const td = make('td', undefined, model.columns[at].hook);
      if (cell.colour) {
        const chip = make('span', cell.text, 'chip');
        chip.style.background = cell.colour;
        td.append(chip);
      } else td.textContent = cell.text;
      tr.append(td);
    });
    tr.addEventListener('click', () => open(row));
    tr.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(row); }
    });
    return tr;
  };

  const turner = (pages) => {
    const nav = make('div', undefined, 'pages');
    const button = (text, to) => {
      const found = make('button', text);
      found.disabled = to < 0 || to >= pages;
      found.addEventListener('click', () => { page = to; draw(); });
      return found;
    };
    const [former, of, next] = model.words;
    nav.append(button(former, page - 1), make('span', `${page + 1} ${of} ${pages}`), button(next, page + 1));
    return nav;
  };

  const draw = () => {
    const rows = model.rows, size = model.page_size, pages = Math.ceil(rows.length / size);
    page = Math.max(0, Math.min(page, pages - 1));
    box.hidden = rows.length === 0 && !model.empty;
    if (rows.length === 0) { box.replaceChildren(make('p', model.empty)); return; }
    const counts = new Map();
    for (const row of rows) counts.set(row.group, (counts.get(row.group) || 0) + 1);
    const table = make('table'), head = make('tr'), body = make('tbody');
    for (const column of model.columns) head.append(make('th', column.label, column.hook));
    let group;
    for (const row of rows.slice(page * size, (page + 1) * size)) {
      if (row.group && row.group !== group) {
        const tr = make('tr', undefined, 'group'), td = make('td', `${row.group} (${counts.get(row.group)})`);
        td.colSpan = model.columns.length;
        tr.append(td);
        body.append(tr);
      }
      group = row.group;
      body.append(line(row));
    }
    const top = make('thead');
    top.append(head);
    table.append(top, body);
    box.replaceChildren(table, ...(pages > 1 ? [turner(pages)] : []));
  };

  model.on('rows', () => { page = 0; draw(); });
  draw();
  return box;
}
