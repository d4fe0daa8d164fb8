// Tables that change in place, so that the focus stays on a button while its row is updated.

export const seconds = (instant) => instant && instant.replace(/\.\d+/, "");

export function button(label, name, onclick) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.setAttribute("aria-label", `${label} ${name}`);
  made.onclick = onclick;
  return made;
}

// Each item is {id, cells: [[text, class]], buttons: () => [button]}.
export function fill(body, items) {
  const rows = new Map([...body.rows].map((row) => [row.dataset.id, row]));
  let position = body.firstElementChild;
  for (const item of items) {
    const id = String(item.id);
    let row = rows.get(id);
    rows.delete(id);
    if (row === undefined) {
      row = newRow(id, item);
      body.insertBefore(row, position);
    } else if (row === position) {
      position = position.nextElementSibling;
    } else {
      body.insertBefore(row, position);
    }
    item.cells.forEach(([text, kind], number) => {
      const cell = row.cells[number];
      const shown = String(text ?? "–");
      if (cell.textContent !== shown) cell.textContent = shown;
      cell.className = kind ?? "";
    });
  }
  for (const row of rows.values()) row.remove();
}

function newRow(id, item) {
  const row = document.createElement("tr");
  row.dataset.id = id;
  for (const _ of item.cells) row.insertCell();
  if (item.buttons) {
    const actions = row.insertCell();
    actions.append(...item.buttons().flatMap((made) => [made, " "]));
  }
  return row;
}
