import { cutText } from "#kernel/characters.ts";
import { badInput } from "#kernel/errors.ts";
import type { Clock } from "#kernel/clock.ts";
import { hourMs } from "#kernel/durations.ts";
import { newToken } from "#kernel/ids.ts";
import { sampleAnswers, type SurveyAnswer } from "./answers.ts";
import type { Post } from "./post.ts";
import type { Records } from "./records.ts";
import { wasTaken } from "./retries.ts";
import { Table, type Row } from "./table.ts";

/** The three things SightMill can be asked for, each at an address of its own. */
export const sightMillHooks = {
  send_email_survey: "Send an e-mail survey",
  send_sms_survey: "Send an SMS survey",
  add_contact: "Add a contact",
} as const;
export type SightMillHook = keyof typeof sightMillHooks;

/** What happens in SightMill beside answers, and is posted where somebody has set such a post up. Their fields are the guides'. */
export const sightMillPosts = {
  tag: "A tag was added or changed",
  note: "A note was written",
  task: "A task is planned",
  lead: "A lead came in",
} as const;
export type SightMillPost = keyof typeof sightMillPosts;

/** Something else than an answer that the twin posted. */
interface Posted extends Row {
  at: number;
  kind: SightMillPost;
  fields: Record<string, string>;
  status: number | string;
}

/** An answer the twin posted. */
interface Sent extends Row {
  at: number;
  answer: SurveyAnswer;
  /** What the receiver said. */
  status: number | string;
}
/** What came in at one of the three addresses. */
interface Received extends Row {
  at: number;
  hook: SightMillHook;
  fields: Record<string, string>;
  /** When the person was asked, and answered. */
  surveyedAt?: number;
}

const fieldNames = ["firstname", "surname", "email", "phone", "segment", "spend", "product", "tag", "owner", "id", "delay"];
const kept = 500;

interface Parts {
  records: Records;
  clock: Clock;
  seed: number;
  post: Post;
}

