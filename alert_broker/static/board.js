// What the station has told us: alerts, rooms, link. It keeps and sorts; others show.

const PRIORITIES = ["high", "medium", "low"];
const HEALTHS = ["offline", "silent", "fault", "awaited", "online"];
const names = new Intl.Collator("fr", { numeric: true });

export class Board {
  alerts = new Map();
  rooms = new Map();
  link = { broker: true, store: true, lost_at: null };
  station = "";
  reached = null; // not asked yet
  #ahead = 0; // of the station's clock over this screen's, ms

  /** Take an event; returns the alerts that are new or have become more urgent. */
  take(kind, data) {
    this.reached = true;
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
      case "link":
        this.link = data;
        break;
      case "tick":
        this.#set(data.now);
    }
    return [];
  }

  /** Somebody goes, as the answer to our own request told before the event comes. */
  setTaken(id, taken) {
    const known = this.alerts.get(id);
    if (known) this.alerts.set(id, { ...known, taken });
  }

  get now() {
    return new Date(Date.now() + this.#ahead);
  }

  /** Nobody goes yet: by priority, then the longest wait. */
  get open() {
    return [...this.alerts.values()]
      .filter((alert) => !alert.taken)
      .sort((a, b) => rank(a) - rank(b) || since(a) - since(b) || (a.id < b.id ? -1 : 1));
  }

  /** Somebody goes: the latest first. */
  get taken() {
    return [...this.alerts.values()]
      .filter((alert) => alert.taken)
      .sort((a, b) => new Date(b.taken.at) - new Date(a.taken.at));
  }

  /** The rooms, those in trouble first. */
  get sortedRooms() {
    return [...this.rooms.values()].sort(
      (a, b) =>
        HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health) ||
        names.compare(a.site, b.site) ||
        names.compare(a.room, b.room),
    );
  }

  get severalSites() {
    const known = [...this.rooms.values(), ...this.alerts.values()];
    return new Set(known.map((it) => it.site)).size > 1;
  }

  #replace(data) {
    this.#set(data.now);
    this.station = data.station;
    this.link = data.link;
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
}

function isNews(before, alert) {
  return !alert.taken && (!before || rank(alert) < rank(before));
}

function rank(alert) {
  return PRIORITIES.indexOf(alert.priority);
}

function since(alert) {
  return new Date(alert.onset_at).getTime();
}
