const table = document.getElementById("sortable"), body = table.tBodies[0];
table.querySelectorAll("th button").forEach((button) => button.addEventListener("click", () => {
  const head = button.parentElement, column = head.cellIndex, up = head.getAttribute("aria-sort") !== "ascending";
  table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const value = (row) => {
    const text = row.cells[column].textContent.trim(), number = parseFloat(text);
    return Number.isNaN(number) ? text.toLowerCase() : number;
  };
  const rows = [...body.rows].sort((a, b) => {
    const x = value(a), y = value(b);
    return typeof x === typeof y ? (x < y ? -1 : x > y ? 1 : 0) : typeof x === "number" ? -1 : 1;
  });
  if (!up) rows.reverse();
  body.append(...rows);
}));
const form = document.getElementById("filter"), shown = document.getElementById("shown");
form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  const words = form.elements.q.value.toLowerCase(), state = form.elements.state.value, check = form.elements.check.value;
  let count = 0;
  for (const row of body.rows) {
    const fits = row.cells[0].textContent.toLowerCase().includes(words)
      && (!state || row.dataset.states.split(" ").includes(state)) && (!check || row.dataset.failed.split(" ").includes(check));
    row.hidden = !fits;
    count += fits;
  }
  shown.textContent = `${count} / ${body.rows.length}`;
});
