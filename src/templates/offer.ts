import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import type { WorkspaceCatalog } from "#catalog/registry.ts";
import type { InputField } from "#catalog/types.ts";
import type { FlowDefinition } from "#engine/flow/format.ts";
import type { Titles } from "#engine/flow/knowledge.ts";
import { flowSentence } from "#engine/flow/sentence.ts";
import { mayBeSecret } from "#kernel/secret-names.ts";
import type { ChoiceKind, FlowTemplate, Place, TemplateChoice, TemplateConnection } from "./format.ts";
import { connectionPlaces, eachStep, writeConnection, writePlace } from "./places.ts";

/** A template made of a flow: everything in it that could be asked at a set-up, and what had better be. */
export interface TemplateOffer {
  template: FlowTemplate;
  /** The names of the choices that differ from account to account. */
  suggested: string[];
}

const mostChoices = 60;
const longestTitle = 160;

/**
 * Makes a template of a flow. Connections go by their app's name, and literal addresses, headers and parameters that may be secret
 * are left empty: a template is given to others.
 */
export function templateOf(flow: FlowDefinition, catalog: WorkspaceCatalog, titles: Titles): TemplateOffer {
  const { definition, connections } = withoutConnectionNames(flow);
  const candidates = new Candidates(catalog);
  candidates.visit(definition);
  const open = candidates.blanked.reduce((changed, place) => writePlace(changed, place, ""), definition);
  const sentence = flowSentence(flow, titles);
  return {
    template: {
      millraceTemplate: 1,
      title: sentence.length <= longestTitle ? sentence.replace(/\.$/, "") : flow.name,
      about: flow.description ?? sentence.slice(0, 600),
      category: "My templates",
      keywords: [],
      connections,
      choices: candidates.choices.slice(0, mostChoices),
      flow: open,
    },
    suggested: candidates.suggested.slice(0, mostChoices),
  };
}

/** The same flow, its connections called by their apps: the names of a customer's accounts are nobody else's business. */
function withoutConnectionNames(flow: FlowDefinition): { definition: FlowDefinition; connections: TemplateConnection[] } {
  const { inbox: _, ...trigger } = flow.trigger;
  const appOf = new Map<string, string>(trigger.connection === undefined ? [] : [[trigger.connection, trigger.app]]);
  eachStep(flow.steps, ({ app, connection }) => {
    if (typeof app === "string" && typeof connection === "string" && !appOf.has(connection)) appOf.set(connection, app);
  });
  const connections: TemplateConnection[] = [];
  let definition: FlowDefinition = { ...flow, trigger };
  const renamed = [...appOf].map(([name, app]) => ({ app, at: connectionPlaces(definition, name) }));
  for (const { app, at } of renamed) {
    const same = connections.filter((each) => each.app === app).length;
    const name = same === 0 ? app : `${app}-${same + 1}`;
    connections.push({ name, app });
    definition = writeConnection(definition, { name, app, at }, name);
  }
  return { definition, connections };
}

/** What lookups are of, by the list they ask. */
const kindOfLookup: Readonly<Record<string, ChoiceKind>> = {
  "locations.list_tags": "tag",
  "opportunities.list_pipelines": "pipeline",
  "calendars.list": "calendar",
  "users.list_by_location": "user",
  "workflows.list": "workflow",
};

type Members = Record<string, unknown>;
const isTemplate = (text: string): boolean => text.includes("{{") || text.includes("{%");

/** Walks a flow and notes every value that somebody may want to choose. */
class Candidates {
  readonly choices: TemplateChoice[] = [];
  readonly suggested: string[] = [];
  readonly blanked: Place[] = [];
  readonly #catalog: WorkspaceCatalog;

  constructor(catalog: WorkspaceCatalog) {
    this.#catalog = catalog;
  }

