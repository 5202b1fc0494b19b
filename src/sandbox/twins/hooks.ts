import { createHmac } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { newToken } from "#kernel/ids.ts";
import type { Faults } from "../faults.ts";
import type { Post } from "../post.ts";
import type { Records } from "../records.ts";
import { Table, type Row } from "../table.ts";

/** Who wants to be told of what. */
export interface Subscription extends Row {
  url: string;
  events: string[];
  /** What its events are signed with. */
  secret: string;
}

/** An event that was posted, or is being tried again. */
interface Sent {
  at: number;
  event: string;
  url: string;
  /** What the receiver said; `lost` by a fault. */
  status: number | string;
}

interface Parts {
  /** The twin's own, before the families of its rows. */
  name: string;
  /** The header that has the signature. */
  header: string;
  records: Records;
  clock: Clock;
  faults: Faults;
  post: Post;
}

const waitsMs = [minuteMs, 5 * minuteMs, 15 * minuteMs];
const shown = 50;

/** Posts a twin's events to whoever subscribed, signed with HMAC. What is not taken is tried again; who answers 410 is no longer told. */
export class TwinHooks {
  readonly #parts: Parts;
  readonly #subscriptions: Table<Subscription>;
  readonly #timers = new Set<() => void>();
  readonly #underWay = new Set<Promise<void>>();
  #sent: Sent[] = [];
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#subscriptions = new Table<Subscription>(parts.records, `${parts.name}Hook`);
  }

  list(): Subscription[] {
    return this.#subscriptions.all();
  }

  /** The last ones, newest first. */
  sent(): readonly Sent[] {
    return this.#sent.toReversed();
  }

  /** The same address again changes its events, and gets a new secret. */
  subscribe(url: string, events: string[]): Subscription {
    const present = this.list().find((each) => each.url === url);
    return this.#subscriptions.put({ id: present?.id ?? `hook_${newToken(9)}`, url, events, secret: `whsec_${newToken(24)}` });
  }

  unsubscribe(id: string): boolean {
    const isThere = this.#subscriptions.get(id) !== undefined;
    if (isThere) this.#subscriptions.delete(id);
    return isThere;
  }

  /** Tells everybody who wants to know. It leaves once the request that caused it is over. */
  tell(event: string, body: Record<string, unknown>): void {
    const { clock, faults } = this.#parts;
    const text = JSON.stringify({ id: `evt_${newToken(12)}`, event, at: new Date(clock.now()).toISOString(), ...body });
    for (const { id } of this.list().filter(({ events }) => events.includes(event))) {
      if (faults.strike("webhook_lost", event)) this.#note(id, event, "lost");
      else {
        const late = faults.strike("webhook_late", event);
        const copies = faults.strike("webhook_doubled", event) ? 2 : 1;
        for (let i = 0; i < copies; i++) this.#later(late ? (late.ms ?? minuteMs) : 0, { id, event, text, tried: 0 });
      }
    }
  }

  /** Resolves when nothing is being sent just now. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  clear(): void {
    this.#sent = [];
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    await this.settled();
  }

  #later(waitMs: number, letter: Letter): void {
    if (this.#closed) return;
    const cancel = this.#parts.clock.after(waitMs, () => {
      this.#timers.delete(cancel);
      const attempt = this.#attempt(letter);
      this.#underWay.add(attempt);
      void attempt.finally(() => this.#underWay.delete(attempt));
    });
    this.#timers.add(cancel);
  }

  async #attempt({ id, event, text, tried }: Letter): Promise<void> {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) return;
    const { header, post } = this.#parts;
    const signature = `sha256=${createHmac("sha256", subscription.secret).update(text).digest("hex")}`;
    const headers = { "content-type": "application/json", "user-agent": "millrace-sandbox", [header]: signature };
    const status = await post(subscription.url, { headers, body: text }).catch(() => "no answer");
    this.#note(id, event, status);
    if (status === 410) this.unsubscribe(id);
    else if (typeof status !== "number" || status >= 300) this.#again({ id, event, text, tried });
  }

  #again(letter: Letter): void {
    const waitMs = waitsMs[letter.tried];
    if (waitMs !== undefined) this.#later(waitMs, { ...letter, tried: letter.tried + 1 });
  }

  #note(id: string, event: string, status: number | string): void {
    const url = this.#subscriptions.get(id)?.url ?? "";
    this.#sent = [...this.#sent, { at: this.#parts.clock.now(), event, url, status }].slice(-shown);
  }
}

interface Letter {
  /** Of the subscription. */
  id: string;
  event: string;
  text: string;
  tried: number;
}
