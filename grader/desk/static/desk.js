// One key each; while somebody types, keys are letters.
const typing = (target) => target.matches("input:not([type=checkbox]), textarea, select");
const fields = () => [...document.querySelectorAll('input[name^="points:"]')];
let current = null;

function choose(field) {
  current = field;
  document.querySelectorAll(".check").forEach((part) => part.classList.toggle("current", part.contains(field)));
  if (field) field.closest(".check").scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = fields();
  if (!all.length) return;
  const at = all.indexOf(current);
  choose(all[Math.min(all.length - 1, Math.max(0, at + by))]);
}

// Members of a group: one of them is looked at; x takes it out or puts it back.
const members = () => [...document.querySelectorAll('input[name="member"]')];
let member = 0;

function look(by) {
  const all = members();
  if (!all.length) return false;
  member = Math.min(all.length - 1, Math.max(0, member + by));
  all.forEach((one, at) => one.closest("li").classList.toggle("current", at === member));
  if (by) all[member].closest("li").scrollIntoView({ block: "nearest" });
  return true;
}

function give(quarters) {
  if (!current) return;
  const max = Number(current.closest(".check").dataset.max);
  current.value = String(Math.round(max * quarters * 25) / 100);
  const all = fields().filter((field) => field.dataset.open !== undefined);
  const next = all[all.indexOf(current) + 1];
  if (next) choose(next);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (event.key === "Enter" && event.target.id === "q" && document.getElementById("choices")) {
    const first = document.querySelector("#choices input:not(:checked)");
    if (first) first.click();
    event.target.blur();
    event.preventDefault();
    return;
  }
  if (typing(event.target)) return;
  if (/^[0-4]$/.test(event.key)) { give(Number(event.key)); event.preventDefault(); return; }
  if (event.key === "j") { move(1); return; }
  if (event.key === "k") { move(-1); return; }
  if (event.key === "r") { const reason = document.getElementById("reason"); if (reason) { reason.focus(); event.preventDefault(); } return; }
  if (event.key === "Enter" && !event.target.matches("a, button, summary")) { const form = document.querySelector(".sides form"); if (form) { form.requestSubmit(); event.preventDefault(); } return; }
  if (event.key === "/") { const search = document.getElementById("q"); if (search) { search.focus(); event.preventDefault(); } return; }
  if (event.key === "x" && members().length) { members()[member].click(); return; }
  if (event.key === "n" && look(1)) return;
  if (event.key === "p" && look(-1)) return;
  const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (found) found.click();
});

// A comment with points fills in its line; taken away again, the line is empty again.
document.addEventListener("change", (event) => {
  const { check, points } = event.target.dataset || {};
  if (event.target.name !== "comment" || check === undefined) return;
  const field = fields().find((one) => one.name === `points:${check}`);
  if (!field) return;
  if (event.target.checked) field.value = points;
  else if (field.value === points) field.value = "";
});

choose(fields().find((field) => field.dataset.open !== undefined) || fields()[0] || null);
look(0);
document.body.dataset.ready = "";
