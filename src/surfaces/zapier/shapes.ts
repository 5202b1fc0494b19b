import type { Json, JsonObject } from "#kernel/json.ts";

/** What the generated files contain, in the platform's own terms. Everything here becomes JSON. */

/** One field that somebody fills in, in the platform's form. */
export interface ZapierField {
  key: string;
  label: string;
  type?: "string" | "text" | "integer" | "number" | "boolean" | "datetime" | "json";
  required?: boolean;
  helpText?: string;
  /** Several values. */
  list?: boolean;
  /** Names with values. */
  dict?: boolean;
  default?: string;
  choices?: { value: string; label: string; sample: string }[];
  /** `trigger.value.label` of a hidden trigger. */
  dynamic?: string;
  altersDynamicFields?: boolean;
  /** Line items: each has these. */
  children?: ZapierField[];
}

/** Where the value of a field goes in the input of an operation. */
export interface FieldPlace {
  path: string[];
  /** A text that is sent as JSON, or a number that the form keeps as a text. */
  as?: "json" | "number";
  /** Of line items: the members by the keys of their fields. */
  items?: Record<string, string>;
}

/** Fields that are made of a list when the form is opened: the custom fields of a sub-account. */
export interface CustomFields {
  /** The input that takes them. */
  input: string;
  operation: string;
  search: JsonObject;
  /** Row paths. */
  value: string;
  label: string;
  options?: { row: string; open: string };
  controls?: { row: string; of: Record<string, string> };
}

/** What a step gives, for mapping it in later steps. */
export interface OutputField {
  key: string;
  label: string;
  type?: "string" | "integer" | "number" | "boolean" | "datetime";
}

/** One trigger, search or create: its file holds exactly this. */
export interface ZapierAction {
  kind: "hook" | "poll" | "search" | "create";
  key: string;
  noun: string;
  display: { label: string; description: string };
  app: string;
  /** The operation, or the trigger, by its key in the app. */
  operation: string;
  fields: ZapierField[];
  places: Record<string, FieldPlace>;
  /** Input that nobody fills in. */
  constants?: JsonObject;
  customFields?: CustomFields[];
  /** Row path of what tells a record from others. */
  identity?: string;
  sample: JsonObject;
  outputFields: OutputField[];
}

/** A hidden trigger that feeds a drop-down. */
export interface ZapierChoices {
  key: string;
  noun: string;
  app: string;
  operation: string;
  /** Asked where the login may not read the first. */
  otherwise?: string;
  search: JsonObject;
  /** Where the choices are a list within each row: its path. */
  list?: string;
  /** Only of the row whose path `row` is what the field `field` has. */
  within?: { row: string; label: string; field: string };
  value: string;
  label: string;
  retired?: { row: string; values: Json[] };
}

/** A search with the create that is offered where it finds nothing. */
export interface SearchOrCreate {
  key: string;
  display: { label: string; description: string };
  search: string;
  create: string;
}

/** Everything of a catalog that goes into a project. */
export interface ZapierParts {
  triggers: ZapierAction[];
  searches: ZapierAction[];
  creates: ZapierAction[];
  choices: ZapierChoices[];
  searchOrCreates: SearchOrCreate[];
}
