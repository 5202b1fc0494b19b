import { isAgentActor } from "#kernel/actors.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import { takesAnyAddress } from "#catalog/any-address.ts";
import { blame } from "#catalog/blame.ts";
import { asAnswer, confirmedRow, confirmInput } from "#catalog/confirm.ts";
import { effectOf, honoursIdempotencyKey } from "#catalog/idempotency.ts";
import { droppedBy } from "#catalog/dropped.ts";
import { emptiedIn } from "#catalog/empty.ts";
import { emptyFilter } from "#catalog/empty-filter.ts";
import { pages as readPages } from "#catalog/paging.ts";
import { deprecation } from "#catalog/deprecation.ts";
import { describedBy } from "#catalog/described.ts";
import { isOpen, needsLogin } from "#catalog/login.ts";
import { requireOwnPlace, requirePermission } from "#catalog/permits.ts";
import { readList } from "#catalog/read-list.ts";
import type { Catalog, WorkspaceCatalog } from "#catalog/registry.ts";
import { buildRequest, hostOf } from "#catalog/request.ts";
import { withoutGone, unwrap } from "#catalog/result.ts";
import { repeatable, type App, type Call, type ListRead, type Operation, type PretendedEffect } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import type { Answer, CallRequest, Gathered, Input, Ongoing } from "./call.ts";
import { CallConnections, type CallConnection } from "./call-connections.ts";
import { notBegun, ofConnection, unknownOperation, withEarlier } from "./call-failure.ts";
import { DryWrites } from "./dry-writes.ts";
import { nothingWritten } from "./pretend.ts";
import { firstRow } from "./first-row.ts";
import { leaveOutAnswer, patient } from "./list-calls.ts";
import type { Outages } from "./outages.ts";
import type { Recipient, RecipientNeeds } from "#catalog/messages.ts";
import { Recipients } from "./recipients.ts";
import type { Exchange, Outbound, OutboundCall } from "./types.ts";

export interface CallerParts {
  catalog: Catalog;
  /** A call that may answer look-ups from memory, and knows what names stood for. A dry run remembers nothing new. */
  remembered(connection: CallConnection, call: Call, more?: { dry: boolean; note: (sentence: string) => void }): Call;
  connection(workspaceId: string, name: string): Promise<CallConnection | null>;
  outbound: Outbound;
  /** Which hosts answer; all of them where nobody watches. */
  outages?: Pick<Outages, "refusal" | "onBack">;
  /** Why no call is made with a connection just now; without it, none is known to be refused. */
  refusedLogin?: (workspaceId: string, name: string) => MillraceError | null;
  clock: Clock;
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
  /** To whom the call would send a message; null where it sends none. */
  recipient(request: CallRequest, needs: RecipientNeeds): Promise<Recipient | null>;
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
  /** Whether it sends a message to a person. */
  message: boolean;
}

export function createCaller(parts: CallerParts): Caller {
  return new OperationCaller(parts);
}

/** The result of a call. */
interface Outcome {
  output: unknown;
  list?: ListRead;
}

const nothingYet = (): Gathered => ({ exchanges: [], effects: [], notes: [], calls: 0 });

class OperationCaller implements Caller {
  readonly #parts: CallerParts;
  readonly #connections: CallConnections;
  readonly #dryWrites: DryWrites;
  readonly #recipients: Recipients;

