import type { Written } from "../../data/types.ts";
import { MappingField } from "../../mapping/mapping-field.tsx";
import { ValueRow } from "../../mapping/nested-rows.tsx";
import type { MappedField } from "../../mapping/props.ts";
import { useInsertion, usePlaceData } from "../place-data.tsx";

interface ValueFieldProps {
  field: MappedField;
  value: unknown;
  onChange: (value: unknown) => void;
  app?: string;
  mayEmpty?: boolean;
  error?: string | undefined;
  takes?: "value" | "expression";
}

/** A field that is filled in from what its place can read. */
export function ValueField({ value, ...rest }: ValueFieldProps) {
  const insertion = useInsertion();
  return <MappingField {...rest} value={value as Written} data={usePlaceData()} onEnter={insertion.enter} />;
}

/** The same beside a name, without a label above it. */
export function RowField({ value, label, ...rest }: ValueFieldProps & { label: string }) {
  return <ValueRow {...rest} label={label} value={value as Written} data={usePlaceData()} onEnter={useInsertion().enter} />;
}
