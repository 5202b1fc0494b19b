import type { z } from "zod";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import type { PartKind, PartRow, PartStore } from "#storage/part-store.ts";
import { partName } from "#engine/flow/format.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";

/** A part with its definition read. */
export interface Part<D> extends Omit<PartRow, "definition"> {
  definition: D;
}

export interface KindParts<D> {
  kind: PartKind;
  /** What people call one: "rule". */
  word: string;
  shape: z.ZodType<D>;
  /** What is wrong with a definition of the right shape. `beside`: rules that are saved together with it. */
  check(workspaceId: string, definition: D, beside: Rules): readonly { at: string; problem: string }[];
  /** Why one cannot take the place of another; null where it can. */
  cannotReplace?(before: D, after: D): { at: string; problem: string } | null;
  /** Called after a part was saved, with its row, or removed. */
  changed?(workspaceId: string, name: string, row: PartRow | null): void;
  store: PartStore;
  clock: Clock;
}

const mostParts = 500;

/** The parts of one kind, saved, read and removed. `by`: who makes a change, for the list of changes. */
export class PartsOfKind<D extends { title: string }> {
  readonly #parts: KindParts<D>;

  constructor(parts: KindParts<D>) {
    this.#parts = parts;
  }

  async list(workspaceId: string): Promise<Part<D>[]> {
    const rows = await this.#parts.store.list(workspaceId, this.#parts.kind);
    return rows.map((row) => this.#read(row)).sort((a, b) => a.definition.title.localeCompare(b.definition.title));
  }

  async get(workspaceId: string, name: string): Promise<Part<D>> {
    const part = await this.find(workspaceId, name);
    if (part) return part;
    throw new MillraceError("NOT_FOUND", { details: { what: this.#parts.word, id: name } });
  }

  async find(workspaceId: string, name: string): Promise<Part<D> | null> {
    const { store, kind } = this.#parts;
    const row = await store.get({ workspaceId, kind, name });
    return row && this.#read(row);
  }

  /** Throws what is wrong with a definition, naming its first place. `prefix`: where the definition is in what was sent; `beside`: rules that come with it. */
  check(workspaceId: string, name: string, definition: D, { prefix = "", beside = {} }: { prefix?: string; beside?: Rules } = {}): void {
    const bad = partName.safeParse(name).error?.issues[0];
    if (bad) throw badInput("name", bad.message);
    const [first, ...others] = this.#parts.check(workspaceId, definition, beside);
    if (first) throw badInput(`${prefix}${first.at}`, `${first.problem}${others.length === 0 ? "" : ` (and ${others.length} more)`}`);
  }

  /** Throws where a definition cannot take the place of what is there. */
  requireReplaceable(before: Part<D>, definition: D, prefix = ""): void {
    const wrong = this.#parts.cannotReplace?.(before.definition, definition);
    if (wrong) throw badInput(`${prefix}${wrong.at}`, wrong.problem);
  }

  /** Throws where a workspace cannot have so many more. */
  async requireRoom(workspaceId: string, more: number): Promise<void> {
    const { store, kind } = this.#parts;
    if (more === 0 || (await store.list(workspaceId, kind)).length + more <= mostParts) return;
    const problem =
      more === 1 ? `there are ${mostParts} already; remove one first` : `there would be more than ${mostParts}; remove some first`;
    throw badInput("name", problem);
  }

  async put(workspaceId: string, name: string, definition: D, { replaces, by }: { replaces?: number | undefined; by?: string } = {}) {
    const { store, kind, word, clock, changed } = this.#parts;
    this.check(workspaceId, name, definition);
    const before = await this.find(workspaceId, name);
    if (before) this.requireReplaceable(before, definition);
    else await this.requireRoom(workspaceId, 1);
    const change = { workspaceId, kind, name, title: definition.title, definition: JSON.stringify(definition), now: clock.now() };
    const row = await store.put({ ...change, ...defined({ replaces, by }) });
    if (!row) throw new MillraceError("CONFLICT", { details: { problem: conflict(word, name, replaces) } });
    changed?.(workspaceId, name, row);
    return this.#read(row);
  }

  async remove(workspaceId: string, name: string, by?: string): Promise<void> {
    const { store, kind, changed } = this.#parts;
    const { title } = (await this.get(workspaceId, name)).definition;
    await store.remove({ workspaceId, kind, name, title, ...defined({ by }) });
    changed?.(workspaceId, name, null);
  }

  /** The newest first. A version that cannot be read any more is left out. */
  async versions(workspaceId: string, name: string) {
    const { store, kind, shape } = this.#parts;
    await this.get(workspaceId, name);
    const versions = await store.versions({ workspaceId, kind, name });
    return versions.flatMap(({ definition, ...version }) => {
      const read = shape.safeParse(JSON.parse(definition));
      return read.success ? [{ ...version, definition: read.data }] : [];
    });
  }

  #read(row: PartRow): Part<D> {
    return { ...row, definition: this.#parts.shape.parse(JSON.parse(row.definition)) };
  }
}

const conflict = (word: string, name: string, replaces: number | undefined): string =>
  replaces === 0
    ? `There is a ${word} '${name}' already. Choose another name, or open that one`
    : `Somebody else has changed the ${word} '${name}' meanwhile. Load it again, and make your change there`;
