import type { CatalogEntry, FlowDefinition, Place, TemplateChoice } from "#api/schemas.ts";
import type { InputField } from "#catalog/types.ts";
import { eachStep, readPlace } from "#templates/places.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { isObject } from "#kernel/json.ts";
import { humanize } from "../../../lib/words.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import type { Written } from "../../flow-editor/data/types.ts";

/** A field that is filled from data, as it is shown for mapping. */
export interface MappedField {
  place: Place;
  label: string;
  /** `""`: its data was taken away. */
  value: Written;
  /** What the set-up found there when it was opened; undefined where that was no data. */
  brought: string | undefined;
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

/**
 * The fields of all steps that are filled from data and that no question asks for. One whose data was taken away stays, empty, or with what was
 * written instead: `opened` is the flow as the set-up found it. Ids handed from step to step are no business of the reader's.
 */
export function mappedSteps(
  flow: FlowDefinition,
  opened: FlowDefinition,
  choices: readonly TemplateChoice[],
  catalog: readonly CatalogEntry[],
): MappedStep[] {
  const asked = new Set(choices.flatMap(({ at }) => at.map((place) => JSON.stringify(place))));
  const steps: MappedStep[] = [];
  eachStep(flow.steps, ({ id, app, operation, title, input }) => {
    if (typeof app !== "string" || !isObject(input)) return;
    const entry = catalog.find((each) => each.app === app && each.key === operation);
    const fields = fieldsOf([String(id), "input"], input, entry?.inputs ?? [], opened).filter(
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

function fieldsOf(
  at: Place,
  values: Record<string, unknown>,
  fields: readonly InputField[],
  opened: FlowDefinition,
  prefix = "",
): MappedField[] {
  return Object.entries(values).flatMap(([name, value]): MappedField[] => {
    const place = [...at, name];
    const field = fields.find((each) => each.name === name);
    const label = prefix + (field?.label ?? (prefix === "" ? fieldLabel(name) : name));
    const before = readPlace(opened, place);
    const brought = isData(before) ? before : undefined;
    if (brought !== undefined || value === "" || isData(value)) return [{ place, label, value: value as Written, brought, field }];
    if (!isObject(value)) return [];
    return fieldsOf(place, value, [], opened, name === "body" ? "" : `${label}: `).map((inner) => ({ ...inner, field: undefined }));
  });
}

const isData = (value: unknown): value is string => typeof value === "string" && value.includes("{{");

/** `{{ person.contact.id }}` in `contactId`: from one step to the next. */
const isHandedOn = (place: Place, value: Written): boolean =>
  place.length === 3 && String(place[2]).endsWith("Id") && typeof value === "string" && /^\{\{[^}]*\}\}$/.test(value);

/** Whether a question is answered with data of the flow: a text of a step with templates in it. */
export const isMappedChoice = ({ kind, at, within }: TemplateChoice, value: unknown): boolean =>
  (kind === "text" || kind === "longtext") &&
  within === undefined &&
  at[0]?.[0] !== "trigger" &&
  typeof value === "string" &&
  value.includes("{{");