  constructor(parts: CallerParts) {
    this.#parts = parts;
    this.#dryWrites = new DryWrites(parts);
    this.#recipients = new Recipients(parts.clock);
    this.#connections = new CallConnections((workspaceId, name) => parts.connection(workspaceId, name), parts.clock);
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
      message: operation.message !== undefined,
    };
  }

  async call(request: CallRequest): Promise<CallReply> {
    const { app, operation } = this.#lookUp(request);
    const connection = this.#connections.cached(request) ?? (await this.#connections.read(request, app));
    const ongoing = { request, app, operation, connection, gathered: nothingYet() };
    try {
      return this.#reply(ongoing, await this.#outcome(ongoing));
    } catch (thrown) {
      throw ofConnection(withEarlier(thrown, ongoing.gathered.exchanges), connection);
    }
  }

  async confirmed(request: CallRequest, since: number): Promise<CallReply | null | undefined> {
    const { app, operation } = this.#lookUp(request);
    if (!operation.confirm) return undefined;
    const connection = await this.#connections.read(request, app);
    const ongoing = { request, app, operation, connection, gathered: nothingYet() };
    try {
      return await this.#looked(ongoing, operation.confirm, since);
    } catch (thrown) {
      throw ofConnection(toMillraceError(thrown), connection);
    }
  }

  async #looked(ongoing: Ongoing, confirm: NonNullable<Operation["confirm"]>, since: number): Promise<CallReply | null | undefined> {
    const { request, operation, connection } = ongoing;
    const look = this.#bound(ongoing);
    const input = await this.#prepare(operation, request, this.#parts.remembered(connection, look));
    const asked = confirmInput(operation, input);
    if (!asked) return undefined;
    const read = this.#catalog(request).operation(request.app, confirm.operation);
    const row = await firstRow(read, look, confirm.operation, asked, (rows) => confirmedRow(operation, input, rows, since));
    return row === null ? null : { output: asAnswer(operation, row), exchanges: ongoing.gathered.exchanges };
  }

  async recipient(request: CallRequest, needs: RecipientNeeds): Promise<Recipient | null> {
    const ongoing = await this.#begin(request);
    if (!ongoing.operation.message) return null;
    const look = this.#bound(ongoing);
    const looks = { fresh: look, remembered: this.#parts.remembered(ongoing.connection, look) };
    try {
      return await this.#recipients.of(ongoing, await this.#input(ongoing), needs, looks);
    } catch (thrown) {
      throw ofConnection(toMillraceError(thrown), ongoing.connection);
    }
  }

  async *pages(request: Omit<CallRequest, "dry" | "idempotencyKey">): AsyncIterable<{ rows: readonly unknown[] }> {
    const ongoing = await this.#begin({ ...request, dry: false, idempotencyKey: "" });
    const { operation } = ongoing;
    const read: Call = (_, input, next) => this.#one(withInput(ongoing, input, next));
    if (operation.list) return yield* readPages(operation, request.input, patient(read, this.#parts.clock, request.signal));
    const { output } = await read(operation.id, request.input);
    yield { rows: output === null || output === undefined ? [] : [output] };
  }

  async prepared(request: Omit<CallRequest, "dry" | "idempotencyKey">): Promise<Input> {
    return this.#input(await this.#begin({ ...request, dry: false, idempotencyKey: "" }));
  }

  destination(request: CallRequest): { host: string; refusal: MillraceError | null } {
    const catalog = this.#catalog(request);
    const app = catalog.app(request.app);
    const operation = catalog.operation(request.app, request.operation);
    const connection = this.#connections.last(request);
    const host = app && operation ? hostOf(operation, request.input, connection, app) : "";
    return { host, refusal: this.#refusedLogin(request) ?? this.#parts.outages?.refusal(host) ?? null };
  }

  onHostBack(listener: (host: string) => void): void {
    this.#parts.outages?.onBack(listener);
  }

  forgetConnections(): void {
    this.#connections.forget();
  }

  // ---------------------------------------------------------------- one operation

  #refusedLogin({ workspaceId, connection }: CallRequest): MillraceError | null {
    return connection === undefined ? null : (this.#parts.refusedLogin?.(workspaceId, connection) ?? null);
  }

  async #begin(request: CallRequest): Promise<Ongoing> {
    const { app, operation } = this.#lookUp(request);
    return { request, app, operation, connection: await this.#connections.read(request, app), gathered: nothingYet() };
  }

  #reply({ request, app, operation, gathered }: Ongoing, { output, list }: Outcome): CallReply {
    const reply: CallReply = { output, exchanges: gathered.exchanges };
    if (list) reply.list = list;
    if (request.dry) reply.effects = gathered.effects.length > 0 ? gathered.effects : nothingWritten(operation, request.input);
    if (gathered.notes.length > 0) reply.notes = [...new Set(gathered.notes)];
    const advice = deprecation(app, operation, (...named) => this.#catalog(request).operation(...named));
    if (reply.notes || advice) reply.notices = [...(reply.notes ?? []), ...(advice ? [advice] : [])];
    return reply;
  }

  async #outcome(ongoing: Ongoing): Promise<Outcome> {
    const { request, operation, gathered } = ongoing;
    if (operation.recipe) return { output: await this.#recipe(ongoing) };
    const page: Call = (_, input, next) => this.#one(withInput(ongoing, input, next));
    if (!operation.list || (request.dry && this.#dryWrites.read(request.workspaceId, operation, request.input) !== null))
      return { output: withoutGone(operation, (await page(operation.id, request.input)).output) };
    const brief: Call = async (id, input, next) => {
      const answer = await page(id, input, next);
      leaveOutAnswer(gathered.exchanges);
      return answer;
    };
    const { rows, read } = await readList(operation, request.input, patient(brief, this.#parts.clock, request.signal), request.rows);
    return { output: rows, list: read };
  }

  async #recipe(ongoing: Ongoing): Promise<unknown> {
    const { request, operation, connection } = ongoing;
    const recipe = this.#catalog(request).recipe(request.app, operation.id);
    if (!recipe) throw unknownOperation(request);
    requirePermission(ongoing.app, operation, connection);
    const input = await this.#input(ongoing);
    return (await recipe.run({ connection, call: this.#bound(ongoing), dry: request.dry }, input)).output;
  }

  /** One request: prepared, checked, and sent or, in a dry run, pretended. */
  async #one(ongoing: Ongoing): Promise<Answer> {
    const { request, app, operation, connection, gathered } = ongoing;
    if (operation.watch) throw unknownOperation(request, app); // it watches a list and is no request of its own
    const number = ++gathered.calls;
    requirePermission(app, operation, connection);
    const prepared = this.#input(ongoing);
    const input = prepared instanceof Promise ? await prepared : prepared;
    const filter = emptyFilter(operation, input, request.settings ?? {});
    if (filter) {
      const { label = filter.name } = filter;
      gathered.notes.push(`The search was skipped: ${label} is empty, and without it every record would match.`);
      return { output: [], raw: [], status: 200 };
    }
    const pretended = request.dry ? await this.#pretended(ongoing, input) : null;
    return pretended ?? this.#sent(ongoing, input, number);
  }

  /** What a dry run answers by itself: a record that an earlier write of it made, or a write. Null where the call is made. */
  async #pretended(ongoing: Ongoing, input: Input): Promise<Answer | null> {
    const { request, operation } = ongoing;
    const remembered = this.#dryWrites.read(request.workspaceId, operation, input);
    if (remembered) return { output: remembered, raw: remembered, status: 200 };
    if (operation.effect === "read") return null;
    return this.#dryWrites.write(ongoing, input, this.#bound(ongoing));
  }

  async #sent(ongoing: Ongoing, input: Input, number: number): Promise<Answer> {
    const { app, operation, connection, gathered } = ongoing;
    const reply = await this.#parts.outbound.send(outboundCall(ongoing, input, number)).catch((thrown: unknown) => {
      throw blame(toMillraceError(thrown), operation, input, connection.name);
    });
    gathered.exchanges.push(reply.exchange);
    if (reply.note !== undefined) gathered.notes.push(reply.note);
    const output = unwrap(operation, reply.body, app.title);
    for (const note of droppedBy(app, operation, input, output)) gathered.notes.push(note);
    return { output, raw: reply.body, status: reply.status, headers: reply.headers };
  }

  /** The operation's input, made ready and checked. At once where nothing has to be looked up for it. */
  #input(ongoing: Ongoing): Input | Promise<Input> {
    const { request, operation, connection } = ongoing;
    const checked = (input: Input): Input => {
      this.#validate(operation, input, connection);
      return input;
    };
    const prepared = this.#prepare(operation, request, this.#lookUps(ongoing));
    return prepared instanceof Promise ? prepared.then(checked) : checked(prepared);
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
  #bound({ request, app, connection, gathered }: Ongoing): Call {
    return (id, input, next) => {
      const operation = this.#catalog(request).operation(app.id, id);
      if (!operation) throw unknownOperation({ app: app.id, operation: id }, app);
      const { emptied: _, written: __, ...settings } = request.settings ?? {}; // what a recipe or a look-up asks is its own
      return this.#one({
        request: { ...request, operation: id, input, settings, keepHeaders: false },
        app,
        operation,
        connection,
        gathered,
        next,
      });
    };
  }

  /** Reads that turn names into ids belong to the request, not to what it shows it did. */
  #lookUps(ongoing: Ongoing): Call {
    const { request, connection, gathered } = ongoing;
    const look: Call = (...asked) =>
      this.#bound({ ...ongoing, gathered: { ...gathered, exchanges: [], calls: 1 } })(...asked).catch((thrown: unknown) => {
        throw gathered.exchanges.length === 0 ? notBegun(thrown) : thrown;
      });
    return this.#parts.remembered(connection, look, { dry: request.dry, note: (sentence) => void gathered.notes.push(sentence) });
  }

  // ---------------------------------------------------------------- the catalog

  #catalog({ workspaceId }: Pick<CallRequest, "workspaceId">): WorkspaceCatalog {
    return this.#parts.catalog.of(workspaceId);
  }

  #lookUp(request: Omit<CallRequest, "idempotencyKey">): { app: App; operation: Operation } {
    const catalog = this.#catalog(request);
    const app = catalog.app(request.app);
    const operation = catalog.operation(request.app, request.operation);
    if (!app || !operation) throw unknownOperation(request, app);
    refuseChosenAddress(request, app, operation);
    return { app, operation: describedBy(operation, request.input) };
  }
}

