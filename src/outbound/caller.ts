import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { blame } from "#catalog/blame.ts";
import { beforeRow, confirmedRow, confirmInput, readInput } from "#catalog/confirm.ts";
import { effectOf, honoursIdempotencyKey } from "#catalog/idempotency.ts";
import { droppedBy } from "#catalog/dropped.ts";
import { emptiedIn } from "#catalog/empty.ts";
import { emptyFilter } from "#catalog/empty-filter.ts";
import type { FitSettings } from "#catalog/fit.ts";
import { nearest } from "#catalog/nearest.ts";
import { pages as readPages } from "#catalog/paging.ts";
import { deprecation } from "#catalog/deprecation.ts";
import { describedBy } from "#catalog/described.ts";
import { needsLogin } from "#catalog/login.ts";
import { requireOwnPlace, requirePermission } from "#catalog/permits.ts";
import { readList } from "#catalog/read-list.ts";
import type { Catalog, WorkspaceCatalog } from "#catalog/registry.ts";
import { buildRequest, hostOf } from "#catalog/request.ts";
import { withoutGone, unwrap } from "#catalog/result.ts";
import {
  repeatable,
  type App,
  type AuthScheme,
  type Call,
  type ConnectionFacts,
  type ListRead,
  type Operation,
  type PretendedEffect,
} from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import type { Outages } from "./outages.ts";
import { pretend, pretendedResult } from "./pretend.ts";
import type { Exchange, Lane, Outbound, OutboundCall } from "./types.ts";

type Input = Record<string, unknown>;
/** A connection as far as a call needs it. `auth` none: the vault is not asked. */
export type CallConnection = ConnectionFacts & { auth?: AuthScheme["kind"] };

export interface CallerParts {
  catalog: Catalog;
  /** A call that may answer look-ups from memory, and knows what names stood for. A dry run remembers nothing new. */
  remembered(connection: CallConnection, call: Call, more?: { dry: boolean; note: (sentence: string) => void }): Call;
  connection(workspaceId: string, name: string): Promise<CallConnection | null>;
  outbound: Outbound;
  /** Which hosts answer; all of them where nobody watches. */
  outages?: Pick<Outages, "refusal" | "onBack">;
  clock: Clock;
}

export interface CallRequest {
  workspaceId: string;
  app: string;
  operation: string;
  /** Name or id. */
  connection?: string;
  input: Input;
  /** How to read the input's values. `emptied` and `written` come from a flow's step; a direct call has them in its input. */
  settings?: Pick<FitSettings, "zone" | "country" | "emptied" | "written">;
  lane: Lane;
  /** Writes are pretended: worked out, told in `effects`, and not sent. */
  dry: boolean;
  /** The same on every attempt. */
  idempotencyKey: string;
  /** The headers of the answer are kept with the exchange. */
  keepHeaders?: boolean;
  /** The most rows of a list to read; the usual number by default. */
  rows?: number;
  signal?: AbortSignal;
}

export interface CallReply {
  output: unknown;
  /** Of a list: how far it was read. */
  list?: ListRead;
  exchanges: Exchange[];
  effects?: PretendedEffect[];
  /** What went well and had better be changed, a sentence each. */
  notices?: string[];
  /** Those of them that are about this call alone: a name that stands for something renamed. */
  notes?: string[];
}

/** Calls operations of apps: finds, prepares, checks, builds, sends, unwraps. */
export interface Caller {
  call(request: CallRequest): Promise<CallReply>;
  /** Looks whether an earlier attempt took effect. `undefined`: there is no way to look. `null`: it did not. */
  confirmed(request: CallRequest, since: number): Promise<CallReply | null | undefined>;
  facts(workspaceId: string, app: string, operation: string, input?: Input): OperationFacts | null;
  /** Reads a list to its end; a single record is one page of one row. */
  pages(request: Omit<CallRequest, "dry" | "idempotencyKey">): AsyncIterable<{ rows: readonly unknown[] }>;
  /** An operation's input made ready and checked, as a call would make it. */
  prepared(request: Omit<CallRequest, "dry" | "idempotencyKey">): Promise<Record<string, unknown>>;
  /** The host a call would go to, as far as that is known before it is made, and why it would not be sent just now. */
  destination(request: CallRequest): { host: string; refusal: MillraceError | null };
  /** Calls the listener with each host that answers again after calls were kept from it. */
  onHostBack(listener: (host: string) => void): void;
  /** Forgets what is remembered of connections: one was changed. */
  forgetConnections(): void;
}

