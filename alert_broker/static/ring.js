// Decides what is heard, and when: alerts first; rooms to look into and technical alarms only while
// no alert waits. A pause is short, and whatever is new and as urgent ends it.

const AGAIN_MS = {
  high: 10_000,
  medium: 30_000,
  low: Infinity, // heard once, and again when the station says so
  lost: 10_000,
  round: 120_000,
  technical: 600_000,
};
const RANK = ["low", "medium", "high"];
export const PAUSE_MS = 120_000;

export class Ring {
  #sound;
  #lost = "";
  #soundedAt = -Infinity;
  #heard = new Set(); // calls of the technical side that were heard once
  #pause = null;

  constructor(sound) {
    this.#sound = sound;
  }

  /** Alerts ring: they are new, or worse, or nobody has answered; `open` are all that wait. */
  alerts(news, open) {
    const urgent = news.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a));
    if (news.some((alert) => this.#isAbove(alert, open))) this.resume();
    this.#play(urgent.priority);
    return urgent;
  }

  /** The link is lost ("" when it is not): the moment it is, it is heard, pause or not. */
  link(lost) {
    const before = this.#lost;
    this.#lost = lost;
    if (!lost || lost === before) return;
    this.resume();
    this.#play("lost");
  }

  /** What waits is heard again, and `calls`, ids of the technical side with their kinds, once no
   *  alert waits. To be called every second. */
  remind(open, calls) {
    if (this.#pause && performance.now() >= this.#pause.until) this.resume();
    for (const id of this.#heard) if (!calls.has(id)) this.#heard.delete(id);
    const kind = this.#lost ? "lost" : (open[0]?.priority ?? calls.values().next().value);
    const isNews = !this.#lost && !open.length && [...calls.keys()].some((id) => !this.#heard.has(id));
    if (!kind || (!isNews && performance.now() - this.#soundedAt < AGAIN_MS[kind])) return;
    if (isNews) for (const id of calls.keys()) this.#heard.add(id);
    this.#play(kind);
  }

  /** Silence what waits now, for a while. */
  pause(open) {
    const ranks = new Map(open.map((alert) => [alert.id, rankOf(alert)]));
    this.#pause = { ranks, until: performance.now() + PAUSE_MS };
    this.#sound.hush();
  }

  /** The pause is over: what waits is heard at once. */
  resume() {
    if (!this.#pause) return;
    this.#pause = null;
    this.#soundedAt = -Infinity;
  }

  /** How long the pause goes on, seconds; 0 when there is none. */
  get pausedFor() {
    return this.#pause ? Math.max(0, (this.#pause.until - performance.now()) / 1000) : 0;
  }

  /** Whether an alert is more than what was silenced: new, or worse than it was, and as urgent as
   *  the most urgent of that which still waits. */
  #isAbove(alert, open) {
    if (!this.#pause) return false;
    const { ranks } = this.#pause;
    const silenced = open.map(({ id }) => ranks.get(id) ?? -1);
    return rankOf(alert) > (ranks.get(alert.id) ?? -1) && rankOf(alert) >= Math.max(-1, ...silenced);
  }

  #play(kind) {
    if (this.#pause) return;
    this.#soundedAt = performance.now();
    this.#sound.play(kind);
  }
}

function rankOf(alert) {
  return RANK.indexOf(alert.priority);
}
