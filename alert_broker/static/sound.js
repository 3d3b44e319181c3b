// A sound for each priority, after IEC 60601-1-8: bursts of 5, 3 or 2 pulses, rich in harmonics so
// that they are heard through a door and their direction is felt.

const PULSES = {
  high: { notes: [523, 523, 523, 0, 523, 523], pulse: 0.16, pause: 0.1, bursts: 2 },
  medium: { notes: [523, 523, 523], pulse: 0.2, pause: 0.2, bursts: 1 },
  low: { notes: [440, 349], pulse: 0.24, pause: 0.16, bursts: 1 },
  lost: { notes: [698, 349, 698, 349], pulse: 0.3, pause: 0.06, bursts: 1 },
};
const BETWEEN_BURSTS_S = 0.5;
const LOUDNESS = { high: 0.5, medium: 0.35, low: 0.25, lost: 0.4 };

export class Sound {
  #context = null;
  #wave = null;
  #busyUntil = 0;
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

  /** Sound one burst; a more urgent one never waits for a lesser, the same is not piled up. */
  play(kind) {
    if (!this.on) return;
    const begins = this.#context.currentTime + 0.02;
    if (begins < this.#busyUntil && kind !== "high") return;
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
  }
}
