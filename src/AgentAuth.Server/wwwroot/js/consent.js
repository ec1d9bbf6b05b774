// The page works without this. It keeps the sum, the presets and the words on the button in step.
const form = document.getElementById("decision");
const allow = document.querySelector("[data-settle]");
const boxes = [...form.querySelectorAll("input[name=scope]")];
const presets = [...form.querySelectorAll("input[name=preset]")];
const terms = [...form.querySelectorAll("input[name=lasts]")];

const groupOf = box => box.closest("[data-group]").dataset.group;
const onlyReads = box => ["See", "KeepAccess"].includes(groupOf(box));
const filled = (template, ...values) => values.reduce((text, value, i) => text.replace(`{${i}}`, value), template);
const chosen = radios => radios.find(radio => radio.checked);

function count() {
  const ticked = boxes.filter(box => box.checked).map(groupOf);
  const [see, change, remove] = ["See", "Change", "Delete"].map(group => ticked.filter(g => g === group).length);
  return filled(see === 1 ? form.dataset.sumOne : form.dataset.sum, see, change, remove);
}

function tell() {
  const term = chosen(terms);
  const preset = chosen(presets)?.value ?? "choose";
  document.getElementById("sum").textContent = count();
  document.getElementById("ends").textContent = term.dataset.until;
  allow.textContent = filled(allow.dataset[preset], term.dataset.for);
}

function apply(preset) {
  for (const box of boxes.filter(box => !box.disabled && preset !== "choose")) {
    box.checked = preset === "all" || onlyReads(box);
  }
}

function search(text) {
  const wanted = text.trim().toLowerCase();
  for (const box of boxes) {
    const row = box.closest("li");
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }
  for (const group of form.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("li:not([hidden])");
  }
  for (const fold of form.querySelectorAll("details:has(> div [data-group])")) {
    fold.open ||= wanted.length > 0;
  }
}

form.addEventListener("change", event => {
  const { name, value } = event.target;
  if (name === "preset") {
    apply(value);
  }
  if (name === "scope" && presets.length > 0) {
    presets.find(radio => radio.value === "choose").checked = true;
  }
  if (name === "things" && value === "all") {
    form.querySelectorAll("input[name=object]").forEach(box => { box.checked = false; }); // ticks that stay would count
  }
  if (name === "object") {
    form.querySelector("input[name=things][value=some]").checked = true;
  }
  tell();
});

const field = document.getElementById("search");
if (field) {
  field.hidden = false;
  field.addEventListener("input", event => search(event.target.value));
  field.addEventListener("keydown", event => event.key === "Enter" && event.preventDefault()); // which would press a button
}

// A page that comes back shows what was chosen when it was left.
tell();
addEventListener("pageshow", tell);
