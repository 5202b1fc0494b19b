import type { InputField } from "#catalog/types.ts";
import type { ControlIds } from "../ui/field.tsx";

/** A control only ever sees a value; `undefined` is "not filled in". */
export interface ControlProps {
  ids: ControlIds;
  field: InputField;
  value: unknown;
  onChange: (value: unknown) => void;
  /** The app the operation belongs to, and with which of its logins choices are looked up. */
  app: string;
  connection: string | null;
  /** Something else than what is offered is wanted. */
  onOther?: (() => void) | undefined;
}
