// The nurse's page: the station's events go to the board, and from there to the eyes and ears.

import { buttonAt, showAges, showOpen, spoken } from "./alerts.js";
import { showLink } from "./banner.js";
import { Board } from "./board.js";
import { offerChoices, whoGoes } from "./choices.js";
import { follow, say, tellShown } from "./feed.js";
import { showEnded, showHeld } from "./held.js";
import { write } from "./lists.js";
import { showRooms } from "./rooms.js";
import { Sound } from "./sound.js";
import { loadWords, moment, text } from "./words.js";

const GATHER_MS = 30; // a burst of events is shown once
const REMIND_MS = { high: 10_000, medium: 30_000, lost: 10_000 }; // low is heard once
const NOTICE_MS = 6_000;
const RANK = ["low", "medium", "high"];

const board = new Board();
const sound = new Sound(showSound);
let gathering = false;
let lost = "";
let sounded = performance.now();
let told = new Set();

function take(kind, data) {
  const news = board.take(kind, data);
  if (news.length) tellNews(news);
  showSoon();
}

function loseStation() {
  board.reached = false;
  told = new Set();
  showSoon();
}

function showSoon() {
  if (gathering) return;
  gathering = true;
  setTimeout(() => {
    gathering = false;
    show();
  }, GATHER_MS);
}

function show() {
  const before = lost;
  lost = showLink(board);
  if (lost && lost !== before) play("lost");
  if (before && !lost) notify(text("back"));
  const pressed = { act, moved: () => notify(text("moved")) };
  showOpen(board, pressed);
  showHeld(board, pressed);
  showEnded(board);
  tellWhatIsShown();
  showRooms(board);
  showTime();
  showSound();
}

function showTime() {
  const now = board.now;
  write(document, "#clock", moment(now, now));
  write(document, "#station", board.station && text("station", { name: board.station }));
  showAges(now);
}

function tellNews(news) {
  const urgent = news.reduce((a, b) => (RANK.indexOf(b.priority) > RANK.indexOf(a.priority) ? b : a));
  play(urgent.priority);
  document.querySelector("#announcer").textContent = spoken(urgent);
}

function play(kind) {
  sounded = performance.now();
  sound.play(kind);
}

/** What nobody has taken is heard again, and so is a lost link. */
function remind() {
  const kind = lost ? "lost" : board.open[0]?.priority;
  if (performance.now() - sounded >= REMIND_MS[kind]) play(kind);
}

/** Only what somebody could see is delivered. */
function tellWhatIsShown() {
  if (document.hidden || !board.reached) return;
  const ids = board.open.filter((it) => it.stage === "raised").map((it) => it.id);
  const news = ids.filter((id) => !told.has(id));
  for (const id of news) told.add(id);
  tellShown(news);
}

/** A carer presses a button: `what` is a word of the station's web side. */
async function act(id, button, what, outcome) {
  if (button.ariaBusy === "true") return;
  const by = whoGoes(); // without names, two who go at once could not be told of each other
  if (!by) return notify(text("who_first"));
  const byKeyboard = button.matches(":focus-visible");
  button.ariaBusy = "true";
  const { alert, stands } = await say(id, what, { by, outcome });
  button.ariaBusy = null;
  if (alert ?? stands) board.set(alert ?? stands);
  else notify(text("take_failed"));
  if (stands?.ended) notify(text("ended_first", { by: stands.ended.by || stands.ended.station }));
  else if (stands?.taken) notify(text("taken_first", stands.taken));
  show();
  // Not the next button: a second press would say something of an alert that nobody has read.
  // Unless she has gone on meanwhile: the answer may come after what it did has been shown.
  const stayed = [button, document.body].includes(document.activeElement);
  if (byKeyboard && stayed) document.querySelector("#open-title").focus();
}

function notify(words) {
  const notice = document.querySelector("#notice");
  notice.textContent = words;
  clearTimeout(notify.end);
  notify.end = setTimeout(() => (notice.textContent = ""), NOTICE_MS);
}

function showSound() {
  const button = document.querySelector("#sound");
  button.dataset.on = String(sound.on);
  button.title = text(sound.on ? "sound_test" : "sound_hint");
  write(button, ".sound-text", text(sound.on ? "sound_on" : "sound_off"));
}

async function pressSound() {
  const wasOn = sound.on;
  await sound.enable();
  localStorage.setItem("sound", "on");
  sound.play(wasOn ? "low" : (board.open[0]?.priority ?? "low"));
}

/** Once chosen, any press brings the sound back after a reload: browsers ask for one. */
function wakeSound() {
  if (localStorage.getItem("sound") === "on" && !sound.on) sound.enable();
}

function pressKey(event) {
  if (event.repeat && event.target.closest("main button")) event.preventDefault();
  const typing = event.target.closest("input");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^[1-9]$/.test(event.key)) buttonAt(Number(event.key))?.focus();
}

await loadWords();
offerChoices(show);
document.querySelector("#sound").addEventListener("click", pressSound);
document.addEventListener("pointerdown", wakeSound);
document.addEventListener("keydown", wakeSound);
document.addEventListener("keydown", pressKey);
document.addEventListener("visibilitychange", showSoon);
setInterval(showTime, 1000);
setInterval(remind, 1000);
follow(take, loseStation);
