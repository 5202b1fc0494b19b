/** The action steps of a flow, and one of them filled anew. Pure. */
import type { FlowDefinition } from "#api/schemas.ts";
import { alwaysThere } from "#engine/mapping/reserved-names.ts";
import { setAt } from "../flow-editor/document/edits.ts";
import { allSteps, placeOfId } from "../flow-editor/document/place.ts";
import { seenFrom } from "../flow-editor/document/visible.ts";
import type { Fields } from "./mapping-fields.ts";

/** An action step, and what its templates can read. */
export interface ActionStep {
  id: string;
  title: string | undefined;
  app: string;
  operation: string;
  input: Fields;
  visible: ReadonlySet<string>;
}

/** All action steps, in order, those inside others too. */
export const actionSteps = (definition: FlowDefinition): ActionStep[] =>
  allSteps(definition).flatMap(({ step, place }): ActionStep[] => {
    if (!("app" in step)) return [];
    const { id, title, app, operation, input = {} } = step;
    const visible = new Set([...alwaysThere, ...seenFrom(definition, place).map(({ name }) => name)]);
    return [{ id, title, app, operation, input, visible }];
  });

/** The flow with the input of one step replaced. */
export function withInput(definition: FlowDefinition, id: string, input: Record<string, unknown>): FlowDefinition {
  const place = placeOfId(definition, id);
  return place === null ? definition : setAt(definition, [...place, "input"], input);
}
