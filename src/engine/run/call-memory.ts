import type { Clock } from "#kernel/clock.ts";
import { contentHash } from "#kernel/digest.ts";
import { sizeUpTo } from "#kernel/json.ts";
import type { StepCall, StepCallResult, StepCaller } from "../ports/caller.ts";

const keptMs = 5 * 60_000;
/** A failure is asked again soon, and yet not at every keystroke. */
const failureMs = 5_000;
const mostBytes = 64 * 1024 * 1024;
/** A larger answer is read again each time. */
const largestBytes = 8 * 1024 * 1024;

interface Kept {
  result: Promise<StepCallResult>;
  until: number;
  bytes: number;
}

/**
 * What dry calls gave, while somebody edits a flow: as one types, only what changed is read again. A dry call writes nothing, so the same
 * call gives the same for a few minutes. `room` keeps the calls of one flow apart from those of others.
 */
export class CallMemory {
  readonly #clock: Clock;
  /** The longest unused first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The caller with a memory for its dry calls. */
  around(caller: StepCaller, room: string): StepCaller {
    return {
      call: (request) => (request.dry ? this.#call(caller, room, request) : caller.call(request)),
      confirmed: (request, since) => caller.confirmed(request, since),
      facts: (workspaceId, app, operation, input) => caller.facts(workspaceId, app, operation, input),
      destination: (request) => caller.destination(request),
      onHostBack: (listener) => caller.onHostBack(listener),
    };
  }

  /** What was kept is read again: something was written. */
  forget(room: string): void {
    for (const [key, kept] of this.#kept) if (key.startsWith(`${room}\n`)) this.#drop(key, kept);
  }

  #call(caller: StepCaller, room: string, request: StepCall): Promise<StepCallResult> {
    const key = `${room}\n${keyOf(request)}`;
    const hit = this.#kept.get(key);
    if (hit && hit.until > this.#clock.now()) {
      this.#kept.delete(key);
      this.#kept.set(key, hit);
      return hit.result;
    }
    if (hit) this.#drop(key, hit);
    const result = caller.call(request);
    const kept: Kept = { result, until: this.#clock.now() + keptMs, bytes: 0 };
    this.#kept.set(key, kept);
    result.then(
      (done) => this.#weigh(key, kept, done),
      () => void (kept.until = this.#clock.now() + failureMs),
    );
    return result;
  }

  #weigh(key: string, kept: Kept, result: StepCallResult): void {
    if (this.#kept.get(key) !== kept) return;
    kept.bytes = sizeUpTo([result.output, result.exchanges], largestBytes);
    this.#bytes += kept.bytes;
    if (kept.bytes >= largestBytes) this.#drop(key, kept);
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= mostBytes) break;
      this.#drop(oldest, old);
    }
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
  }
}

/** What a dry call depends on. */
function keyOf({ workspaceId, app, operation, connection, input, settings, rows, keepHeaders }: StepCall): string {
  const { emptied, ...rest } = settings ?? {};
  return contentHash([
    workspaceId,
    app,
    operation,
    connection ?? null,
    input,
    rest,
    [...(emptied ?? [])],
    rows ?? null,
    keepHeaders ?? false,
  ]);
}
