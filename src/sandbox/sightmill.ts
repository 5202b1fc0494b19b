import { cutText } from "#kernel/characters.ts";
import { badInput } from "#kernel/errors.ts";
import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import { sampleAnswers, type SurveyAnswer } from "./answers.ts";
import type { Post } from "./post.ts";
import type { Records } from "./records.ts";
import { Table, type Row } from "./table.ts";

/** The three things SightMill can be asked for, each at an address of its own. */
export const sightMillHooks = {
  send_email_survey: "Send an e-mail survey",
  send_sms_survey: "Send an SMS survey",
  add_contact: "Add a contact",
} as const;
export type SightMillHook = keyof typeof sightMillHooks;

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
  #count: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#sent = new Table<Sent>(parts.records, "sightmillSent");
    this.#received = new Table<Received>(parts.records, "sightmillReceived");
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
    const accepted = statuses.filter((status) => typeof status === "number" && status < 300).length;
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

  sent(count = 50): Sent[] {
    return newest(this.#sent).slice(0, count);
  }

  received(count = 50): Received[] {
    return newest(this.#received).slice(0, count);
  }

  clear(): void {
    for (const { id } of this.#sent.all()) this.#sent.delete(id);
    for (const { id } of this.#received.all()) this.#received.delete(id);
    this.#parts.records.setMeta("sightmill.position", "0");
  }

  async #send(url: string, answer: SurveyAnswer): Promise<number | string> {
    const { post, clock } = this.#parts;
    const headers = { "content-type": "application/json", "user-agent": "millrace-sandbox" };
    const status = await post(url, { headers, body: JSON.stringify(answer) }).catch(() => "no answer");
    this.#keep(this.#sent, { id: this.#nextId(), at: clock.now(), answer, status });
    return status;
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