export interface OperationFacts {
  title: string;
  effect: Operation["effect"];
  /** Whether the other side tells a repeat by its key. */
  idempotencyKey: boolean;
  confirm: boolean;
  needsConnection: boolean;
}

/** A connection is asked for again after this long: another process may have changed it. */
const connectionTtlMs = 5_000;
/** A record not found in so many pages is not told to be missing: reading on fails. */
const lookedAtPages = 50;
/** How long the pages of one list wait for the budget, all together. */
const longestListWaitMs = 5 * 60_000;
const shortestQuotaWaitMs = 50;
/** How many of a list's first answers are kept, besides its last: their rows are in the result. */
const keptAnswers = 5;
/** The path of an operation whose address the flow gives. */
const anyAddress = "{+url}";
const pretendPrefix = "dry-run-";
/** Records of writes that were not made, which a later read of the same dry run finds by their made-up id. */
const pretendedLimit = 1_000;

export function createCaller(parts: CallerParts): Caller {
  return new OperationCaller(parts);
}

/** What one call gathers on its way, recipes included. */
interface Gathered {
  exchanges: Exchange[];
  effects: PretendedEffect[];
  notes: string[];
  calls: number;
}

const nothingYet = (): Gathered => ({ exchanges: [], effects: [], notes: [], calls: 0 });

class OperationCaller implements Caller {
  readonly #parts: CallerParts;
  readonly #connections = new Map<string, { connection: CallConnection; until: number }>();
  readonly #pretended = new Map<string, Input>();

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  facts(workspaceId: string, appId: string, id: string, input: Input = {}): OperationFacts | null {
    const catalog = this.#parts.catalog.of(workspaceId);
    const operation = catalog.operation(appId, id);
    const app = catalog.app(appId);
    if (!operation || !app) return null;
    return {
      title: operation.title,
      effect: effectOf(operation, input),
      idempotencyKey: honoursIdempotencyKey(operation, input),
      confirm: operation.confirm !== undefined,
      needsConnection: needsLogin(app),
    };
  }

