import type { HealthFinding } from "#api/schemas.ts";
import { durationWords } from "../../lib/time.ts";
import { plural } from "../../lib/words.ts";

const mostDriftMs = 60_000;
const severity: Record<HealthFinding["state"], number> = { bad: 0, warn: 1, advice: 2, ok: 3 };

/** The worst first; otherwise as they came. */
export const inOrder = (findings: readonly HealthFinding[]): HealthFinding[] =>
  findings.toSorted((a, b) => severity[a.state] - severity[b.state]);

/** All findings in a sentence, with the state of the worst. Not `whole`: those of the machine are kept from whoever looks. */
export function summaryOf(
  findings: readonly HealthFinding[],
  { whole }: { whole: boolean },
): { state: HealthFinding["state"]; words: string } {
  const [broken, open] = (["bad", "warn"] as const).map((state) => findings.filter((finding) => finding.state === state).length) as [
    number,
    number,
  ];
  const minor = plural(open, "thing should be seen to", "things should be seen to");
  if (broken === 0)
    return open === 0
      ? { state: "ok", words: whole ? "Everything is as it should be." : "What you may see is fine." }
      : { state: "warn", words: `${minor}.` };
  const major = plural(broken, "thing does not work", "things do not work");
  return { state: "bad", words: open === 0 ? `${major}.` : `${major}, and ${minor}.` };
}

/** Whether the reader's clock agrees with the server's: one of the two is wrong, and times on this page with it. */
export function clockFindings(serverNow: number, readAt: number): HealthFinding[] {
  const drift = Math.abs(serverNow - readAt);
  if (drift <= mostDriftMs) return [];
  const says = `the clock of your computer and that of the server differ by ${durationWords(drift)}. Let the network set both`;
  return [{ state: "warn", what: "clocks", says }];
}
