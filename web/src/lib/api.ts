import type {
  CatalogEntry,
  ConnectionBody,
  ConnectionPatch,
  ConnectionTestReply,
  ConnectionView,
  DryRunReply,
  FlowDetail,
  FlowView,
  InboxBody,
  InboxView,
  LedgerView,
  LintView,
  Overview,
  PrivateHostView,
  RepairBody,
  RepairReply,
  ReplayBody,
  ReplayCheck,
  RunDetail,
  RunList,
  SampleView,
  StepList,
  WaitingReplayView,
  callReply,
  dryRunBody,
  errorReply,
  replayReply,
  startBody,
} from "#server/contract.ts";
import type { z } from "zod";

export type CallReply = z.infer<typeof callReply>;
export type CallRequest = { app: string; operation: string; connection?: string; input: Record<string, unknown>; dry: boolean };
export type ReplayReply = z.infer<typeof replayReply>;
export type StoredError = z.infer<typeof errorReply>["error"];
/** For a poll: go on where it stood, or from now with a new baseline. */
export type StartFrom = NonNullable<NonNullable<z.infer<typeof startBody>>["startFrom"]>;
type DryRunRequest = z.infer<typeof dryRunBody>;

/** The run list's filter as the API takes it. */
export interface RunFilter {
  flow?: string;
  state?: string;
  attention?: boolean;
  /** Only what a poll found because its webhook never came. */
  recovered?: boolean;
  person?: string;
  from?: number;
  to?: number;
}

/** A request that did not succeed, as a sentence for the reader. `status` 0: there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(status: number, { code, message, details }: StoredError) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

const prefix = "/api/v1";

/** Where server-sent events come from. */
export const streamUrl = `${prefix}/events/stream`;

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const reply = await send(method, path, body);
  const text = await reply.text();
  if (!reply.ok) throw new ApiError(reply.status, errorOf(reply.status, text));
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(prefix + path, {
      method,
      credentials: "same-origin",
      // Another site's form cannot send this header: the server's proof that the page is ours.
      headers: { "x-millrace": "1", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, {
      code: "UNREACHABLE",
      message: "Millrace did not answer. Check that it is running and try again.",
      details: {},
    });
  }
}

/** The error of the table if the answer carries one; a proxy in between may answer anything. */
export function errorOf(status: number, text: string): StoredError {
  try {
    const { error } = JSON.parse(text) as { error?: Partial<StoredError> };
    if (typeof error?.message === "string") return { code: error.code ?? "UNKNOWN", message: error.message, details: error.details ?? {} };
  } catch {
    // Not JSON: told below.
  }
  return { code: "UNKNOWN", message: `The server answered with status ${status} and no explanation. Try again.`, details: {} };
}

/** A query string of what is set. */
export function queryString(values: Record<string, string | number | boolean | undefined>): string {
  const set = Object.entries(values).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  return set.length === 0 ? "" : `?${new URLSearchParams(set).toString()}`;
}

const get = <T>(path: string) => request<T>("GET", path);
const post = <T>(path: string, body: unknown = {}) => request<T>("POST", path, body);
const at = (id: string) => encodeURIComponent(id);