  async call(request: CallRequest): Promise<CallReply> {
    const { app, operation } = this.#found(request);
    const connection = this.#known(request) ?? (await this.#connection(request, app));
    const gathered = nothingYet();
    try {
      const { output, list } = await this.#outcome(request, app, operation, connection, gathered);
      const notes = [...new Set(gathered.notes)];
      const notices = [...notes, deprecation(app, operation, (...named) => this.#catalog(request).operation(...named)) ?? []].flat();
      return {
        output,
        ...(list && { list }),
        exchanges: gathered.exchanges,
        ...(request.dry && { effects: gathered.effects }),
        ...(notices.length > 0 && { notices }),
        ...(notes.length > 0 && { notes }),
      };
    } catch (thrown) {
      throw withEarlier(thrown, gathered.exchanges);
    }
  }

  async confirmed(request: CallRequest, since: number): Promise<CallReply | null | undefined> {
    const { app, operation } = this.#found(request);
    if (!operation.confirm) return undefined;
    const connection = await this.#connection(request, app);
    const gathered = nothingYet();
    const look = this.#bound(request, app, connection, gathered);
    const input = await this.#prepare(operation, request, this.#parts.remembered(connection, look));
    const asked = confirmInput(operation, input);
    if (!asked) return undefined;
    const row = await this.#firstRow(request, operation.confirm.operation, asked, look, (rows) =>
      confirmedRow(operation, input, rows, since),
    );
    return row === null ? null : { output: row, exchanges: gathered.exchanges };
  }

  async *pages(request: Omit<CallRequest, "dry" | "idempotencyKey">): AsyncIterable<{ rows: readonly unknown[] }> {
    const whole = { ...request, dry: false, idempotencyKey: "" };
    const { app, operation } = this.#found(whole);
    const connection = await this.#connection(whole, app);
    const gathered = nothingYet();
    const read: Call = (_, input) => this.#one({ ...whole, input }, app, operation, connection, gathered);
    if (operation.list) return yield* readPages(operation, request.input, this.#patient(read, whole));
    const { output } = await read(operation.id, request.input);
    yield { rows: output === null || output === undefined ? [] : [output] };
  }

  async prepared(request: Omit<CallRequest, "dry" | "idempotencyKey">): Promise<Input> {
    const whole = { ...request, dry: false, idempotencyKey: "" };
    const { app, operation } = this.#found(whole);
    const connection = await this.#connection(whole, app);
    const input = await this.#prepare(operation, whole, this.#lookUps(whole, app, connection, nothingYet()));
    this.#validate(operation, input, connection);
    return input;
  }

  destination(request: CallRequest): { host: string; refusal: MillraceError | null } {
    const catalog = this.#catalog(request);
    const app = catalog.app(request.app);
    const operation = catalog.operation(request.app, request.operation);
    const connection = this.#connections.get(connectionKey(request))?.connection;
    const host = app && operation ? hostOf(operation, request.input, connection, app) : "";
    return { host, refusal: this.#parts.outages?.refusal(host) ?? null };
  }

  onHostBack(listener: (host: string) => void): void {
    this.#parts.outages?.onBack(listener);
  }

  forgetConnections(): void {
    this.#connections.clear();
  }

  // ---------------------------------------------------------------- one operation

  async #outcome(
    request: CallRequest,
    app: App,
    operation: Operation,
    connection: CallConnection,
    gathered: Gathered,
  ): Promise<{ output: unknown; list?: ListRead }> {
    if (operation.recipe) return { output: await this.#recipe(request, app, operation, connection, gathered) };
    const page: Call = (_, input) => this.#one({ ...request, input }, app, operation, connection, gathered);
    if (!operation.list || (request.dry && this.#pretendedRead(request.workspaceId, operation, request.input) !== null))
      return { output: withoutGone(operation, (await page(operation.id, request.input)).output) };
    const brief: Call = async (id, input) => {
      const answer = await page(id, input);
      leaveOutAnswer(gathered.exchanges);
      return answer;
    };
    const { rows, read } = await readList(operation, request.input, this.#patient(brief, request), request.rows);
    return { output: rows, list: read };
  }

  /** A list of many pages may use up the budget. It then waits for the next slot: if it started over, it would use it up again. */
  #patient(call: Call, { signal }: Pick<CallRequest, "signal">): Call {
    const { clock } = this.#parts;
    let begun = false;
    let waitedMs = 0;
    return async (id, input) => {
      for (;;) {
        try {
          const answer = await call(id, input);
          begun = true;
          return answer;
        } catch (thrown) {
          const waitMs = begun ? quotaWaitMs(thrown, clock.now()) : null;
          if (waitMs === null || waitedMs + waitMs > longestListWaitMs || signal?.aborted) throw thrown;
          waitedMs += waitMs;
          await sleep(clock, waitMs, signal);
        }
      }
    };
  }

  async #one(request: CallRequest, app: App, operation: Operation, connection: CallConnection, gathered: Gathered) {
    if (operation.watch) throw unknownOperation(request, app); // it watches a list and is no request of its own
    const number = ++gathered.calls;
    requirePermission(app, operation, connection);
    const prepared = this.#prepare(operation, request, this.#lookUps(request, app, connection, gathered));
    const input = prepared instanceof Promise ? await prepared : prepared;
    this.#validate(operation, input, connection);
    const filter = emptyFilter(operation, input, request.settings ?? {});
    if (filter) {
      const { label = filter.name } = filter;
      gathered.notes.push(`The search was skipped: ${label} is empty, and without it every record would match.`);
      return { output: [], raw: [], status: 200 };
    }
    if (request.dry) {
      const remembered = this.#pretendedRead(request.workspaceId, operation, input);
      if (remembered) return { output: remembered, raw: remembered, status: 200 };
      if (operation.effect !== "read") {
        await this.#checkAddress(app, operation, connection, input);
        return this.#pretend(request, app, operation, connection, input, gathered);
      }
    }
    const call: OutboundCall = {
      connection,
      app,
      operation,
      request: buildRequest(operation, input, connection, app),
      lane: request.lane,
      dry: request.dry,
      claim: request.idempotencyKey,
      open: connection.auth === "none",
      ...(!repeatable.has(operation.effect) || operation.idempotencyKey
        ? { idempotencyKey: number === 1 ? request.idempotencyKey : `${request.idempotencyKey}/${number}` }
        : {}),
      ...(request.keepHeaders && { keepHeaders: true }),
      ...(request.signal && { signal: request.signal }),
    };
    const reply = await this.#parts.outbound.send(call).catch((thrown: unknown) => {
      throw blame(toMillraceError(thrown), operation, input, connection.name);
    });
    gathered.exchanges.push(reply.exchange);
    if (reply.note !== undefined) gathered.notes.push(reply.note);
    const output = unwrap(operation, reply.body, app.title);
    gathered.notes.push(...droppedBy(app, operation, input, output));
    return { output, raw: reply.body, status: reply.status, headers: reply.headers };
  }

  async #recipe(request: CallRequest, app: App, operation: Operation, connection: CallConnection, gathered: Gathered): Promise<unknown> {
    const recipe = this.#catalog(request).recipe(request.app, operation.id);
    if (!recipe) throw unknownOperation(request);
    requirePermission(app, operation, connection);
    const input = await this.#prepare(operation, request, this.#lookUps(request, app, connection, gathered));
    this.#validate(operation, input, connection);
    const call = this.#bound(request, app, connection, gathered);
    return (await recipe.run({ connection, call, dry: request.dry }, input)).output;
  }

  #prepare(operation: Operation, request: CallRequest, call: Call): Input | Promise<Input> {
    const { input, settings } = request;
    const fitSettings = settings?.emptied ? settings : { ...settings, emptied: emptiedIn(input) };
    return this.#catalog(request).prepare(operation, input, call, { ...fitSettings, now: this.#parts.clock.now() });
  }

