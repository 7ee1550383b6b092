// Markup that changes without a new layout of the page; an empty one takes no room.
export function render({ model }) {
  const box = document.createElement('div');
  box.className = 'vg';
  const show = () => { box.innerHTML = model.html; box.hidden = model.html === ''; };
  model.on('html', show);
  show();
  return box;
}
