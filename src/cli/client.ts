import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import {
  apiPrefix,
  type CancelBody,
  type CancelReply,
  type ConnectionBody,
  type ConnectionPatch,
  type ConnectionView,
  type DryRunReply,
  type FlowDetail,
  type FlowView,
  type InboxBody,
  type InboxView,
  type LedgerView,
  type LintView,
  type Overview,
  type ReplayBody,
  type RunDetail,
  type RunList,
  type StepList,
} from "#server/contract.ts";
import type { CallBody, CallReply, ReplayReply, RunFilter, Sample } from "./shapes.ts";

/** The API as commands use it. Each call throws Refused with the answer's error, or why there was no answer. */
export interface Api {
  overview(): Promise<Overview>;
  /** Ends a hold. */
  release(): Promise<void>;
  flows(): Promise<FlowView[]>;
  flow(id: string): Promise<FlowDetail>;
  createFlow(definition: Record<string, unknown>): Promise<FlowDetail>;
  changeFlow(id: string, definition: Record<string, unknown>): Promise<FlowDetail>;
  deleteFlow(id: string): Promise<void>;
  publish(id: string, start: StartFrom & { force?: boolean }): Promise<FlowDetail>;
  resume(id: string, start: StartFrom): Promise<FlowDetail>;
  pause(id: string): Promise<FlowDetail>;
  dryRun(id: string, what: { payload?: unknown; definition?: Record<string, unknown> }): Promise<DryRunReply>;
  runNow(id: string, payload?: unknown): Promise<{ run: string | null; event: string }>;
  samples(id: string): Promise<Sample[]>;
  ledger(id: string): Promise<LedgerView>;
  lint(id: string): Promise<LintView>;
  runs(filter: RunFilter): Promise<RunList>;
  run(id: string): Promise<RunDetail>;
  /** The steps of a long run that follow this one. */
  steps(id: string, after: number): Promise<StepList>;
  replay(what: ReplayBody): Promise<ReplayReply>;
  cancel(id: string): Promise<RunDetail>;
  cancelMany(what: CancelBody): Promise<CancelReply>;
  dismiss(id: string): Promise<RunDetail>;
  connections(): Promise<ConnectionView[]>;
  /** Tested first, unless `verify` is false. */
  connect(connection: ConnectionBody, verify?: boolean): Promise<ConnectionView>;
  changeConnection(id: string, patch: ConnectionPatch, verify?: boolean): Promise<ConnectionView>;
  testConnection(id: string): Promise<{ ok: boolean; message: string }>;
  disconnect(id: string, force?: boolean): Promise<void>;
  inboxes(): Promise<InboxView[]>;
  addInbox(inbox: InboxBody): Promise<InboxView>;
  rotateInbox(id: string): Promise<InboxView>;
  removeInbox(id: string): Promise<void>;
  call(what: CallBody): Promise<CallReply>;
  rotateKey(): Promise<string>;
  signInLink(): Promise<{ url: string; expiresAt: number }>;
}

export type StartFrom = { startFrom?: "continue" | "now" };

/** An error answer of the API: the sentence, its code and its details, as they came. */
export class Refused extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ code, message, details }: { code: string; message: string; details: Record<string, unknown> }) {
    super(message);
    this.name = "Refused";
    this.code = code;
    this.details = details;
  }
}