  #validate(operation: Operation, input: Input, connection: CallConnection): void {
    const { app, newer } = operation;
    validateInput(operation, input, newer === undefined ? undefined : this.#catalog(connection).operation(app, newer));
    requireOwnPlace(operation, input, connection);
  }

  /** The same login, lane and dryness for another operation of the app. */
  #bound(request: CallRequest, app: App, connection: CallConnection, gathered: Gathered): Call {
    return (id, input) => {
      const operation = this.#catalog(request).operation(app.id, id);
      if (!operation) throw unknownOperation({ app: app.id, operation: id }, app);
      const { emptied: _, written: __, ...settings } = request.settings ?? {}; // what a recipe or a look-up asks is its own
      return this.#one({ ...request, operation: id, input, settings, keepHeaders: false }, app, operation, connection, gathered);
    };
  }

  /** Reads that turn names into ids belong to the request, not to what it shows it did. */
  #lookUps(request: CallRequest, app: App, connection: CallConnection, gathered: Gathered): Call {
    const look: Call = (id, input) =>
      this.#bound(request, app, connection, { ...gathered, exchanges: [], calls: 1 })(id, input).catch((thrown: unknown) => {
        throw gathered.exchanges.length === 0 ? notBegun(thrown) : thrown;
      });
    return this.#parts.remembered(connection, look, { dry: request.dry, note: (sentence) => void gathered.notes.push(sentence) });
  }

  // ---------------------------------------------------------------- dry run

  /** A write that is only pretended goes nowhere: whether its address may be called at all is said here, as the real run would. */
  async #checkAddress(app: App, operation: Operation, connection: CallConnection, input: Input): Promise<void> {
    if (operation.path !== anyAddress) return;
    await this.#parts.outbound.check?.(buildRequest(operation, input, connection, app).url, connection.baseUrl);
  }

  async #pretend(request: CallRequest, app: App, operation: Operation, connection: CallConnection, input: Input, gathered: Gathered) {
    const before = await this.#before(request, app, operation, connection, input, gathered);
    gathered.effects.push(pretend(operation, request.input, input, before, app.title));
    const id = newId(pretendPrefix.slice(0, -1)).replace("_", "-");
    const output = pretendedResult(operation, input, before, id);
    this.#remember(pretendedKey(request.workspaceId, String(output["id"] ?? id)), output);
    return { output, raw: output, status: 200 };
  }

  async #before(
    request: CallRequest,
    app: App,
    operation: Operation,
    connection: CallConnection,
    input: Input,
    gathered: Gathered,
  ): Promise<Input | null> {
    if (!operation.before) return null;
    const asked = readInput(operation.before.input, input);
    if (Object.keys(operation.before.input).length > 0 && Object.keys(asked).length === 0) return null;
    const look = this.#bound(request, app, connection, gathered);
    return this.#firstRow(request, operation.before.operation, asked, look, (rows) => beforeRow(operation, input, rows) ?? undefined);
  }

  /** What `pick` finds in a read, page after page until it does; null where nothing is found or the other side knows no such record. */
  async #firstRow<Row>(
    request: Pick<CallRequest, "workspaceId" | "app">,
    id: string,
    asked: Input,
    look: Call,
    pick: (rows: unknown) => Row | undefined,
  ): Promise<Row | null> {
    const read = this.#catalog(request).operation(request.app, id);
    if (!read?.list) return look(id, asked).then((r) => pick(r.output) ?? null, nullIfNotFound);
    for await (const { rows } of readPages(read, asked, look, { maxPages: lookedAtPages })) {
      const row = pick(rows);
      if (row !== undefined) return row;
    }
    return null;
  }

  #remember(key: string, record: Input): void {
    if (this.#pretended.size >= pretendedLimit) this.#pretended.delete(this.#pretended.keys().next().value!);
    this.#pretended.set(key, record);
  }

  /** A read of something that a dry run of the workspace only pretended to make. */
  #pretendedRead(workspaceId: string, operation: Operation, input: Input): Input | null {
    if (operation.effect !== "read") return null;
    const id = Object.values(input).find((v): v is string => typeof v === "string" && v.startsWith(pretendPrefix));
    return id === undefined ? null : (this.#pretended.get(pretendedKey(workspaceId, id)) ?? {});
  }

  // ---------------------------------------------------------------- finding

  #catalog({ workspaceId }: Pick<CallRequest, "workspaceId">): WorkspaceCatalog {
    return this.#parts.catalog.of(workspaceId);
  }

  #found(request: Pick<CallRequest, "workspaceId" | "app" | "operation" | "input">): { app: App; operation: Operation } {
    const catalog = this.#catalog(request);
    const app = catalog.app(request.app);
    const operation = catalog.operation(request.app, request.operation);
    if (!app || !operation) throw unknownOperation(request, app);
    return { app, operation: describedBy(operation, request.input) };
  }

  #known(request: CallRequest): CallConnection | undefined {
    const kept = this.#connections.get(connectionKey(request));
    return kept && kept.until > this.#parts.clock.now() ? kept.connection : undefined;
  }

  async #connection(request: CallRequest, app: App): Promise<CallConnection> {
    const { workspaceId, connection: name, app: appId } = request;
    const connection = name === undefined || name === "" ? noConnection(workspaceId, app) : await this.#parts.connection(workspaceId, name);
    if (!connection && !name) {
      const problem = `is needed: ${app.title} is called with a login, so say with which`;
      throw new MillraceError("STEP_INPUT_INVALID", { details: { field: "connection", problem, outcome: "not_sent" } });
    }
    if (!connection) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: name, outcome: "not_sent" } });
    if (connection.app !== appId) {
      const problem = `the connection '${name}' belongs to ${connection.app}, and this step is for ${app.title}`;
      throw new MillraceError("STEP_INPUT_INVALID", { details: { field: "connection", problem, outcome: "not_sent" } });
    }
    this.#connections.set(connectionKey(request), { connection, until: this.#parts.clock.now() + connectionTtlMs });
    return connection;
  }
}