/**
 * An agent that chooses an address could send there whatever it has read, by a mere look-up too; so could one that defined an app without a
 * login. A direct call was let through where it came
 * in, by a person or not; in dry runs, tests and samples nobody is asked.
 */
function refuseChosenAddress({ cause, dry }: Pick<CallRequest, "cause" | "dry">, app: App, operation: Operation): void {
  const isOfNoConnection = takesAnyAddress(operation) || !needsLogin(app);
  if (!isOfNoConnection || cause?.by === undefined || !isAgentActor(cause.by)) return;
  const isSent = !dry || operation.effect === "read";
  const isDecided = !dry && cause.purpose === "direct";
  if (isSent && !isDecided) throw new MillraceError("NEEDS_APPROVAL", { details: { outcome: "not_sent" } });
}

const withInput = (ongoing: Ongoing, input: Input, next: string | undefined): Ongoing => ({
  ...ongoing,
  request: { ...ongoing.request, input },
  next,
});

/** The request as the client sends it. A further call of the same step has a key of its own. */
function outboundCall({ request, app, operation, connection, next }: Ongoing, input: Input, number: number): OutboundCall {
  return {
    connection,
    app,
    operation,
    request: buildRequest(operation, input, connection, app, next),
    lane: request.lane,
    dry: request.dry,
    claim: request.idempotencyKey,
    open: connection.auth !== undefined && isOpen(connection.auth),
    ...(!repeatable.has(operation.effect) || operation.idempotencyKey
      ? { idempotencyKey: number === 1 ? request.idempotencyKey : `${request.idempotencyKey}/${number}` }
      : {}),
    ...(request.cause && { cause: request.cause }),
    ...(request.keepHeaders && { keepHeaders: true }),
    ...(request.signal && { signal: request.signal }),
  };
}