export function createApi(parts: AskParts): Api {
  const ask = createAsk(parts);
  const id = encodeURIComponent;
  return {
    overview: () => ask("GET", "/overview"),
    release: () => ask("POST", "/resume"),
    flows: async () => (await ask<{ flows: FlowView[] }>("GET", "/flows")).flows,
    flow: (flow) => ask("GET", `/flows/${id(flow)}`),
    createFlow: (definition) => ask("POST", "/flows", definition),
    changeFlow: (flow, definition) => ask("PUT", `/flows/${id(flow)}`, definition),
    deleteFlow: (flow) => ask("DELETE", `/flows/${id(flow)}`),
    publish: (flow, start) => ask("POST", `/flows/${id(flow)}/publish`, start),
    resume: (flow, start) => ask("POST", `/flows/${id(flow)}/resume`, start),
    pause: (flow) => ask("POST", `/flows/${id(flow)}/pause`),
    dryRun: (flow, what) => ask("POST", `/flows/${id(flow)}/dry-run`, what),
    runNow: (flow, payload) => ask("POST", `/flows/${id(flow)}/run`, payload === undefined ? {} : { payload }),
    samples: async (flow) => (await ask<{ samples: Sample[] }>("GET", `/flows/${id(flow)}/samples`)).samples,
    lint: (flow) => ask("POST", `/flows/${id(flow)}/lint`),
    ledger: (flow) => ask("GET", `/flows/${id(flow)}/ledger`),
    runs: (filter) => ask("GET", `/runs${queryOf({ ...filter })}`),
    run: (run) => ask("GET", `/runs/${id(run)}`),
    steps: (run, after) => ask("GET", `/runs/${id(run)}/steps${queryOf({ after, limit: 1000 })}`),
    replay: (what) => ask("POST", "/runs/replay", what),
    cancel: (run) => ask("POST", `/runs/${id(run)}/cancel`),
    cancelMany: (what) => ask("POST", "/runs/cancel", what),
    dismiss: (run) => ask("POST", `/runs/${id(run)}/dismiss`),
    connections: async () => (await ask<{ connections: ConnectionView[] }>("GET", "/connections")).connections,
    connect: (connection, verify = true) => ask("POST", `/connections${verify ? "" : "?verify=false"}`, connection),
    changeConnection: (connection, patch, verify = true) =>
      ask("PATCH", `/connections/${id(connection)}${verify ? "" : "?verify=false"}`, patch),
    testConnection: (connection) => ask("POST", `/connections/${id(connection)}/test`),
    disconnect: (connection, force = false) => ask("DELETE", `/connections/${id(connection)}${force ? "?force=true" : ""}`),
    inboxes: async () => (await ask<{ inboxes: InboxView[] }>("GET", "/inboxes")).inboxes,
    addInbox: (inbox) => ask("POST", "/inboxes", inbox),
    rotateInbox: (inbox) => ask("POST", `/inboxes/${id(inbox)}/rotate`),
    removeInbox: (inbox) => ask("DELETE", `/inboxes/${id(inbox)}`),
    call: (what) => ask("POST", "/call", what),
    signInLink: () => ask("POST", "/sign-in-links"),
    rotateKey: async () => (await ask<{ key: string }>("POST", "/api-key")).key,
  };
}

export interface AskParts {
  url: string;
  key: string | null;
  fetch: typeof fetch;
}

/** Long enough for a replay of ten thousand runs. */
const timeoutMs = 120_000;

function createAsk({ url, key, fetch }: AskParts) {
  const headers = { accept: "application/json", ...(key !== null && { authorization: `Bearer ${key}` }) };
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const request: RequestInit = {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: "manual", // the key is for this address, not for one it points to
    };
    const { status, answer } = await exchange(fetch, url, `${url}${apiPrefix}${path}`, request);
    if (status < 300 && answer !== undefined) return answer as T;
    throw refusalOf(url, status, answer);
  };
}

/** The answer and its JSON; undefined where it is none. */
async function exchange(
  send: typeof fetch,
  url: string,
  address: string,
  request: RequestInit,
): Promise<{ status: number; answer: unknown }> {
  try {
    const reply = await send(address, { ...request, signal: AbortSignal.timeout(timeoutMs) });
    return { status: reply.status, answer: parsed(await reply.text()) };
  } catch (cause) {
    throw new MillraceError("SERVER_UNREACHABLE", { cause, details: { url, problem: whyNot(cause) } });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(url: string, status: number, answer: unknown): Error {
  const error = isObject(answer) ? answer["error"] : undefined;
  if (isObject(error) && typeof error["code"] === "string" && typeof error["message"] === "string") {
    return new Refused({ code: error["code"], message: error["message"], details: isObject(error["details"]) ? error["details"] : {} });
  }
  return new MillraceError("SERVER_STRANGE", { details: { url, status } });
}

/** fetch says "fetch failed" and keeps the reason underneath. */
function whyNot(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const { code, message } = (thrown.cause ?? thrown) as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ENOTFOUND") return "there is no such host";
  return message || code || "the connection broke";
}

function queryOf(filter: Record<string, string | number | undefined>): string {
  const given = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
