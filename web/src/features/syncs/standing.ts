import type { SideReading, SyncJobView, SyncView } from "#api/schemas.ts";
import { dayTitle, durationWords } from "../../lib/time.ts";
import { capital, count, plural } from "../../lib/words.ts";

/** Pure: how a sync stands, in a word. What needs a person comes first. */

export type Standing = "draft" | "first" | "asking" | "paused" | "conflicts" | "problems" | "catching" | "step";

type Stood = Pick<SyncView, "status" | "counts" | "job" | "inStepSince" | "asking">;

/** Which of its states a sync is to be shown in. */
export function standingOf({ status, counts, inStepSince }: Stood): Standing {
  if (status !== "on") return status;
  if (counts.conflicts > 0) return "conflicts";
  if (counts.problems > 0) return "problems";
  return inStepSince === null ? "catching" : "step";
}

/** "In step since 14:03", "3 conflicts to decide", "First sync 34 %". */
export function standingWords(sync: Stood, now: number): string {
  const words: Record<Standing, () => string> = {
    draft: () => "Not started",
    first: () => (sync.job?.learns ? `${learning}${shareWords(sync.job)}` : `First sync${doneWords(sync.job)}`),
    asking: () => (sync.asking === null ? "Waits for your answer" : `Waits for your answer: ${plural(sync.asking.deletions, "deletion")}`),
    paused: () => "Paused",
    conflicts: () => `${plural(sync.counts.conflicts, "conflict")} to decide`,
    problems: () => `${plural(sync.counts.problems, "pair")} with a problem`,
    catching: () => "Catching up",
    step: () => `In step since ${sinceWords(sync.inStepSince ?? now, now)}`,
  };
  return words[standingOf(sync)]();
}

/** The share of a job that is done; null as long as nobody knows how much there is. */
export function shareDone(job: Pick<SyncJobView, "done" | "total"> | null): number | null {
  if (job === null || job.total === null) return null;
  return job.total === 0 ? 1 : Math.min(1, job.done / job.total);
}

/** What a start from now on only does first. */
const learning = "Learning what is there";

const doneWords = (job: SyncJobView | null): string => shareWords(job) || ": reading both sides";

function shareWords(job: SyncJobView | null): string {
  const share = job?.state === "reading" ? null : shareDone(job);
  return share === null ? "" : ` ${Math.floor(share * 100)} %`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** "14:03" on the same day, else "yesterday, 14:03" and "28 Nov, 14:03". */
export function sinceWords(at: number, now: number): string {
  const day = dayTitle(at, now);
  if (day === "Today") return clock.format(at);
  return `${day === "Yesterday" ? "yesterday" : day}, ${clock.format(at)}`;
}

const jobTitles: Record<SyncJobView["kind"], string> = { first: "First sync", undo: "Undo", repair: "Bringing into step" };
const jobStates: Record<SyncJobView["state"], string> = {
  reading: "reading both sides",
  running: "running",
  paused: "paused",
  done: "done",
  failed: "stopped",
  cancelled: "cancelled",
};

/** "First sync, running". */
export const jobTitle = ({ kind, state, learns }: Pick<SyncJobView, "kind" | "state" | "learns">): string =>
  `${learns ? learning : jobTitles[kind]}, ${jobStates[state]}`;

/** Whether a job goes on by itself, or would if nobody had paused it. */
export const isUnderWay = (job: Pick<SyncJobView, "state"> | null): boolean =>
  job !== null && (job.state === "reading" || job.state === "running" || job.state === "paused");

/** "3,400 of 10,000 · 100 a minute · 66 min left · 3 failed". What an undo could not put back was left as it is. */
export function jobWords({ kind, done, failed, total, perMinute, endsAt, state }: SyncJobView, now: number): string {
  const parts = [total === null ? `${count(done)} so far` : `${count(done)} of ${count(total)}`];
  if (state === "running" && perMinute !== null) parts.push(`${count(Math.round(perMinute))} a minute`);
  if (state === "running" && endsAt !== null && endsAt > now) parts.push(`${leftWords(endsAt - now)} left`);
  if (failed > 0) parts.push(`${count(failed)} ${kind !== "undo" ? "failed" : failed === 1 ? "left as it is" : "left as they are"}`);
  return parts.join(" · ");
}

const minute = 60_000;

/** How long something takes, as one says it beforehand: "less than a minute", "12 min", "3 h", "2 days". */
export function leftWords(ms: number): string {
  if (ms < minute) return "less than a minute";
  if (ms < 90 * minute) return `${Math.ceil(ms / minute)} min`;
  const hours = Math.ceil(ms / (60 * minute));
  return hours < 48 ? `${hours} h` : `${Math.ceil(hours / 24)} days`;
}

/** How a side is read: what changed often, and all of it seldom where that takes many calls. */
export function readingWords({ everyMs, wholeEveryMs, pages, stops }: SideReading): string {
  const whole = `all of it, ${plural(pages, "page")}, is read every ${durationWords(wholeEveryMs)}, which finds deletions`;
  return stops ? `What changed is looked for every ${durationWords(everyMs)}; ${whole}.` : `${capital(whole)}.`;
}
