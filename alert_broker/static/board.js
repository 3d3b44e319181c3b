// What the station has told us: alerts, rooms, link. It keeps and sorts; others show.

const PRIORITIES = ["high", "medium", "low"];
const WAITING = ["raised", "delivered"];
const HELD = ["acknowledged", "in_room"];
const HEALTHS = ["offline", "silent", "fault", "awaited", "online"];
const names = new Intl.Collator("fr", { numeric: true });

export class Board {
  alerts = new Map();
  rooms = new Map();
  link = { broker: true, store: true, lost_at: null };
  upkeep = { alarms: [], rounds: [] }; // what is wrong with devices, and rooms to look into
  station = "";
  reached = null; // not asked yet
  broken = false; // this page has failed to show something
  who = 0; // counts who was signed in, since that says what is shown of an alert
  #ahead = 0; // of the station's clock over this screen's, ms
  #lists = {}; // sorted once, until something changes

  /** Take an event; returns the alerts that ring now. */
  take(kind, data) {
    this.reached = true;
    if (kind !== "tick") this.#lists = {};
    switch (kind) {
      case "board":
        return this.#replace(data);
      case "alert":
        return this.#put(data);
      case "room":
        this.rooms.set(`${data.site}/${data.room}`, data);
        break;
      case "gone":
        this.alerts.delete(data.id);
        break;
      case "retired":
        this.rooms.delete(`${data.site}/${data.room}`);
        break;
      case "upkeep":
        this.upkeep = data;
        break;
      case "link":
        this.link = data;
        break;
      case "tick":
        this.#set(data.now);
    }
    return [];
  }

  /** How an alert stands, as the answer to our own request told before the event comes. `before` is
   *  how it stood when we asked: if an event came since, that one or the next knows better. */
  set(alert, before) {
    if (this.alerts.get(alert.id) !== before) return;
    this.#lists = {};
    this.alerts.set(alert.id, alert);
  }

  get now() {
    return new Date(Date.now() + this.#ahead);
  }

  /** Nobody goes yet: by priority, then the longest wait. */
  get open() {
    return (this.#lists.open ??= this.#sorted(waits));
  }

  /** Somebody has it and has not closed it, in the same order. */
  get held() {
    return (this.#lists.held ??= this.#sorted(isHeld));
  }

  /** It is over: the latest first. */
  get ended() {
    this.#lists.ended ??= [...this.alerts.values()]
      .filter((alert) => alert.ended)
      .sort((a, b) => new Date(b.ended.at) - new Date(a.ended.at));
    return this.#lists.ended;
  }

  /** The rooms, those in trouble first. */
  get sortedRooms() {
    this.#lists.rooms ??= [...this.rooms.values()].sort(
      (a, b) =>
        HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health) ||
        names.compare(a.site, b.site) ||
        names.compare(a.room, b.room),
    );
    return this.#lists.rooms;
  }

  get severalSites() {
    const known = () => [...this.rooms.values(), ...this.alerts.values()];
    return (this.#lists.several ??= new Set(known().map((it) => it.site)).size > 1);
  }

  /** What every row shows besides its own: the language, whether sites are told, what today is, and
   *  for whom. */
  get setting() {
    const today = this.now.toDateString();
    return `${document.documentElement.lang} ${this.severalSites} ${today} ${this.who}`;
  }

  #replace(data) {
    this.#set(data.now);
    this.station = data.station;
    this.link = data.link;
    this.upkeep = data.upkeep;
    this.rooms = new Map(data.rooms.map((room) => [`${room.site}/${room.room}`, room]));
    const before = this.alerts;
    this.alerts = new Map(data.alerts.map((alert) => [alert.id, alert]));
    return data.alerts.filter((alert) => isNews(before.get(alert.id), alert));
  }

  #put(alert) {
    const before = this.alerts.get(alert.id);
    this.alerts.set(alert.id, alert);
    return isNews(before, alert) ? [alert] : [];
  }

  #set(now) {
    this.#ahead = new Date(now) - Date.now();
  }

  #sorted(wanted) {
    return [...this.alerts.values()]
      .filter(wanted)
      .sort((a, b) => rank(a) - rank(b) || since(a) - since(b) || (a.id < b.id ? -1 : 1));
  }
}

export function waits(alert) {
  return WAITING.includes(alert.stage);
}

function isHeld(alert) {
  return HELD.includes(alert.stage);
}

/** Whether an alert rings: it is new or worse, or is heard again with nobody there. One that nobody
 *  answers rings again by itself; the station counts that. The terminal does alike: picture.py. */
function isNews(before, alert) {
  if (alert.ended) return false;
  if (!before) return waits(alert);
  if (rank(alert) < rank(before)) return true;
  if (alert.repeats > before.repeats && alert.stage !== "in_room") return true;
  const more = alert.rings > before.rings || alert.calls.length > before.calls.length;
  return waits(alert) && (isHeld(before) || more);
}

function rank(alert) {
  return PRIORITIES.indexOf(alert.priority);
}

function since(alert) {
  return new Date(alert.onset_at).getTime();
}
