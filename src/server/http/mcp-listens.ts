import type { ServerResponse } from "node:http";
import type { Clock } from "#kernel/clock.ts";
import { hourMs } from "#kernel/durations.ts";
import { isObject } from "#kernel/json.ts";
import { type InnerCaller, ownerOf } from "./inner-calls.ts";

const mostListens = 500;
const mostOfWorkspace = 50;
const mostOfCaller = 5;
/** After that a client listens again, and shows that it still may. */
const longestMs = hourMs;

/** Streams on which clients of 2026 wait for changes: bounded for each login, each workspace and all together, since each holds a socket. */
export class McpListens {
  readonly #clock: Clock;
  /** Whose each open one is. */
  readonly #open = new Map<ServerResponse, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer for one that is too many; null where it may begin, which counts until its answer is over. */
  begin(body: unknown, caller: InnerCaller, answer: ServerResponse): object | null {
    if (!isObject(body) || body["method"] !== "subscriptions/listen") return null;
    const owner = ownerOf(caller);
    if (this.#isFull(owner, caller.principal.workspaceId)) {
      const { id } = body;
      const error = { code: -32603, message: "Subscription limit reached: end another subscription first" };
      return { jsonrpc: "2.0", id: typeof id === "string" || typeof id === "number" ? id : null, error };
    }
    this.#open.set(answer, owner);
    const cancel = this.#clock.after(longestMs, () => answer.destroy());
    answer.once("close", () => {
      cancel();
      this.#open.delete(answer);
    });
    return null;
  }

  #isFull(owner: string, workspaceId: string): boolean {
    const owners = [...this.#open.values()];
    const near = owners.filter((each) => each.startsWith(`${workspaceId} `));
    return owners.length >= mostListens || near.length >= mostOfWorkspace || near.filter((each) => each === owner).length >= mostOfCaller;
  }
}