  visit({ trigger, steps }: FlowDefinition): void {
    const started = this.#catalog.trigger(trigger.app, trigger.operation);
    const fields = started && "input" in started ? started.input : [];
    this.#fields("trigger", "", trigger.input ?? {}, fields);
    eachStep(steps, (step) => {
      const id = String(step["id"]);
      const of = typeof step["title"] === "string" ? step["title"] : id;
      if (typeof step["wait"] === "string" && !isTemplate(step["wait"]))
        this.#add([id, "wait"], `How long: ${fieldLabel(of)}`, "duration", true);
      if (!isObject(step["input"]) || typeof step["app"] !== "string") return;
      const operation = this.#catalog.operation(step["app"], String(step["operation"]));
      this.#fields(id, `${operation?.title ?? fieldLabel(of)}: `, step["input"], operation?.input ?? []);
    });
  }

  #fields(owner: string, prefix: string, input: Members, fields: readonly InputField[]): void {
    for (const [name, value] of Object.entries(input)) {
      const field = fields.find((each) => each.name === name);
      this.#value([owner, "input", name], prefix + (field?.label ?? fieldLabel(name)), value, field);
    }
  }

  #value(place: Place, label: string, value: unknown, field: InputField | undefined): void {
    if (field?.control === "customFields" && isObject(value)) return this.#customFields(place, label, value);
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) if (typeof item === "string") this.#value([...place, i], label, item, field);
    } else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) this.#value([...place, name], `${label}, ${name}`, inner, undefined);
    } else if (typeof value === "string" || typeof value === "number") this.#text(place, label, value, field);
  }

  #text(place: Place, label: string, value: string | number, field: InputField | undefined): void {
    const isFixed = typeof value === "number" || !isTemplate(value);
    const isSecret = isFixed && mayBeSecret.test(String(place.at(-1)));
    const kind = kindOf(field, value);
    if (isSecret || (kind === "address" && isFixed)) this.blanked.push(place);
    const varies = isSecret || kind === "address" || (isFixed && field?.lookup !== undefined) || kind === "schedule" || kind === "zone";
    this.#add(place, label, kind, varies, field);
  }

  #customFields(place: Place, label: string, value: Members): void {
    for (const [name, filling] of Object.entries(value))
      if (typeof filling === "string" && filling !== "") {
        this.#add(place, `${label}: ${name}`, "customField", true);
        Object.assign(this.choices.at(-1)!, { value: filling, prefer: [name] });
      }
  }

  #add(place: Place, label: string, kind: ChoiceKind, varies: boolean, field?: InputField): void {
    const name = this.#nameFor(place);
    const options = kind === "choice" ? field?.schema.enum?.map((each) => ({ value: String(each), label: String(each) })) : undefined;
    this.choices.push({
      name,
      label: label.slice(0, 80),
      kind,
      at: [place],
      ...(options && { options }),
      ...(field?.required && { required: true }),
    });
    if (varies) this.suggested.push(name);
  }

  #nameFor(place: Place): string {
    const wanted =
      place
        .filter((part) => part !== "input")
        .join("-")
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 50) || "choice";
    const usedNames = new Set(this.choices.map(({ name }) => name));
    for (let n = 1; ; n++) {
      const name = n === 1 ? wanted : `${wanted}-${n}`;
      if (!usedNames.has(name)) return name;
    }
  }
}

function kindOf(field: InputField | undefined, value: string | number): ChoiceKind {
  if (typeof value === "number") return "number";
  if (field === undefined) return value.length > 120 || value.includes("\n") ? "longtext" : "text";
  if (field.lookup) return field.lookup.list === "stages" ? "stage" : (kindOfLookup[field.lookup.operation] ?? "lookup");
  if (field.text === "address") return "address";
  if (field.name === "cron") return "schedule";
  if (field.name === "zone" || field.name === "timezone") return "zone";
  if (field.schema.enum && !isTemplate(value)) return "choice";
  return field.control === "longtext" ? "longtext" : "text";
}
