// A page that appears under a moving pointer must not be answered by that click: Allow rests after each paint and each return of focus.
const rest = 700;
const allow = document.querySelector("[data-settle]");
const status = document.getElementById("settling");
let timer;

function settle() {
  clearTimeout(timer);
  allow.disabled = true;
  status.textContent = status.dataset.wait;
  timer = setTimeout(() => {
    allow.disabled = false;
    status.textContent = "";
  }, rest);
}

settle();
addEventListener("focus", settle);
addEventListener("pageshow", settle);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && settle());
