// One key for each act; while somebody types, keys are letters.
const typing = (target) => target.matches("input:not([type=checkbox]), textarea, select");
const fields = () => [...document.querySelectorAll('input[name^="points:"]:not([type=hidden])')];
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
const members = () => [...document.querySelectorAll('input[name="member"]:not([type=hidden])')];
let member = 0;

function look(by) {
  const all = members();
  if (!all.length) return false;
  member = Math.min(all.length - 1, Math.max(0, member + by));
  all.forEach((one, at) => one.closest("li, tr").classList.toggle("current", at === member));
  if (by) all[member].closest("li, tr").scrollIntoView({ block: "nearest" });
  return true;
}

const SHARES = { 0: 0, h: 0.5, f: 1 };  // of the points of the current line

function give(key) {
  if (!current) return;
  current.value = String(Number((SHARES[key] * Number(current.closest(".check").dataset.max)).toFixed(10)));
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

function enter(target) {  // a field of the page gets the keys
  if (!target) return;
  const folded = target.closest("details");
  if (folded) folded.open = true;
  target.focus();
  if (target.select) target.select();
}

const FIELDS = {
  r: () => document.getElementById("reason"), i: () => document.getElementById("q"), e: () => current,
  a: () => document.querySelector('[name="item-text"]'), l: () => document.querySelector('[name="line-place"]'), "/": () => document.getElementById("jump"),
};

// Enter in a field: the search ticks its first match, a new item is added; all others save their form.
function entered(event) {
  if (event.target.id === "jump") {
    const found = document.querySelector("#found a");
    if (!found) return;
    found.click();
  } else if (event.target.id === "q" && document.getElementById("choices")) {
    const first = document.querySelector("#choices input:not(:checked)");
    if (first) first.click();
  } else if (event.target.closest("#new-item, #new-line")) {
    event.target.closest("details").querySelector("button").click();
  } else return;
  event.target.blur();
  event.preventDefault();
}

function scrolled(key) {
  const frame = document.querySelector(".sides iframe");
  if (!frame || !frame.contentWindow) return false;
  frame.contentWindow.scrollBy(0, (key === "ArrowDown" ? 1 : -1) * frame.clientHeight / 3);
  return true;
}

function pressed(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(target)) {
    if (key === "Escape") target.blur();
    if (key === "Enter") entered(event);
    return;
  }
  if (key in SHARES) { give(key); event.preventDefault(); return; }
  if (key in FIELDS) { enter(FIELDS[key]()); event.preventDefault(); return; }
  if ((key === "ArrowDown" || key === "ArrowUp") && target === document.body) { if (scrolled(key)) event.preventDefault(); return; }
  if (key === "?") { const keys = document.getElementById("keys"); if (keys) { keys.open = !keys.open; keys.scrollIntoView({ block: "nearest" }); } return; }
  if (key === "c") { everything(); return; }
  if (key === "j") { move(1); return; }
  if (key === "k") { move(-1); return; }
  if (key === "Enter" && !target.matches("a, button, summary")) { const form = document.querySelector(".sides form, form#decide"); if (form) { form.requestSubmit(); event.preventDefault(); } return; }
  if (key === "x" && members().length) { members()[member].click(); return; }
  if (key === "n" && look(1)) return;
  if (key === "p" && look(-1)) return;
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (found) found.click();
}
document.addEventListener("keydown", pressed);

// A frame has no script of its own: after a click into it, its keys are those of the page.
function listen(frame) {
  const inside = frame.contentDocument;
  if (!inside) return;
  inside.addEventListener("keydown", pressed);
  inside.addEventListener("click", (event) => {  // a click on a line of code begins a comment there
    const row = event.target.closest(".source .row"), place = document.querySelector('[name="line-place"]');
    if (!row || !place || !inside.getSelection().isCollapsed) return;
    place.value = `${row.closest("[data-cell]").dataset.cell}:${row.dataset.n}`;
    enter(document.querySelector('[name="line-text"]'));
  });
}
document.querySelectorAll("iframe").forEach((frame) => {
  listen(frame);
  frame.addEventListener("load", () => listen(frame));
});

// The points of the ticked items add up in their line, from 0 or from its full points, within its bounds.
function count(check) {
  const field = fields().find((one) => one.name === `points:${check}`);
  if (!field) return;
  const line = field.closest(".check"), max = Number(line.dataset.max);
  const ticked = [...document.querySelectorAll('#choices input:checked')].filter((one) => one.dataset.check === check);
  const sum = ticked.reduce((all, one) => all + Number(one.dataset.points), Number(line.dataset.base || 0));
  const bounded = Math.min(Math.max(sum, Math.min(max, 0)), Math.max(max, 0));
  field.value = ticked.length ? String(Number(bounded.toFixed(10))) : "";
}

document.addEventListener("change", (event) => {
  const { check } = event.target.dataset || {};
  if (event.target.name === "comment" && check !== undefined) count(check);
});

// An item that was added here is ticked and counted, and its fields are empty again.
document.addEventListener("htmx:afterSwap", (event) => {
  const frame = document.querySelector(".sides iframe");
  if (event.target.id === "line-comments" && frame) frame.src = frame.getAttribute("src");
  const fresh = document.querySelector("#choices [data-fresh]");
  if (!fresh) return;
  delete fresh.dataset.fresh;
  if (fresh.dataset.check) count(fresh.dataset.check);
  document.querySelectorAll("#new-item input:not([type=hidden])").forEach((one) => { one.value = ""; });
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