/** Until when the budget allows no request, as a time to wait; null for any other failure. */
function quotaWaitMs(thrown: unknown, now: number): number | null {
  if (!(thrown instanceof MillraceError) || thrown.code !== "QUOTA_WAIT") return null;
  const { retryAt } = thrown.details;
  return typeof retryAt === "number" ? Math.max(retryAt - now, shortestQuotaWaitMs) : null;
}

/** Once another page has arrived, the answer before it is no longer kept. */
function leaveOutAnswer(exchanges: Exchange[]): void {
  const at = exchanges.length - 2;
  if (at < keptAnswers) return;
  const { received: _, ...rest } = exchanges[at]!;
  exchanges[at] = { ...rest, note: rest.note ?? "One of many pages: its rows are in the result." };
}

const connectionKey = ({ workspaceId, connection = "", app }: Pick<CallRequest, "workspaceId" | "connection" | "app">): string =>
  `${workspaceId}\n${connection}\n${app}`;

const pretendedKey = (workspaceId: string, id: string): string => `${workspaceId}\n${id}`;

/** An app that can be asked by anybody needs no connection. */
const noConnection = (workspaceId: string, app: App): CallConnection | null =>
  needsLogin(app) ? null : { id: `open:${app.id}`, workspaceId, name: app.title, app: app.id, auth: "none" };

