import type { InputField as CatalogField } from "#catalog/types.ts";

/** What the control of a field is given. */
export interface InputFieldProps {
  field: CatalogField;
  value: unknown;
  onChange: (value: unknown) => void;
  app: string;
  connection: string | null;
  /** The values of all fields: what can be chosen may depend on another. */
  values: Readonly<Record<string, unknown>>;
  mayEmpty: boolean;
  error: string | undefined;
  /** There is no event yet that a template could read: only what is chosen or typed. */
  fixed?: boolean;
  /** In a row, whose label is for those who cannot see where it stands. */
  bare?: boolean;
  /** A name is chosen by its id: nobody turns it into that later. */
  byId?: boolean;
}
