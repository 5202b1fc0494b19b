import type { Clock } from "#kernel/clock.ts";
import { cutText } from "#kernel/characters.ts";
import type { Log } from "#kernel/log.ts";
import type { Exchange, OutboundCall } from "#outbound/types.ts";
import { loggedAddress } from "#catalog/logged-address.ts";
import type { CallFilter, CallPage, CallStore, LoggedCall } from "#storage/call-store.ts";

export interface CallLogParts {
  store: CallStore;
  clock: Clock;
  log: Log;
}

/** Nothing waits for a line of the log: it is written with others, this long after the first of them. A crash loses so much of it. */
const everyMs = 1_000;
const writtenAtOnce = 500;
/** While the store refuses writes, more than this is not kept. */
const mostWaiting = 20_000;
const longestAddress = 300;

/** Notes which login is used for which call. Calls only leave a line in memory; the lines are written beside them, many to a commit. */
export class CallLog {
  readonly #parts: CallLogParts;
  #waiting: LoggedCall[] = [];
  #dropped = 0;
  #disarm: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: CallLogParts) {
    this.#parts = parts;
  }

  /** A call that was sent. `error`: the code of what went wrong. */
  readonly note = (call: OutboundCall, exchange: Exchange, error: string | null): void => {
    if (call.open === true) return; // no login was used
    if (this.#waiting.length >= mostWaiting) return void this.#dropped++;
    this.#waiting.push(lineOf(call, exchange, error));
    this.#disarm ??= this.#parts.clock.after(everyMs, () => void this.flush());
  };

  /** The newest first, with what was noted up to now. */
  async list(workspaceId: string, filter: CallFilter, page: { before?: number; limit: number }): Promise<CallPage> {
    if (page.before === undefined) await this.flush();
    return this.#parts.store.list(workspaceId, filter, page);
  }

  /** Writes what is waiting. */
  flush(): Promise<void> {
    this.#disarm?.();
    this.#disarm = null;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { store, clock, log } = this.#parts;
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.slice(0, writtenAtOnce);
      try {
        await store.add(lines);
      } catch (err) {
        log.warn({ err }, "The log of calls could not be written; it is tried again shortly");
        this.#disarm ??= clock.after(everyMs, () => void this.flush());
        return;
      }
      this.#waiting.splice(0, lines.length);
    }
    if (this.#dropped > 0) log.warn({ calls: this.#dropped }, "The store refused writes for so long that the log of calls has a gap");
    this.#dropped = 0;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#disarm?.();
  }
}

function lineOf({ connection, operation, cause }: OutboundCall, exchange: Exchange, error: string | null): LoggedCall {
  return {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    connection: connection.name,
    at: exchange.at,
    durationMs: Math.round(exchange.durationMs),
    app: connection.app,
    operation: operation.id,
    method: exchange.method,
    address: cutText(loggedAddress(exchange.url, operation.path), longestAddress),
    status: exchange.status ?? null,
    error,
    purpose: cause?.purpose ?? "direct",
    by: cause?.by ?? null,
    flowId: cause?.flowId ?? null,
    runId: cause?.runId ?? null,
    step: cause?.step ?? null,
  };
}
