// The address of the page: written for each new place, read again after Back and Forward.
export function render({ model }) {
  const write = () => {
    const { search, replace } = model.written;
    if (search === undefined || search === window.location.search) return;
    window.history[replace ? 'replaceState' : 'pushState']({}, '', search);
  };
  const read = () => { model.arrived = { search: window.location.search, count: (model.arrived.count || 0) + 1 }; };
  window.addEventListener('popstate', read);
  model.on('remove', () => window.removeEventListener('popstate', read));
  model.on('written', write);
  write();
  const nothing = document.createElement('span');
  nothing.hidden = true;
  return nothing;
}
