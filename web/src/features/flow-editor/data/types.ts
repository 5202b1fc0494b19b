import type { Rules } from "#engine/mapping/rule-format.ts";
import type { SampleView } from "#api/schemas.ts";
import type { Json } from "#kernel/json.ts";

/** What kind of value a field holds, as a badge says it. */
export type ValueType = "text" | "number" | "yes-no" | "date" | "list" | "object" | "any";

/** Something a template can read. */
export interface SourceField {
  /** As a template writes it: `trigger.contact.email`, `found[0].id`. */
  path: string;
  /** As people call it: "E-mail". */
  label: string;
  type: ValueType;
  /** The fields of an object, or of the first item of a list. */
  fields: readonly SourceField[];
  /** Further words by which it is found. */
  also?: string;
}

/** Where fields come from: the trigger, an earlier step, the item of a loop, the flow and its run, or the one record that a condition is about. */
export interface Source {
  /** The first word of its paths: `trigger`, a step's id, `item`. */
  name: string;
  kind: "trigger" | "step" | "item" | "flow" | "record";
  title: string;
  /** Whose mark it has. */
  app: string | null;
  /** What its operation gives: "contact"; absent where it has none. */
  record?: string;
  fields: readonly SourceField[];
}

/** Where the values of a sample come from. */
export type SampleOrigin = SampleView["from"] | "edited";

/** Values to try a flow with. */
export interface Sample {
  id: string;
  /** The event it was received as. */
  event?: string;
  /** By whom it is recognised. */
  person: string | null;
  at: number;
  from: SampleOrigin;
  /** A filter ended the flow's run of it. */
  filtered?: true;
  /** What a template can read, by the names of the sources. */
  values: Readonly<Record<string, unknown>>;
  /** Those of the sources that have not been tried yet, and whose values are made from the catalog's example; the items of such a list too. */
  made?: readonly string[];
  /** Those of the sources whose values a dry run with this sample gave. */
  dry?: readonly string[];
}

/** What one place of a flow can read. */
export interface PlaceData {
  sources: readonly Source[];
  samples: readonly Sample[];
  /** The one whose values are shown. */
  sample: Sample | null;
  /** The flow's zone and country, which dates and phone numbers are read with. */
  zone: string;
  country?: string;
  /** The workspace's rules, by name: those that the filter `rule` offers and the evaluator applies. */
  rules?: Rules;
}

/** What a step writes; undefined: nothing, and the field stays as it is on the other side. */
export type Written = Json | undefined;
