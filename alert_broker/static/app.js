// The nurse's page: the station's events go to the board, and from there to the eyes and ears.

import { buttonAt, showAges, showOpen, spoken } from "./alerts.js";
import { isOutdated, keepFiles } from "./app-files.js";
import { showLink } from "./banner.js";
import { Board } from "./board.js";
import { offerChoices } from "./choices.js";
import { Choose } from "./choose.js";
import { follow, say, sayUpkeep, tellShown } from "./feed.js";
import { showEnded, showHeld } from "./held.js";
import { write } from "./lists.js";
import { Me } from "./me.js";
import { offerMe, tellMe } from "./me_button.js";
import { close } from "./panel.js";
import { Ring } from "./ring.js";
import { showRooms } from "./rooms.js";
import { SignIn } from "./signin.js";
import { Sound } from "./sound.js";
import { Team } from "./team.js";
import { callsOf, showUpkeep, spokenRound } from "./upkeep.js";
import { counter, loadWords, moment, text } from "./words.js";

const GATHER_MS = 30; // a burst of events is shown once
const NOTICE_MS = 6_000;

const board = new Board();
const sound = new Sound(showSound);
const ring = new Ring(sound);
const me = new Me(showWho);
const choose = new Choose(me, notify);
const signIn = new SignIn(me, choose);
const team = new Team(me, notify);
let gathering = false;
let lost = "";
let told = new Set();

function take(kind, data) {
  const news = board.take(kind, data);
  if (kind === "board") greet();
  if (news.length) tellNews(news);
  showSoon();
}

/** The station is there, perhaps again, and perhaps as another version. */
async function greet() {
  me.refresh();
  document.querySelector("#outdated").hidden = !(await isOutdated());
}

function loseStation() {
  board.reached = false;
  told = new Set();
  showSoon();
}

/** Something here went wrong that cannot: what is shown may be old, and must not be believed. */
function fail() {
  board.broken = true;
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
  ring.link(lost);
  if (before && !lost) notify(text("back"));
  const pressed = { act, moved: () => notify(text("moved")), me };
  showOpen(board, pressed);
  showHeld(board, pressed);
  showEnded(board, me);
  tellWhatIsShown();
  showUpkeep(board, { tell: tellUpkeep, me });
  showRooms(board, { tell: tellUpkeep, me });
  write(document, "#said", spokenRound(board));
  showTime();
  showSound();
}

function showTime() {
  const now = board.now;
  write(document, "#clock", moment(now, now));
  write(document, "#station", board.station && text("station", { name: board.station }));
  showAges(now);
  tellMe(me, now);
}

/** Somebody has signed in or out, or her shift is over. */
function showWho(why) {
  board.who += 1;
  if (why) close();
  if (why === "over") notify(text("shift_over"));
  show();
}

async function signOut() {
  if (!(await me.signOut())) return notify(text("not_reached"));
  notify(text("signed_out"));
}

function tellNews(news) {
  document.querySelector("#announcer").textContent = spoken(ring.alerts(news, board.open));
}

function remind() {
  ring.remind(board.open, callsOf(board));
  showSound();
}

/** Only what somebody could see is delivered. */
function tellWhatIsShown() {
  if (document.hidden || !board.reached) return;
  const ids = board.open.filter((it) => it.stage === "raised").map((it) => it.id);
  const news = ids.filter((id) => !told.has(id));
  told = new Set(ids);
  tellShown(news);
}

/** A carer presses a button: `what` is a word of the station's web side. */
async function act(id, button, what, outcome) {
  if (button.ariaBusy === "true") return;
  const byKeyboard = button.matches(":focus-visible");
  button.ariaBusy = "true";
  // Without names, two who go at once could not be told of each other.
  const who = await me.who();
  const before = board.alerts.get(id);
  const { alert, stands, code } = who ? await say(id, what, { outcome }) : {};
  button.ariaBusy = null;
  if (!who) return signIn.ask(() => act(id, button, what, outcome));
  if (alert ?? stands) board.set(alert ?? stands, before);
  else refused(code);
  if (stands?.ended) notify(text("ended_first", { by: stands.ended.by || stands.ended.station }));
  else if (stands?.taken) notify(text("taken_first", stands.taken));
  show();
  // Not the next button: a second press would say something of an alert that nobody has read.
  // Unless she has gone on meanwhile: the answer may come after what it did has been shown.
  const stayed = [button, document.body].includes(document.activeElement);
  if (byKeyboard && stayed) document.querySelector("#open-title").focus();
}

/** A carer or a technician presses a button that is about no alert. */
async function tellUpkeep(button, what, said) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const who = await me.who();
  const code = who && (await sayUpkeep(what, said));
  button.ariaBusy = null;
  if (!who) return signIn.ask(() => tellUpkeep(button, what, said));
  refused(code);
}

/** Says why something was not done, if it was not. */
function refused(code) {
  if (code) notify(text(code));
  if (["sign_in_first", "choose_first"].includes(code)) me.refresh();
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
  const pause = document.querySelector("#pause");
  const left = ring.pausedFor;
  pause.hidden = !sound.on;
  pause.ariaPressed = String(left > 0);
  pause.ariaLabel = text("pause");
  write(pause, ".pause-text", left ? text("paused", { left: counter(left) }) : text("pause"));
}

function pressPause() {
  if (ring.pausedFor) ring.resume();
  else ring.pause(board.open);
  remind();
}

async function pressSound() {
  const wasOn = sound.on;
  await sound.enable();
  localStorage.setItem("sound", "on");
  ring.resume();
  sound.play(wasOn ? "low" : (board.open[0]?.priority ?? "low"));
}

/** Once chosen, any press brings the sound back after a reload: browsers ask for one. */
function wakeSound() {
  if (localStorage.getItem("sound") === "on" && !sound.on) sound.enable();
}

function pressKey(event) {
  if (event.repeat && event.target.closest("main button")) event.preventDefault();
  const typing = event.target.closest("input, select, .panel");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^[1-9]$/.test(event.key)) buttonAt(Number(event.key))?.focus();
}

await loadWords();
offerChoices(show);
offerMe(me, {
  signIn: () => signIn.ask(),
  signOut,
  choose: () => choose.ask(),
  team: () => team.show(),
  residents: () => team.showResidents(board.sortedRooms),
});
document.querySelector("#sound").addEventListener("click", pressSound);
document.querySelector("#pause").addEventListener("click", pressPause);
document.querySelector("#reload").addEventListener("click", () => location.reload());
document.addEventListener("pointerdown", wakeSound);
document.addEventListener("keydown", wakeSound);
document.addEventListener("keydown", pressKey);
document.addEventListener("visibilitychange", showSoon);
setInterval(showTime, 1000);
setInterval(remind, 1000);
addEventListener("error", fail);
follow(take, loseStation);
wakeSound();
document.querySelector("#unopened").remove();
document.querySelector(".tools").inert = false; // a press before would have done nothing
keepFiles().catch(() => {}); // it opens without, as long as the station is there
