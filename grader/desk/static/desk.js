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

function give(key) {
  if (!current) return;
  const steps = current.closest(".check").dataset.steps.split(" ");
  if (!steps[key]) return;
  current.value = String(Number(steps[key]));
  const all = fields().filter((field) => field.dataset.open !== undefined);
  const next = all[all.indexOf(current) + 1];
  if (next) choose(next);
}

// The whole code in the frame is opened or folded.
function everything() {
  const frame = document.querySelector(".sides iframe");
  const part = frame && frame.contentDocument && frame.contentDocument.getElementById("everything");
  if (!part) return;
  part.open = !part.open;
  if (part.open) part.scrollIntoView();
}

function pressed(event) {
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
  if (event.key === "c") { everything(); return; }
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
}
document.addEventListener("keydown", pressed);

// A frame has no script of its own: after a click into it, its keys are those of the page.
function listen(frame) {
  const inside = frame.contentDocument;
  if (inside) inside.addEventListener("keydown", pressed);
}
document.querySelectorAll("iframe").forEach((frame) => {
  listen(frame);
  frame.addEventListener("load", () => listen(frame));
});

// The points of the ticked comments add up in their line, within its bounds; without any, the line is empty.
document.addEventListener("change", (event) => {
  const { check } = event.target.dataset || {};
  if (event.target.name !== "comment" || check === undefined) return;
  const field = fields().find((one) => one.name === `points:${check}`);
  if (!field) return;
  const max = Number(field.closest(".check").dataset.max);
  const ticked = [...document.querySelectorAll('#choices input:checked')].filter((one) => one.dataset.check === check);
  const sum = ticked.reduce((all, one) => all + Number(one.dataset.points), 0);
  const bounded = Math.min(Math.max(sum, Math.min(max, 0)), Math.max(max, 0));
  field.value = ticked.length ? String(Number(bounded.toFixed(10))) : "";
});

// The comments of a suggestion are ticked, not saved; a comment that a search hides is left out.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-comments]");
  if (!button) return;
  button.dataset.comments.split(" ").forEach((number) => {
    const box = document.querySelector(`#choices input[value="${CSS.escape(number)}"]`);
    if (box && !box.checked) box.click();
  });
});

choose(fields().find((field) => field.dataset.open !== undefined) || fields()[0] || null);
look(0);
document.body.dataset.ready = "";