/** A pretend SightMill: posts survey answers to an address, and takes what it is asked to survey. */
export class SightMill {
  readonly #parts: Parts;
  readonly #sent: Table<Sent>;
  readonly #received: Table<Received>;
  readonly #posted: Table<Posted>;
  readonly #timers = new Set<() => void>();
  #count: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#sent = new Table<Sent>(parts.records, "sightmillSent");
    this.#received = new Table<Received>(parts.records, "sightmillReceived");
    this.#posted = new Table<Posted>(parts.records, "sightmillPosted");
    this.#count = Number(parts.records.getMeta("sightmill.count") ?? 0);
  }

  /** Where answers go when no address is named. */
  get url(): string | undefined {
    return this.#parts.records.getMeta("sightmill.url");
  }

  setUrl(url: string): void {
    this.#parts.records.setMeta("sightmill.url", httpUrl(url));
  }

  /** The secret last part of a hook's path; made once for each data file. */
  tokenOf(hook: SightMillHook): string {
    const saved = this.#parts.records.getMeta(`sightmill.${hook}`);
    if (saved) return saved;
    const token = newToken(24);
    this.#parts.records.setMeta(`sightmill.${hook}`, token);
    return token;
  }

  /** Posts answers. Without a seed each call goes on where the last one stopped. */
  async play({ count, url, seed }: { count: number; url?: string | undefined; seed?: number | undefined }) {
    if (!Number.isInteger(count) || count < 1 || count > 10_000) throw badInput("count", "must be between 1 and 10,000");
    const target = url === undefined ? this.url : httpUrl(url);
    if (!target) throw badInput("url", "is not set: say where answers are posted to");
    const answers = seed === undefined ? sampleAnswers(count, this.#parts.seed, this.#advance(count)) : sampleAnswers(count, seed);
    // A few are posted one after the other, as people answer; many go together, as a campaign does.
    const together = count > 50 ? 8 : 1;
    const statuses: (number | string)[] = [];
    for (let i = 0; i < answers.length; i += together) {
      statuses.push(...(await Promise.all(answers.slice(i, i + together).map((answer) => this.#send(target, answer)))));
    }
    const accepted = statuses.filter(wasTaken).length;
    return { sent: count, accepted, failed: count - accepted };
  }

  /** The first `position` answers were played by their seed: what is played next comes after them. */
  skipTo(position: number): void {
    const at = Number(this.#parts.records.getMeta("sightmill.position") ?? 0);
    if (at < position) this.#parts.records.setMeta("sightmill.position", String(position));
  }

  /** Takes a request at a secret path; false when nobody has that path. */
  receive(token: string, body: Record<string, unknown>): boolean {
    const hook = (Object.keys(sightMillHooks) as SightMillHook[]).find((name) => this.tokenOf(name) === token);
    if (!hook) return false;
    const fields = Object.fromEntries(
      fieldNames.filter((name) => isPlain(body[name])).map((name) => [name, cutText(String(body[name]), 500)]),
    );
    this.#keep(this.#received, { id: this.#nextId(), at: this.#parts.clock.now(), hook, fields });
    return true;
  }

  /**
   * The next scheduled survey: asks everybody who was added, and whoever was to be asked and whose delay is over. Each of them answers at once,
   * and is not asked again.
   */
  async survey(url = this.url): Promise<{ sent: number; accepted: number }> {
    const target = httpUrl(url);
    const due = this.#received.all().filter((row) => row.surveyedAt === undefined && this.#isDue(row));
    const now = this.#parts.clock.now();
    let accepted = 0;
    for (const row of due) {
      this.#received.put({ ...row, surveyedAt: now });
      const [made] = sampleAnswers(1, this.#parts.seed, this.#advance(1));
      const { delay: _, tag, ...person } = row.fields;
      const status = await this.#send(target, { ...made!, ...person, tags: tag ? tag.split(/,\s*/) : made!.tags });
      if (wasTaken(status)) accepted++;
    }
    return { sent: due.length, accepted };
  }

  /** Posts something else than an answer, at once or once a time has passed. */
  async post(
    kind: SightMillPost,
    fields: Record<string, string>,
    { url = this.url, afterMs = 0 }: { url?: string | undefined; afterMs?: number } = {},
  ) {
    const target = httpUrl(url);
    if (afterMs === 0) return this.#deliver(target, kind, fields);
    const cancel = this.#parts.clock.after(afterMs, () => {
      this.#timers.delete(cancel);
      void this.#deliver(target, kind, fields);
    });
    this.#timers.add(cancel);
    return "waiting";
  }

  posted(count = 50): Posted[] {
    return newest(this.#posted).slice(0, count);
  }

  /** What is planned is not posted any more. */
  close(): void {
    for (const cancel of this.#timers) cancel();
  }

  sent(count = 50): Sent[] {
    return newest(this.#sent).slice(0, count);
  }

  received(count = 50): Received[] {
    return newest(this.#received).slice(0, count);
  }

  clear(): void {
    for (const table of [this.#sent, this.#received, this.#posted]) table.clear();
    this.#parts.records.setMeta("sightmill.position", "0");
  }

  #isDue({ at, hook, fields }: Received): boolean {
    const delayMs = hook === "send_email_survey" ? (Number(fields["delay"]) || 0) * hourMs : 0;
    return at + delayMs <= this.#parts.clock.now();
  }

  async #send(url: string, answer: SurveyAnswer): Promise<number | string> {
    const status = await this.#carry(url, answer);
    this.#keep(this.#sent, { id: this.#nextId(), at: this.#parts.clock.now(), answer, status });
    return status;
  }

  async #deliver(url: string, kind: SightMillPost, fields: Record<string, string>): Promise<number | string> {
    const status = await this.#carry(url, { type: kind, ...fields });
    this.#keep(this.#posted, { id: this.#nextId(), at: this.#parts.clock.now(), kind, fields, status });
    return status;
  }

  async #carry(url: string, body: object): Promise<number | string> {
    const headers = { "content-type": "application/json", "user-agent": "millrace-sandbox" };
    return this.#parts.post(url, { headers, body: JSON.stringify(body) }).catch(() => "no answer");
  }

  #advance(count: number): number {
    const position = Number(this.#parts.records.getMeta("sightmill.position") ?? 0);
    this.#parts.records.setMeta("sightmill.position", String(position + count));
    return position;
  }

  #nextId(): string {
    this.#parts.records.setMeta("sightmill.count", String(++this.#count));
    return String(this.#count).padStart(9, "0");
  }

  #keep<T extends Row>(table: Table<T>, row: T): void {
    table.put(row);
    if (table.size > 2 * kept) for (const { id } of newest(table).slice(kept)) table.delete(id);
  }
}

const newest = <T extends Row>(table: Table<T>): T[] => table.all().sort((a, b) => (a.id < b.id ? 1 : -1));
const isPlain = (value: unknown) => typeof value === "string" || typeof value === "number";
/** An `http` or `https` address, or BAD_INPUT. */
export function httpUrl(value: unknown): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") throw badInput("url", "must be an http or https address");
  return url.href;
}
