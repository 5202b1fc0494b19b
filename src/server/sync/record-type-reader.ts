import type { RecordTypeView } from "#api/schemas/syncs.ts";
import type { RecordType } from "#catalog/record-types.ts";
import { withCustomFields } from "#catalog/record-values.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { badInput, notFound } from "#kernel/errors.ts";
import type { Caller } from "#outbound/caller.ts";

export interface RecordTypeReaderParts {
  catalog: Catalog;
  caller: Pick<Caller, "pages">;
  clock: Clock;
}

/** Whose account is meant. `by`: who asks, for the log of calls. */
export interface Account {
  workspaceId: string;
  app: string;
  connection: string;
  by?: string | undefined;
}

const keptMs = minuteMs;
const mostKept = 200;

/** The record types of apps as an account has them: with the custom fields that it defines, which are read with its connection. */
export class RecordTypeReader {
  readonly #parts: RecordTypeReaderParts;
  readonly #kept = new Map<string, { at: number; rows: Promise<unknown[]> }>();

  constructor(parts: RecordTypeReaderParts) {
    this.#parts = parts;
  }

  /** All of an app; without a connection those that every account has. Throws what a call throws. */
  async all(workspaceId: string, app: string, connection?: string, by?: string): Promise<RecordType[]> {
    const catalog = this.#parts.catalog.of(workspaceId);
    if (!catalog.app(app)) throw notFound("app", app);
    const types = catalog.recordTypes(app);
    if (connection === undefined) return [...types];
    return Promise.all(types.map((type) => this.#whole(type, { workspaceId, app, connection, by })));
  }

  /** One. Throws BAD_INPUT naming the field `at` where the app has none of this id. */
  async one(account: Account, id: string, at: string): Promise<RecordType> {
    const type = this.#parts.catalog.of(account.workspaceId).recordType(account.app, id);
    if (!type) throw badInput(at, `${account.app} has no records called '${id}'`);
    return this.#whole(type, account);
  }

  async #whole(type: RecordType, account: Account): Promise<RecordType> {
    return type.custom ? withCustomFields(type, await this.#definitions(type, account)) : type;
  }

  /** Kept for a minute: a first sync and a preview ask for them more than once. What failed is asked again. */
  #definitions({ custom }: RecordType, account: Account): Promise<unknown[]> {
    const { operation, input = {} } = custom!.list;
    const key = JSON.stringify([account.workspaceId, account.app, account.connection, operation, input]);
    const now = this.#parts.clock.now();
    const kept = this.#kept.get(key);
    if (kept && now - kept.at < keptMs) return kept.rows;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const rows = this.#read(account, operation, input);
    this.#kept.set(key, { at: now, rows });
    rows.catch(() => this.#kept.delete(key));
    return rows;
  }

  async #read({ workspaceId, app, connection, by }: Account, operation: string, input: Record<string, unknown>): Promise<unknown[]> {
    const cause = { purpose: "sync" as const, ...(by !== undefined && { by }) };
    const rows: unknown[] = [];
    for await (const page of this.#parts.caller.pages({ workspaceId, app, operation, connection, input, lane: "sync", cause }))
      rows.push(...page.rows);
    return rows;
  }
}

/** A record type as the API shows it. */
export function recordTypeViewOf(app: string, type: RecordType): RecordTypeView {
  return {
    app,
    id: type.id,
    title: type.title,
    many: type.many,
    of: type.of?.each ? type.of.type : null,
    can: {
      create: type.create !== undefined,
      update: type.update !== undefined,
      remove: type.remove !== undefined,
      archive: type.archive !== undefined,
    },
    live: (type.events ?? []).length > 0,
    fields: type.fields.map(({ name, label, kind, write, refers = null, row, read }) => ({
      ...(row === undefined && { read }),
      name,
      label,
      kind,
      canWrite: write !== null,
      refers,
      custom: name.startsWith("custom:"),
    })),
  };
}
