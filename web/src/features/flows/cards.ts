import { CircleStop, Clock, Filter, GitBranch, type LucideIcon, Pencil, Repeat } from "lucide-react";
import type { Step, StepDefinition, StepKindName } from "#api/schemas.ts";
import { isEmptied } from "../../lib/emptied.ts";
import { moreName } from "../../lib/further-names.ts";
import { durationText, isDuration } from "./durations.ts";

/** What the cards are called where the catalog and the connections know better than the ids. */
export interface CardNames {
  operation(app: string, operation: string): string;
  connection(name: string): string;
  app(app: string): string;
}

/** What a card shows of one kind of step. */
interface CardKind<S extends object> {
  /** The member that only steps of this kind have. */
  mark: keyof S & string;
  /** Its sign; null: that of the app it calls. */
  icon: LucideIcon | null;
  /** The first line, where the step has no title of its own. */
  sentence(step: S, names: CardNames): string;
  /** What it decides by, waits for or goes through, where its sentence does not say that. */
  rule?(step: S): string | null;
  /** What it fills in. */
  fields?(step: S): [name: string, value: unknown][];
  /** Steps inside, under their label. */
  branches?(step: S): [label: string, steps: readonly StepDefinition[]][];
}

const stops = { success: "Stop here, as a success", filtered: "Stop here, as filtered", failed: "Stop here, as failed" };

/** A card for each kind of step. */
export const cards: { readonly [K in StepKindName]: CardKind<Step<K>> } = {
  action: {
    mark: "operation",
    icon: null,
    sentence: ({ app, operation, connection }, names) =>
      `${names.operation(app, operation)} in ${connection === undefined ? names.app(app) : names.connection(connection)}`,
    fields: (step) => Object.entries(step.input ?? {}).flatMap(opened),
  },
  filter: { mark: "filter", icon: Filter, sentence: () => "Go on only if", rule: (step) => step.filter },
  branch: {
    mark: "if",
    icon: GitBranch,
    sentence: () => "If",
    rule: (step) => step.if,
    branches: (step) => [["Then", step.then], ...(step.else ? [["Otherwise", step.else] satisfies [string, unknown]] : [])],
  },
  forEach: {
    mark: "forEach",
    icon: Repeat,
    sentence: () => "For each of",
    rule: (step) => step.forEach,
    branches: (step) => [["For each one", step.do]],
  },
  wait: {
    mark: "wait",
    icon: Clock,
    sentence: (step) => (isDuration(step.wait) ? `Wait ${durationText(step.wait)}` : "Wait until"),
    rule: (step) => (isDuration(step.wait) ? null : step.wait),
  },
  format: { mark: "format", icon: Pencil, sentence: () => "Prepare values", fields: (step) => Object.entries(step.format) },
  stop: {
    mark: "stop",
    icon: CircleStop,
    sentence: (step) => [stops[step.stop], ...(step.reason ? [step.reason] : [])].join(": "),
  },
};

/** A member that would be emptied, or that nobody documents, is a line of its own: within JSON it is easily missed. */
function opened([name, value]: [string, unknown]): [string, unknown][] {
  const isOpened =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !isEmptied(value) &&
    (name === moreName || Object.values(value).some(isEmptied));
  if (!isOpened) return [[name, value]];
  const group = name === moreName ? "Further field" : name;
  return Object.entries(value).map(([member, one]) => [`${group} › ${member}`, one]);
}
