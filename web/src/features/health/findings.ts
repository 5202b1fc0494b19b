import type { HealthFinding } from "#api/schemas.ts";
import { durationWords } from "../../lib/time.ts";
import { listed, plural } from "../../lib/words.ts";

const mostDriftMs = 60_000;
/** How many findings the summary names. */
const mostNamed = 3;
const severity: Record<HealthFinding["state"], number> = { bad: 0, warn: 1, advice: 2, ok: 3 };

/** Why a check is made, for somebody who does not run servers. A check of a single flow or connection speaks for itself. */
export const checkReasons: Readonly<Record<string, string>> = {
  access: "Who can reach this Millrace.",
  "data folder": "Flows, logins and runs are kept in it.",
  disk: "When it is full, no event can be kept.",
  "encryption key": "It opens the stored logins. Whoever has it and the data can use them.",
  backups: "Without one, a broken disk takes all flows, logins and runs with it.",
  settings: "What this Millrace was started with.",
  store: "The database that keeps everything.",
  server: "The program that receives events and runs flows.",
  clocks: "Times on this page are wrong while they differ.",
  hold: "It was started to be looked at first.",
};

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
  const passed = findings.filter(({ state }) => state === "ok").length;
  if (said.length === 0) return { state: "ok", words: whole ? "No problems found." : "No problems found in this workspace." };
  const rest = passed === 0 ? "" : ` ${plural(passed, "other check")} passed.`;
  return { state: broken!.length > 0 ? "bad" : "warn", words: `${said.join("; ")}.${rest}` };
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
