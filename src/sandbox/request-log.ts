/** One request as it is shown: no header, no body, no secret. */
export interface RequestEntry {
  at: number;
  method: string;
  /** Path and query; of the login endpoints the path alone. */
  path: string;
  status: number | "dropped";
  durationMs: number;
  /** Whose request it was: an app's name or a private token, and the location. */
  who?: string | undefined;
  message?: string | undefined;
  fault?: string | undefined;
  traceId: string;
}

const kept = 500;

/** The last requests, newest first. */
export class RequestLog {
  #entries: RequestEntry[] = [];

  add(entry: RequestEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > 2 * kept) this.#entries = this.#entries.slice(-kept);
  }

  last(count: number): RequestEntry[] {
    return this.#entries.slice(-Math.min(count, kept)).reverse();
  }

  clear(): void {
    this.#entries = [];
  }
}
