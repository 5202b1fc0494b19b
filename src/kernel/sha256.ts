/** SHA-256 in the language itself, since the page works out the same templates as the server and has no hash that answers at once. */

const size = 64;
const primes = firstPrimes(size);
const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const initial = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** The hash of some bytes, as 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state = initial.slice();
  const words = new Int32Array(size);
  const whole = bytes.length - (bytes.length % size);
  addBlocks(state, bytes, whole, words);
  const end = padded(bytes.subarray(whole), bytes.length);
  addBlocks(state, end, end.length, words);
  const hash = new Uint8Array(32);
  const view = new DataView(hash.buffer);
  state.forEach((word, i) => view.setInt32(i * 4, word));
  return hash;
}

/** The hash of a text with a key, by the rule of HMAC. */
export function hmacSha256(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const block = new Uint8Array(size);
  block.set(key.length > size ? sha256(key) : key);
  const inner = sha256(
    joined(
      block.map((byte) => byte ^ 0x36),
      bytes,
    ),
  );
  return sha256(
    joined(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

/** Bytes in hexadecimal digits. */
export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** The last bytes with the mark of the end and the length in bits. */
function padded(rest: Uint8Array, length: number): Uint8Array {
  const end = new Uint8Array(rest.length < size - 8 ? size : 2 * size);
  end.set(rest);
  end[rest.length] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(end.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(end.length - 4, length * 8);
  return end;
}

/** The names are those of the standard (FIPS 180-4, 6.2.2). */
function addBlocks(state: Int32Array, bytes: Uint8Array, length: number, words: Int32Array): void {
  for (let at = 0; at < length; at += size) {
    schedule(words, bytes, at);
    let a = state[0]! | 0;
    let b = state[1]! | 0;
    let c = state[2]! | 0;
    let d = state[3]! | 0;
    let e = state[4]! | 0;
    let f = state[5]! | 0;
    let g = state[6]! | 0;
    let h = state[7]! | 0;
    for (let i = 0; i < size; i++) {
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i]! + words[i]!) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
    state[5]! += f;
    state[6]! += g;
    state[7]! += h;
  }
}

function schedule(words: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const from = at + i * 4;
    words[i] = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
  for (let i = 16; i < size; i++) {
    const near = words[i - 2]!;
    const far = words[i - 15]!;
    const s1 = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
    const s0 = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
    words[i] = words[i - 16]! + s0 + words[i - 7]! + s1;
  }
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The first 32 bits after the point. */
function fraction(number: number): number {
  return Math.floor((number - Math.floor(number)) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const list: number[] = [];
  for (let n = 2; list.length < count; n++) if (list.every((prime) => n % prime !== 0)) list.push(n);
  return list;
}
