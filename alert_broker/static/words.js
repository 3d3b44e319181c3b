// What nurses read: the same catalogues as the terminal's, loaded once so that a language can be
// changed even while the station is away.

const LOCALES = { fr: "fr-FR", en: "en-GB" };
const catalogues = {};
let language = "fr";

export async function loadWords() {
  await Promise.all(
    Object.keys(LOCALES).map(async (name) => {
      const answer = await fetch(`/static/words/${name}.json`);
      catalogues[name] = await answer.json();
    }),
  );
}

/** Speak a language: fills everything in the page marked with data-text, -word, -hint or -label. */
export function speak(name) {
  language = name in LOCALES ? name : "fr";
  document.documentElement.lang = language;
  fill(document);
}

export function fill(root) {
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = text(node.dataset.text);
  for (const node of root.querySelectorAll("[data-word]")) {
    node.textContent = word(...node.dataset.word.split("."));
  }
  for (const node of root.querySelectorAll("[data-hint]")) node.placeholder = text(node.dataset.hint);
  for (const node of root.querySelectorAll("[data-label]")) node.ariaLabel = text(node.dataset.label);
}

/** The word for a code: word("reason", "scream"). */
export function word(kind, code) {
  return catalogues[language][kind][code] ?? code;
}

export function text(name, fillings = {}) {
  const found = catalogues[language].text[name] ?? name;
  return found.replace(/\{(\w+)\}/g, (_, key) => fillings[key] ?? "");
}

/** A text about n things. */
export function many(name, n) {
  const exact = `${name}.zero`;
  if (n === 0 && exact in catalogues[language].text) return text(exact);
  return text(`${name}.${new Intl.PluralRules(LOCALES[language]).select(n)}`, { n });
}

/** A length of time at a glance: 45 s, 12 min, 1 h 05. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${pad((whole % 3600) / 60)}`;
}

/** A length of time that a nurse sees running: 0:07, 12:30, 1 h 05. */
export function counter(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < 3600 ? `${Math.floor(whole / 60)}:${pad(whole % 60)}` : duration(whole);
}

/** A moment: 02:14, with its date when that is not today's. */
export function moment(date, now) {
  const time = date.toLocaleTimeString(LOCALES[language], { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === now.toDateString()) return time;
  const day = date.toLocaleDateString(LOCALES[language], { day: "numeric", month: "short" });
  return `${day} ${time}`;
}

function pad(number) {
  return String(Math.floor(number)).padStart(2, "0");
}
