const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Numbers that look random and are the same each time for the same words of state (sfc32). */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #n = 1;

  constructor(seed: number, stream = 0, salt = 0) {
    [this.#a, this.#b, this.#c] = [seed | 0, stream | 0, salt | 0];
    for (let i = 0; i < 16; i++) this.next();
  }

  /** At least 0, less than 1. */
  next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#n) | 0;
    this.#n = (this.#n + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  }

  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!;
  }
}

/** The nth id of 20 letters and digits under a seed, as HighLevel writes contacts, locations and users. */
export function recordId(seed: number, n: number): string {
  const random = new Random(seed, n, 20);
  let id = "";
  for (let i = 0; i < 20; i++) id += alphabet[random.int(62)];
  return id;
}

/** The nth id of 24 hexadecimal digits under a seed, as HighLevel writes businesses and apps. */
export function hexId(seed: number, n: number): string {
  const random = new Random(seed, n, 24);
  let id = "";
  for (let i = 0; i < 24; i++) id += random.int(16).toString(16);
  return id;
}
