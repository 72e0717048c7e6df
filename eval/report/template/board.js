// Turns the heads of the table into buttons that sort it by the figure shown. Without this
// script the table stands in the order of the mean rank.
(() => {
  const table = document.getElementById('ranks'), body = table.tBodies[0];
  const value = cell => {
    for (const f of cell.querySelectorAll('.f')) if (f.checkVisibility() && f.dataset.sort) return +f.dataset.sort;
    return -Infinity;
  };
  const heads = table.querySelectorAll('th.sort');
  heads.forEach((head, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const up = head.ariaSort === 'descending';
      heads.forEach(h => h.removeAttribute('aria-sort'));
      head.ariaSort = up ? 'ascending' : 'descending';
      const at = row => value(row.cells[i + 1]);
      body.append(...[...body.rows].sort((a, b) => { const x = at(a), y = at(b); return x === y ? 0 : (x < y) === up ? -1 : 1 }));
    });
  });
  document.querySelector('.choose').addEventListener('change', () => heads.forEach(h => h.removeAttribute('aria-sort')));
})();
