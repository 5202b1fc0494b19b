import type { CatalogEntry, FlowDefinition, Place, TemplateChoice } from "#api/schemas.ts";
import type { InputField } from "#catalog/types.ts";
import { eachStep } from "#templates/places.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { humanize } from "../../../lib/words.ts";
import { fieldLabel } from "#kernel/field-words.ts";

/** A field that is filled from data, as it is shown for mapping. */
export interface MappedField {
  place: Place;
  label: string;
  value: string;
  /** The catalog's field, where it is one of the operation's own. */
  field: InputField | undefined;
}

/** The mapped fields of one step. */
export interface MappedStep {
  id: string;
  app: string;
  title: string;
  fields: MappedField[];
}

/** The fields of all steps that are filled from data and that no question asks for. Ids handed from step to step are no business of the reader's. */
export function mappedSteps(flow: FlowDefinition, choices: readonly TemplateChoice[], catalog: readonly CatalogEntry[]): MappedStep[] {
  const asked = new Set(choices.flatMap(({ at }) => at.map((place) => JSON.stringify(place))));
  const steps: MappedStep[] = [];
  eachStep(flow.steps, ({ id, app, operation, title, input }) => {
    if (typeof app !== "string" || typeof input !== "object" || input === null) return;
    const entry = catalog.find((each) => each.app === app && each.key === operation);
    const fields = fieldsOf([String(id), "input"], input as Record<string, unknown>, entry?.inputs ?? []).filter(
      ({ place, value }) => !asked.has(JSON.stringify(place)) && !isHandedOn(place, value),
    );
    if (fields.length > 0)
      steps.push({
        id: String(id),
        app,
        title: typeof title === "string" ? title : entry === undefined ? humanize(String(operation)) : operationTitle(entry),
        fields,
      });
  });
  return steps;
}

function fieldsOf(at: Place, values: Record<string, unknown>, fields: readonly InputField[], prefix = ""): MappedField[] {
  return Object.entries(values).flatMap(([name, value]): MappedField[] => {
    const field = fields.find((each) => each.name === name);
    const label = prefix + (field?.label ?? (prefix === "" ? fieldLabel(name) : name));
    if (typeof value === "string" && value.includes("{{")) return [{ place: [...at, name], label, value, field }];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return fieldsOf([...at, name], value as Record<string, unknown>, [], name === "body" ? "" : `${label}: `).map((inner) => ({
      ...inner,
      field: undefined,
    }));
  });
}

/** `{{ person.contact.id }}` in `contactId`: from one step to the next. */
const isHandedOn = (place: Place, value: string): boolean =>
  place.length === 3 && String(place[2]).endsWith("Id") && /^\{\{[^}]*\}\}$/.test(value);

/** Whether a question is answered with data of the flow: a text of a step with templates in it. */
export const isMappedChoice = ({ kind, at, within }: TemplateChoice, value: unknown): boolean =>
  (kind === "text" || kind === "longtext") &&
  within === undefined &&
  at[0]?.[0] !== "trigger" &&
  typeof value === "string" &&
  value.includes("{{");
