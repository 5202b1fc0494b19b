import { CircleStop, Clock, Filter, GitBranch, type LucideIcon, Pencil, Repeat } from "lucide-react";
import type { CatalogEntry, StepDefinition, StepKindName } from "#api/schemas.ts";

/** A step that is no operation of an app. */
export interface Block {
  kind: Exclude<StepKindName, "action">;
  title: string;
  about: string;
  /** What else it is looked for by. */
  words: string;
  icon: LucideIcon;
  /** What it begins as. */
  make(id: string): StepDefinition;
}

type Blocks = { readonly [K in Exclude<StepKindName, "action">]: Omit<Block, "kind"> };

const table: Blocks = {
  filter: {
    title: "Filter",
    about: "Continue only if a condition is met",
    words: "only continue condition stop unless",
    icon: Filter,
    make: (id) => ({ id, filter: "" }),
  },
  branch: {
    title: "Branch",
    about: "Do one thing or the other",
    words: "if else paths router split condition switch",
    icon: GitBranch,
    // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
    make: (id) => ({ id, if: "", then: [], else: [] }),
  },
  forEach: {
    title: "Loop",
    about: "Do steps once for each item of a list",
    words: "for each iterate repeat array items",
    icon: Repeat,
    make: (id) => ({ id, forEach: "", do: [] }),
  },
  wait: {
    title: "Wait",
    about: "Go on later: after some time, or at a date",
    words: "delay pause sleep until schedule timer",
    icon: Clock,
    make: (id) => ({ id, wait: "1h" }),
  },
  format: {
    title: "Format",
    about: "Prepare values for later steps",
    words: "formatter transform set variable text number date convert",
    icon: Pencil,
    make: (id) => ({ id, format: {} }),
  },
  stop: {
    title: "Stop",
    about: "End the run here",
    words: "end exit halt fail error",
    icon: CircleStop,
    make: (id) => ({ id, stop: "success" }),
  },
};

/** All of them, in the order in which they are offered. */
export const blocks: readonly Block[] = (Object.keys(table) as Block["kind"][]).map((kind) => ({ kind, ...table[kind] }));

/** The sign of a kind of step; that of an action is its app's. */
export const blockOf = (kind: StepKindName | null): Block | undefined => blocks.find((block) => block.kind === kind);

/** What the picker offers: a block, an operation, or the step that was copied, by what it is called. */
export type Choice = { block: Block } | { entry: CatalogEntry } | { pasted: StepDefinition; title: string };
