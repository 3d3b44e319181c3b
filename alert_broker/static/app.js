// The nurse's page: the station's events go to the board, and from there to the eyes and ears.

import { buttonAt, showAges, showOpen, showTaken, spoken } from "./alerts.js";
import { showLink } from "./banner.js";
import { Board } from "./board.js";
import { offerChoices, whoGoes } from "./choices.js";
import { acknowledge, follow } from "./feed.js";
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

function take(kind, data) {
  const news = board.take(kind, data);
  if (news.length) tellNews(news);
  showSoon();
}

function loseStation() {
  board.reached = false;
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
  showOpen(board, { take: takeAlert, moved: () => notify(text("moved")) });
  showTaken(board);
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

async function takeAlert(id, button) {
  if (button.ariaBusy === "true") return;
  const byKeyboard = button.matches(":focus-visible");
  button.ariaBusy = "true";
  const { taken, first } = await acknowledge(id, whoGoes(board.station));
  button.ariaBusy = null;
  if (taken ?? first) board.setTaken(id, taken ?? first);
  else notify(text("take_failed"));
  if (first) notify(text("taken_first", first));
  show();
  // Not the next button: a second press would take an alert that nobody has read.
  if (byKeyboard) document.querySelector("#open-title").focus();
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
  if (event.repeat && event.target.closest(".take")) event.preventDefault();
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
setInterval(showTime, 1000);
setInterval(remind, 1000);
follow(take, loseStation);
