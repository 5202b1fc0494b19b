import { useQuery } from "@tanstack/react-query";
import type { DryRunReply, FlowDefinition } from "#api/schemas.ts";
import type { Lookup } from "#catalog/types.ts";
import type { ShownAs } from "../../components/dry-run-result.tsx";
import { catalogQuery } from "../../lib/queries.ts";
import { choiceOf } from "../../lib/named-choices.ts";
import { allSteps } from "../flow-editor/document/place.ts";
import { useLookup } from "../flow-editor/panel/fields/use-choices.ts";

/** Shows what a write chose by name under that name, not the id that is sent. */
export function useNamesOf(definition: FlowDefinition | undefined): (effect: DryRunReply["effects"][number]) => ShownAs {
  const catalog = useQuery(catalogQuery()).data ?? [];
  return ({ step: path, operation }) => {
    const id = path.split("/").at(-1);
    const step = definition && allSteps(definition).find((one) => one.step.id === id)?.step;
    if (step === undefined || !("operation" in step)) return () => undefined;
    const inputs = catalog.find(({ app, key }) => app === step.app && key === operation)?.inputs ?? [];
    return (field) => {
      const lookup = inputs.find(({ name }) => name === field)?.lookup;
      if (lookup === undefined) return undefined;
      return (value) => <Named lookup={lookup} app={step.app} connection={step.connection ?? null} value={value} />;
    };
  };
}

interface NamedProps {
  lookup: Lookup;
  app: string;
  connection: string | null;
  value: string;
}

function Named({ lookup, app, connection, value }: NamedProps) {
  const { choices } = useLookup(lookup, app, connection, {}, true, "id");
  return choiceOf(choices, value)?.label ?? value;
}
