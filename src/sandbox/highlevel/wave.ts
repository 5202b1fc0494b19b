const rate = 8000;
const longestSeconds = 5;

/** A WAV file in which nothing is heard: 8 kHz, 8 bit, one channel. */
export function silence(seconds: number): Buffer {
  const length = Math.max(1, Math.min(seconds, longestSeconds)) * rate;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "ascii");
  head.writeUInt32LE(36 + length, 4);
  head.write("WAVEfmt ", 8, "ascii");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36, "ascii");
  head.writeUInt32LE(length, 40);
  return Buffer.concat([head, Buffer.alloc(length, 0x80)]);
}