/** Every call the pages make, by what it is about. */
export const api = {
  overview: () => get<Overview>("/overview"),
  signIn: (proof: { key: string } | { link: string }) => post<unknown>("/session", proof),
  /** Executes again after a start with --hold. */
  resume: () => post<unknown>("/resume"),
  signOut: () => request<unknown>("DELETE", "/session"),
  flows: {
    list: async () => (await get<{ flows: FlowView[] }>("/flows")).flows,
    get: (id: string) => get<FlowDetail>(`/flows/${at(id)}`),
    create: (definition: Record<string, unknown>) => post<FlowDetail>("/flows", definition),
    save: (id: string, definition: Record<string, unknown>) => request<FlowDetail>("PUT", `/flows/${at(id)}`, definition),
    remove: (id: string) => request<unknown>("DELETE", `/flows/${at(id)}`),
    publish: (id: string) => post<FlowDetail>(`/flows/${at(id)}/publish`),
    /** Publishes a flow even though its runs would fail. */
    publishAnyway: (id: string) => post<FlowDetail>(`/flows/${at(id)}/publish`, { force: true }),
    repair: (id: string, body: RepairBody) => post<RepairReply>(`/flows/${at(id)}/repair`, body),
    pause: (id: string) => post<FlowDetail>(`/flows/${at(id)}/pause`),
    resume: (id: string, startFrom?: StartFrom) => post<FlowDetail>(`/flows/${at(id)}/resume`, startFrom && { startFrom }),
    rotateHook: (id: string) => post<FlowDetail>(`/flows/${at(id)}/rotate-hook`),
    dryRun: (id: string, body: DryRunRequest) => post<DryRunReply>(`/flows/${at(id)}/dry-run`, body),
    run: (id: string, payload?: unknown) => post<{ run: string | null }>(`/flows/${at(id)}/run`, payload === undefined ? {} : { payload }),
    samples: async (id: string) => (await get<{ samples: SampleView[] }>(`/flows/${at(id)}/samples`)).samples,
    ledger: (id: string) => get<LedgerView>(`/flows/${at(id)}/ledger`),
    lint: (id: string) => get<LintView>(`/flows/${at(id)}/lint`),
    lintNow: (id: string) => post<LintView>(`/flows/${at(id)}/lint`),
  },
  inboxes: {
    list: async () => (await get<{ inboxes: InboxView[] }>("/inboxes")).inboxes,
    add: (body: Partial<InboxBody> & { name: string }) => post<InboxView>("/inboxes", body),
    change: (id: string, body: Partial<InboxBody>) => request<InboxView>("PUT", `/inboxes/${at(id)}`, body),
    rotate: (id: string) => post<InboxView>(`/inboxes/${at(id)}/rotate`),
    remove: (id: string) => request<unknown>("DELETE", `/inboxes/${at(id)}`),
  },
  runs: {
    list: (filter: RunFilter, page: { before?: string; limit: number }) => get<RunList>(`/runs${queryString({ ...filter, ...page })}`),
    get: (id: string) => get<RunDetail>(`/runs/${at(id)}`),
    steps: (id: string, after: number) => get<StepList>(`/runs/${at(id)}/steps${queryString({ after, limit: 200 })}`),
    replay: (body: Partial<ReplayBody>) => post<ReplayReply>("/runs/replay", body),
    replayCheck: (body: Partial<ReplayBody>) => post<ReplayCheck>("/runs/replay/check", body),
    waiting: async () => (await get<{ waiting: WaitingReplayView[] }>("/runs/waiting-replays")).waiting,
    cancelWaiting: (id: string) => request<unknown>("DELETE", `/runs/waiting-replays/${at(id)}`),
    cancel: (id: string) => post<RunDetail>(`/runs/${at(id)}/cancel`),
    dismiss: (id: string) => post<RunDetail>(`/runs/${at(id)}/dismiss`),
  },
  connections: {
    list: async () => (await get<{ connections: ConnectionView[] }>("/connections")).connections,
    /** Tested first, unless `verify` is false. */
    add: (body: ConnectionBody, verify: boolean) => post<ConnectionView>(`/connections${verify ? "" : "?verify=false"}`, body),
    change: (id: string, body: ConnectionPatch, verify: boolean) =>
      request<ConnectionView>("PATCH", `/connections/${at(id)}${verify ? "" : "?verify=false"}`, body),
    test: (id: string) => post<ConnectionTestReply>(`/connections/${at(id)}/test`),
    remove: (id: string, force: boolean) => request<unknown>("DELETE", `/connections/${at(id)}${force ? "?force=true" : ""}`),
  },
  privateHosts: {
    list: async () => (await get<{ hosts: PrivateHostView[] }>("/private-hosts")).hosts,
    add: async (host: string) => (await post<{ hosts: PrivateHostView[] }>("/private-hosts", { host })).hosts,
    remove: async (host: string) => (await request<{ hosts: PrivateHostView[] }>("DELETE", `/private-hosts/${at(host)}`)).hosts,
  },
  catalog: async ({ endpoints = false }: { endpoints?: boolean } = {}) =>
    (await get<{ operations: CatalogEntry[] }>(`/catalog${queryString({ endpoints: endpoints || undefined })}`)).operations,
  /** One operation by its key; also an endpoint's, and one of the newer API. */
  operation: async (app: string, key: string) =>
    (await get<{ operations: CatalogEntry[] }>(`/catalog${queryString({ app, key })}`)).operations[0] ?? null,
  call: (body: CallRequest) => post<CallReply>("/call", body),
};
