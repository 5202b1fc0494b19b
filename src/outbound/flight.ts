import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { HttpRequest } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, type ErrorCode, type ErrorDetails } from "#kernel/errors.ts";
import type { Intake, Receiver } from "./intake.ts";

export interface FlightLimits {
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal;
  /** The title of the app that is called. */
  app?: string;
}
/** Where a request goes: judged once for each origin, so that a call costs no parsing. */
export interface Target {
  readonly origin: string;
  readonly host: string;
  readonly dispatcher: Dispatcher;
}
/** An answer as it came. Header names are in lower case; cookies are left out. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
  /** Its status came and said that all went well; its body did not, or not to its end. */
  lost?: MillraceError;
}

/**
 * One request on its way. Knows whether it can have reached the other side, and settles exactly once: with the answer, at
 * its deadline, when it is called off, or with what went wrong.
 */
export class Flight implements Dispatcher.DispatchHandler, Receiver {
  readonly #clock: Clock;
  readonly #intake: Intake;
  readonly #host: string;
  readonly #limits: FlightLimits;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: MillraceError) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #cancelTimer: (() => void) | undefined;
  #onAbort: (() => void) | undefined;
  #settled = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    { clock, intake }: { clock: Clock; intake: Intake },
    host: string,
    limits: FlightLimits,
    resolve: (answer: Answer) => void,
    reject: (error: MillraceError) => void,
  ) {
    this.#clock = clock;
    this.#intake = intake;
    this.#host = host;
    this.#limits = limits;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start({ dispatcher, origin }: Target, path: string, { method, headers, body }: HttpRequest): void {
    const { signal, timeoutMs } = this.#limits;
    if (signal?.aborted) return this.#calledOff();
    if (signal) {
      this.#onAbort = () => this.#calledOff();
      signal.addEventListener("abort", this.#onAbort, { once: true });
    }
    this.#cancelTimer = this.#clock.after(timeoutMs, () => this.#fail("OUTBOUND_TIMEOUT", { seconds: Math.round(timeoutMs / 100) / 10 }));
    dispatcher.dispatch({ origin, path, method: method as Dispatcher.HttpMethod, headers, body: body ?? null }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) return controller.abort(new Error("settled before it was sent"));
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.#settled) return;
    this.#status = status;
    this.#headers = flatten(headers);
    if (Number(headers["content-length"]) > this.#limits.maxBytes) this.#tooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#size += chunk.length;
    if (this.#size > this.#limits.maxBytes) this.#tooLarge();
    else {
      this.#chunks.push(chunk);
      this.#intake.add(this, chunk.length);
    }
  }

  pause(): void {
    this.#controller?.pause();
  }

  /** In a turn of its own: it is asked for while another answer is being read, and undici reads one at a time. */
  resume(): void {
    setImmediate(() => {
      if (!this.#settled) this.#controller?.resume();
    });
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      bytes: this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#settle()) return;
    if (error instanceof MillraceError) this.#reject(error); // the address was refused when the connection was made
    else if (unsendableCodes.has(codeOf(error) ?? "")) this.#reject(unsendable(error));
    else this.#end(this.#error("OUTBOUND_UNREACHABLE", { problem: inWords(error) }, error));
  }

  #tooLarge(): void {
    this.#fail("OUTBOUND_TOO_LARGE", { limit: `${Math.round(this.#limits.maxBytes / 1024 ** 2)} MB` });
  }

  #calledOff(): void {
    if (!this.#settle()) return;
    const error = this.#error("OUTBOUND_UNREACHABLE", { problem: "the call was called off" });
    this.#reject(error);
    this.#controller?.abort(error);
  }

  #fail(code: ErrorCode, details: ErrorDetails): void {
    if (!this.#settle()) return;
    const error = this.#error(code, details);
    this.#end(error);
    this.#controller?.abort(error);
  }

  /** Ends with what went wrong. An answer that said before that all went well stays one, without its body. */
  #end(error: MillraceError): void {
    if (this.#status < 200 || this.#status >= 300) this.#reject(error);
    else this.#resolve({ status: this.#status, headers: this.#headers, bytes: Buffer.alloc(0), lost: error });
  }

  #error(code: ErrorCode, details: ErrorDetails, cause?: Error): MillraceError {
    const outcome = this.#controller ? "unknown" : "not_sent";
    return new MillraceError(code, { cause, details: { host: this.#host, ...details, outcome } });
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#intake.end(this);
    this.#cancelTimer?.();
    if (this.#onAbort) this.#limits.signal!.removeEventListener("abort", this.#onAbort);
    return true;
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  if (headers["set-cookie"] !== undefined) delete headers["set-cookie"]; // only then: a delete makes every later look at the object slow
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(", ");
  }
  return headers as Record<string, string>;
}

/** What undici says of a request that it does not send. */
const unsendableCodes: ReadonlySet<string> = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED"]);

export const isUnsendable = ({ code, details }: MillraceError): boolean => code === "STEP_INPUT_INVALID" && details["field"] === "request";

function unsendable(cause: Error): MillraceError {
  const problem = `this cannot be sent over HTTP (${cause.message})`;
  return new MillraceError("STEP_INPUT_INVALID", { cause, details: { field: "request", problem, outcome: "not_sent" } });
}

const problems: Record<string, string> = {
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name could not be looked up just now",
  ECONNREFUSED: "it refused the connection",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ETIMEDOUT: "it did not take the connection in time",
  UND_ERR_CONNECT_TIMEOUT: "it did not take the connection in time",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  UND_ERR_SOCKET: "the connection broke",
  UND_ERR_CLOSED: "Millrace is stopping",
  UND_ERR_DESTROYED: "Millrace is stopping",
};

function inWords(error: Error): string {
  const code = codeOf(error);
  if (problems[code]) return problems[code];
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) return `its certificate was not accepted (${code})`;
  if (code.startsWith("HPE_")) return `its answer was not HTTP (${code})`;
  return code === "" ? "the connection failed" : `the connection failed (${code})`;
}

/** The code of an error, or of the first of several when each address was tried. */
function codeOf(error: Error & { code?: unknown; errors?: (Error & { code?: unknown })[] }): string {
  const code = error.code ?? error.errors?.[0]?.code;
  return typeof code === "string" ? code : "";
}
