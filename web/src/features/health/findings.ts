import type { HealthFinding } from "#api/schemas.ts";
import { durationWords } from "../../lib/time.ts";
import { listed, plural } from "../../lib/words.ts";

const mostDriftMs = 60_000;
/** How many findings the summary names. */
const mostNamed = 3;
const severity: Record<HealthFinding["state"], number> = { bad: 0, warn: 1, advice: 2, ok: 3 };

/** The worst first; otherwise as they came. */
export const inOrder = (findings: readonly HealthFinding[]): HealthFinding[] =>
  findings.toSorted((a, b) => severity[a.state] - severity[b.state]);

/** All findings in a sentence, with the state of the worst. Not `whole`: the reader does not see those of the machine. */
export function summaryOf(
  findings: readonly HealthFinding[],
  { whole }: { whole: boolean },
): { state: HealthFinding["state"]; words: string } {
  const [broken, open] = (["bad", "warn"] as const).map((state) => findings.filter((finding) => finding.state === state));
  const said = [counted(broken!, "problem"), counted(open!, "warning")].filter((words) => words !== null);
  if (said.length === 0) return { state: "ok", words: whole ? "No problems found." : "No problems found in this workspace." };
  return { state: broken!.length > 0 ? "bad" : "warn", words: `${said.join("; ")}.` };
}

/** "2 warnings: backups, encryption key" */
function counted(findings: readonly HealthFinding[], word: string): string | null {
  if (findings.length === 0) return null;
  const about = [...new Set(findings.map(({ what }) => what))];
  return `${plural(findings.length, word)}: ${listed(about.length > mostNamed ? [...about.slice(0, mostNamed), `${about.length - mostNamed} more`] : about)}`;
}

/** Whether the reader's clock agrees with the server's. If not, times on this page are wrong. */
export function clockFindings(serverNow: number, readAt: number): HealthFinding[] {
  const drift = Math.abs(serverNow - readAt);
  if (drift <= mostDriftMs) return [];
  const says = `your computer's clock and the server's clock differ by ${durationWords(drift)}. Turn on automatic time on both`;
  return [{ state: "warn", what: "clocks", says }];
}
