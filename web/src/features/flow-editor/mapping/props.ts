import type { InputField } from "#catalog/types.ts";
import type { PlaceData, Written } from "../data/types.ts";

/** A field to fill in: an input of an operation, or anything else with a name. */
export type MappedField = Pick<InputField, "name"> & Partial<InputField>;

export interface MappingFieldProps {
  field: MappedField;
  value: Written;
  onChange: (value: Written) => void;
  data: PlaceData;
  /** It may be emptied on purpose on the other side. */
  mayEmpty?: boolean;
  /** The app on the other side, for the words about leaving and emptying. */
  app?: string;
  /** What is wrong with it, as the server says. */
  error?: string | undefined;
  /** `expression`: it takes one value and no text around it, like the list of a loop. */
  takes?: "value" | "expression";
  /** The field was entered: what is chosen in the data panel goes into it, by the function. */
  onEnter?: (insert: (path: string) => void) => void;
}
