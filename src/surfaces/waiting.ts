/** What a run waits for and until when, as one sentence: for the page and the terminal alike. */
export interface WaitingView {
  kind: "retry" | "connection" | "wait" | "quota" | "place" | "settling" | "behind" | "quiet";
  /** What it waits for, without when. */
  reason: string;
  /** When it goes on by itself; null where that depends on others. */
  until: number | null;
  step?: string | undefined;
  /** Retry: attempts made so far. */
  attempts?: number | undefined;
  /** Connection: when the wait began. */
  since?: number | undefined;
}

/** "HighLevel answered 500; next try in 20 s (3rd)". Times of day are in the reader's zone, or the one that is passed. */
export function waitingSentence({ kind, reason, until, attempts, since }: WaitingView, now: number, zone?: string): string {
  if (kind === "wait") return `Waits${until === null ? "" : ` until ${clockTime(until, now, zone)}`}`; // which step waits, the steps show
  if (kind === "connection") return since === undefined ? reason : `${reason} (since ${clockTime(since, now, zone)})`;
  if (until === null) return reason;
  if (kind === "retry")
    return `${reason}; next try ${soon(until, now, zone)}${attempts === undefined ? "" : ` (${ordinal(attempts + 1)})`}`;
  if (kind === "quota") return `${reason}; continues about ${clockTime(until, now, zone, true)}`;
  return `${reason}; continues ${soon(until, now, zone)}`;
}

interface OutageView {
  reason: string;
  since: number;
  nextTryAt: number | null;
  waiting: number;
  /** The runs of one flow only. */
  ofFlow?: true | undefined;
  /** Set where runs wait for a connection and not for a host. */
  connection?: { title: string; status: string } | undefined;
}

/** "HighLevel has answered 500 since 08:28; 3 runs wait, nothing is lost, next try 08:29", "Acme Dental is broken: 37 runs wait for it since 02:14" */
export function outageSentence(outage: OutageView, now: number, zone?: string): string {
  const { reason, since, nextTryAt, waiting, connection, ofFlow } = outage;
  const of = ofFlow ? " of this flow" : "";
  const wait = waiting === 1 ? `1 run${of} waits` : `${waiting} runs${of} wait`;
  if (connection) {
    const fault = loginWords[connection.status];
    if (fault === undefined) return `${connection.title} can be used again: ${waiting} ${waiting === 1 ? "run goes" : "runs go"} on`;
    return `${connection.title} ${fault}: ${wait} for it since ${clockTime(since, now, zone)}, nothing is lost`;
  }
  const fault = reason.replace(/^(\S.*?) answered (\d+)$/, "$1 has answered $2");
  const begun = fault === reason ? `${reason} (since ${clockTime(since, now, zone)})` : `${fault} since ${clockTime(since, now, zone)}`;
  const next =
    nextTryAt === null
      ? ""
      : nextTryAt <= now
        ? ", next try now"
        : `, next try ${clockTime(nextTryAt, now, zone, nextTryAt - now < 60_000)}`;
  return `${begun}; ${wait}, nothing is lost${next}`;
}

/** "10 runs wait since 02:14 and go on by themselves once it works", beside what says already which connection it is. */
export function waitSentence({ since, waiting, connection }: OutageView, now: number, zone?: string): string {
  const isUsable = connection !== undefined && loginWords[connection.status] === undefined;
  if (isUsable) return waiting === 1 ? "1 run that waited for it goes on" : `${waiting} runs that waited for it go on`;
  const [wait, go] = waiting === 1 ? ["1 run waits", "goes on by itself"] : [`${waiting} runs wait`, "go on by themselves"];
  return `${wait} since ${clockTime(since, now, zone)} and ${go} once it works. Nothing is lost`;
}

/** What is wrong with a connection, by its status. */
const loginWords: Readonly<Record<string, string>> = { broken: "is broken", paused: "is paused", failed: "cannot be used" };

const minute = 60_000;
const day = 86_400_000;

/** "in 20 s", "in 3 min", "at 09:00". */
function soon(at: number, now: number, zone?: string): string {
  const left = at - now;
  if (left <= 0) return "now";
  if (left < minute) return `in ${Math.ceil(left / 1000)} s`;
  if (left < 60 * minute) return `in ${Math.ceil(left / minute)} min`;
  return `at ${clockTime(at, now, zone)}`;
}

/** "09:00", "Monday 09:00" within a week, "3 Dec 09:00" beyond. */
function clockTime(at: number, now: number, zone?: string, seconds = false): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, ...(zone !== undefined && { timeZone: zone }) }).format(at);
  const time = part({ hour: "2-digit", minute: "2-digit", ...(seconds && { second: "2-digit" }) });
  const sameDay =
    part({ dateStyle: "short" }) ===
    new Intl.DateTimeFormat("en-GB", { dateStyle: "short", ...(zone !== undefined && { timeZone: zone }) }).format(now);
  if (sameDay) return time;
  return `${Math.abs(at - now) < 6 * day ? part({ weekday: "long" }) : part({ day: "numeric", month: "short" })} ${time}`;
}

function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}
