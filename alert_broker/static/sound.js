// A sound for each priority, after IEC 60601-1-8: bursts of 5, 3 or 2 pulses, rich in harmonics so
// that they are heard through a door and their direction is felt. Rounds and technical alarms have
// one of their own, lower and softer, that any alert ends.

const PULSES = {
  high: { notes: [523, 523, 523, 0, 523, 523], pulse: 0.16, pause: 0.1, bursts: 2 },
  medium: { notes: [523, 523, 523], pulse: 0.2, pause: 0.2, bursts: 1 },
  low: { notes: [440, 349], pulse: 0.24, pause: 0.16, bursts: 1 },
  lost: { notes: [698, 349, 698, 349], pulse: 0.3, pause: 0.06, bursts: 1 },
  round: { notes: [262, 330], pulse: 0.45, pause: 0.1, bursts: 1 },
  technical: { notes: [196], pulse: 0.7, pause: 0.1, bursts: 1 },
};
const RANK = ["technical", "round", "lost", "low", "medium", "high"];
const BETWEEN_BURSTS_S = 0.5;
const LOUDNESS = { high: 0.5, medium: 0.35, low: 0.25, lost: 0.4, round: 0.2, technical: 0.12 };

export class Sound {
  #context = null;
  #wave = null;
  #busyUntil = 0;
  #kind = "";
  #pulses = [];
  #onChange;

  /** Calls onChange(on) whenever the sound goes on or off, also when the browser decides it. */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get on() {
    return this.#context?.state === "running";
  }

  /** Turn the sound on; a browser allows it only while somebody presses something. */
  async enable() {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#wave = this.#context.createPeriodicWave([0, 0, 0, 0, 0, 0], [0, 1, 0.7, 0.5, 0.35, 0.25]);
      this.#context.addEventListener("statechange", () => this.#onChange(this.on));
    }
    await this.#context.resume();
    this.#onChange(this.on);
  }

  /** Sound one burst; it ends a lesser one, and what is as urgent is not piled up. */
  play(kind) {
    if (!this.on) return;
    const begins = this.#context.currentTime + 0.02;
    if (begins < this.#busyUntil && RANK.indexOf(kind) <= RANK.indexOf(this.#kind)) return;
    this.hush();
    this.#kind = kind;
    const { notes, pulse, pause, bursts } = PULSES[kind];
    let at = begins;
    for (let burst = 0; burst < bursts; burst += 1) {
      for (const note of notes) {
        if (note) this.#pulse(note, at, pulse, LOUDNESS[kind]);
        at += pulse + pause;
      }
      at += BETWEEN_BURSTS_S;
    }
    this.#busyUntil = at;
  }

  /** End what sounds now. */
  hush() {
    for (const pulse of this.#pulses) pulse.disconnect();
    this.#pulses = [];
    this.#busyUntil = 0;
  }

  #pulse(frequency, at, length, loudness) {
    const oscillator = this.#context.createOscillator();
    const gain = this.#context.createGain();
    oscillator.setPeriodicWave(this.#wave);
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness, at + 0.02);
    gain.gain.setValueAtTime(loudness, at + length - 0.04);
    gain.gain.linearRampToValueAtTime(0, at + length);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(at);
    oscillator.stop(at + length);
    this.#pulses.push(gain);
  }
}
