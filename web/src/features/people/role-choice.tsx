import { type Role, roles } from "#kernel/roles.ts";
import { NamePicker } from "../../components/name-picker.tsx";
import { Field, Select } from "../../components/ui/field.tsx";
import { roleWords } from "#surfaces/role-words.ts";
import { useSubAccounts } from "../../lib/sub-accounts.ts";

/** A role, and the sub-account that a client is limited to. */
export interface RoleGrant {
  role: Role;
  locationId: string | null;
}

interface RoleFieldProps {
  role: Role;
  onChange: (role: Role) => void;
  /** Those that are offered. */
  of?: readonly Role[];
}

/** The choice of a role, with what it allows. */
export function RoleField({ role, onChange, of = roles }: RoleFieldProps) {
  return (
    <Field label="Role" hint={roleWords[role].may}>
      {(ids) => (
        <Select {...ids} value={role} onChange={(event) => onChange(event.target.value as Role)} className="w-full">
          {of.map((each) => (
            <option key={each} value={each}>
              {roleWords[each].title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** The one sub-account that a client sees. */
export function SubAccountField({ value, onChange }: { value: string; onChange: (locationId: string) => void }) {
  const names = useSubAccounts();
  return (
    <Field
      label="Sub-account"
      hint={
        names?.length === 0
          ? "No connection belongs to a sub-account yet. Connect one first, under Connections."
          : "The client sees this one and nothing else."
      }
    >
      {(ids) => <NamePicker ids={ids} value={value} names={names} what="sub-account" onChange={(chosen) => onChange(chosen ?? "")} />}
    </Field>
  );
}

/** What is chosen; null while a client has no sub-account. */
export function roleGrantOf(role: Role, locationId: string): RoleGrant | null {
  if (role !== "client") return { role, locationId: null };
  return locationId === "" ? null : { role, locationId };
}
