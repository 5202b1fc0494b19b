import { useQuery } from "@tanstack/react-query";
import { operationQuery } from "../../lib/queries.ts";
import { fieldLabel } from "#kernel/field-words.ts";

/** What people call the fields of an operation; until it is loaded, their names made readable. */
export function useFieldLabels(app: string, operation: string): (name: string) => string {
  const fields = useQuery(operationQuery(app, operation)).data?.inputs;
  return (name) => fields?.find((field) => field.name === name)?.label ?? fieldLabel(name);
}