const unknownOperation = ({ app: id, operation }: Pick<CallRequest, "app" | "operation">, app?: App) =>
  new MillraceError("OPERATION_UNKNOWN", {
    details: { app: app?.title ?? id, operation, hint: hintFor(operation, app), outcome: "not_sent" },
  });

/** What was most likely meant: the same operation of the other API version, or one of nearly that name. */
function hintFor(operation: string, app: App | undefined): string {
  if (!app) return ", and no such app";
  if ([...app.triggers, ...(app.changes ?? []), ...(app.builtIns ?? [])].some(({ id }) => id === operation))
    return ": it is a trigger, which starts a flow";
  const ids = app.operations.map(({ id }) => id);
  const [unmarked = "", mark] = operation.split("@");
  if (mark !== undefined && ids.includes(unmarked)) return `, for the newer API has it not; '${unmarked}' is there`;
  const guess = nearest(unmarked, ids);
  return guess === undefined ? "" : `; did you mean '${guess}'`;
}

function nullIfNotFound(thrown: unknown): null {
  if (thrown instanceof MillraceError && thrown.code === "OUTBOUND_NOT_FOUND") return null;
  throw thrown;
}

/** The look-up failed, and the call it was for was never sent: there is no doubt about that one. */
function notBegun(thrown: unknown): MillraceError {
  const { code, cause, details } = toMillraceError(thrown);
  return new MillraceError(code, { cause, details: { ...details, outcome: "not_sent" } });
}

/** The requests that went well before the one that failed belong to the story. */
function withEarlier(thrown: unknown, earlier: Exchange[]): MillraceError {
  const error = toMillraceError(thrown);
  const { exchange, ...details } = error.details as { exchange?: Exchange };
  if (earlier.length === 0 || details === undefined) return error;
  return new MillraceError(error.code, {
    cause: error.cause,
    details: { ...details, exchanges: exchange ? [...earlier, exchange] : earlier },
  });
}
