import { z } from "zod";
import { MillraceError } from "#kernel/errors.ts";
import { didYouMean } from "../../mapping/nearest.ts";
import type { AnyStep, StepKind } from "./kind.ts";
import { base, schemaOf } from "./shape.ts";

/** A kind of step with its name and the schema that reads one without looking at the steps inside. */
interface Entry<Name extends string> {
  readonly name: Name;
  readonly kind: StepKind;
  readonly schema: z.ZodObject;
}

const unread = z.array(z.unknown());

/** A table of kinds of steps. What a step is follows from its members. */
export class StepKinds<Name extends string = string> {
  readonly #byMark = new Map<string, Entry<Name>>();
  readonly #entries: readonly Entry<Name>[];
  /** Every member that can hold steps, of any kind. */
  readonly listMembers: ReadonlySet<string>;
  /** What people call the members of all kinds. */
  readonly labels: ReadonlyMap<string, string>;

  constructor(kinds: Readonly<Record<Name, StepKind>>) {
    const names = Object.keys(kinds) as Name[];
    this.#entries = names.map((name) => ({ name, kind: kinds[name], schema: schemaOf(kinds[name].shape, unread) }));
    this.listMembers = new Set(this.#entries.flatMap(({ kind }) => Object.keys(kind.shape.lists)));
    this.labels = new Map(this.#entries.flatMap(({ kind }) => Object.entries(kind.labels)));
    for (const entry of this.#entries) for (const mark of entry.kind.shape.marks) this.#byMark.set(mark, entry);
  }

  /** The same table with further kinds. */
  with(kinds: Readonly<Record<string, StepKind>>): StepKinds {
    return new StepKinds({ ...Object.fromEntries(this.#entries.map(({ name, kind }) => [name, kind])), ...kinds });
  }

  /** What kind of step somebody wrote; a sentence where it is none or two. */
  read(step: Readonly<Record<string, unknown>>): Entry<Name> | { problem: string } {
    const matches = new Set(Object.keys(step).flatMap((key) => this.#byMark.get(key) ?? []));
    const [entry, second] = matches;
    if (entry === undefined) return { problem: this.#noKind(Object.keys(step)) };
    if (second === undefined) return entry;
    return { problem: `a step is one thing only, and this says ${[...matches].map(({ name }) => name).join(" and ")}` };
  }

  /** The kind of a step. Throws where this table has none. */
  of(step: AnyStep): StepKind {
    const kind = this.find(step);
    if (kind) return kind;
    throw new MillraceError("FLOW_INVALID", { details: { problem: `the step '${step.id}' is of a kind that this version does not have` } });
  }

  find(step: object): StepKind | undefined {
    return this.#entryOf(step)?.kind;
  }

  nameOf(step: object): Name | undefined {
    return this.#entryOf(step)?.name;
  }

  /** The lists of steps inside a step, by member. */
  listsOf(step: AnyStep): [member: string, steps: readonly AnyStep[]][] {
    const kind = this.find(step);
    return kind ? listsIn(step, kind).map(([member, steps]) => [member, steps as readonly AnyStep[]]) : [];
  }

  #entryOf(step: object): Entry<Name> | undefined {
    for (const member of Object.keys(step)) {
      const entry = this.#byMark.get(member);
      if (entry) return entry;
    }
    return undefined;
  }

  #noKind(members: readonly string[]): string {
    const offered = this.#entries.filter(({ kind }) => !kind.unoffered).map(({ kind }) => kind.shape.marks);
    const near = members
      .filter((key) => !Object.hasOwn(base, key))
      .map((key) => didYouMean(key, offered.flat()))
      .find((hint) => hint !== "");
    const marks = offered.map((each) => each.join(" and "));
    return `this is no kind of step: it needs one of ${marks.slice(0, -1).join(", ")} or ${marks.at(-1)}${near ?? ""}`;
  }
}

/** The lists of steps inside a step as somebody wrote it. */
export function listsIn(
  step: Readonly<Record<string, unknown>>,
  { shape }: Pick<StepKind, "shape">,
): [member: string, steps: readonly unknown[]][] {
  return Object.keys(shape.lists).flatMap((member): [string, readonly unknown[]][] => {
    const steps = step[member];
    return Array.isArray(steps) ? [[member, steps as unknown[]]] : [];
  });
}
