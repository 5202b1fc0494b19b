/** What one trial showed: figures to print, and a sentence for each promise it saw broken. */
export interface Outcome {
  figures: Record<string, string | number>;
  broken: string[];
}

/** One way to break Millrace on purpose, against the built product, on this machine's loopback only. */
export interface Trial {
  title: string;
  run(): Promise<Outcome>;
}

/** Collects sentences for what did not hold. */
export class Promises {
  readonly broken: string[] = [];

  expect(held: boolean, sentence: string): void {
    if (!held) this.broken.push(sentence);
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}
