// The page works without this. It keeps the button that says yes at rest for a moment.
const rest = 700;
const yes = document.querySelector("[data-settle]");
const settling = document.getElementById("settling");
let timer;

// A page that appears under a moving pointer must not be answered by that click: yes rests after each paint and each return of focus.
function settle() {
  clearTimeout(timer);
  yes.disabled = true;
  settling.textContent = settling.dataset.wait;
  timer = setTimeout(() => {
    yes.disabled = false;
    settling.textContent = "";
  }, rest);
}

settle();
addEventListener("focus", settle);
addEventListener("pageshow", settle);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && settle());
