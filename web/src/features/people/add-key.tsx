import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Scope } from "#api/principal.ts";
import { type KeyRole, keyRoles } from "#kernel/roles.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { ShownOnce } from "../../components/shown-once.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { apiKeysQuery } from "../../lib/queries.ts";
import { RoleField } from "./role-choice.tsx";
import { scopeWord, scopesToChoose } from "./scope-words.ts";

const terms = [
  { days: 30, title: "In 30 days" },
  { days: 90, title: "In 90 days" },
  { days: 365, title: "In a year" },
];

/** Creates an API key with a role, and shows it once. */
export function AddKey({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Create an API key"
      about="For one program. Name it after the program, so that you can tell it apart later."
    >
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<KeyRole>("viewer");
  const [chosen, setChosen] = useState<Scope[] | null>(null);
  const [addresses, setAddresses] = useState("");
  const [days, setDays] = useState<number | null>(365);
  const cache = useQueryClient();
  const allowedFrom = addresses.split(/[\s,]+/).filter(Boolean);
  const add = useMutation({
    mutationFn: () =>
      api.apiKeys.create({
        body: { name: name.trim(), role, scopes: chosen, allowedFrom: allowedFrom.length > 0 ? allowedFrom : null, expiresInDays: days },
      }),
    meta: { quiet: true },
    onSettled: () => cache.invalidateQueries({ queryKey: apiKeysQuery().queryKey }),
  });
  if (add.data) return <NewKey secret={add.data.key} onClose={onClose} />;
  const { form, at } = fieldErrors(add.error, ["name", "allowedFrom"]);
  const ready = name.trim() !== "" && chosen?.length !== 0;
  return (
    <DialogForm
      error={form === undefined ? null : add.error}
      action="Create API key"
      ready={ready}
      busy={add.isPending}
      onCancel={onClose}
      onSubmit={() => add.mutate()}
    >
      <Field label="Name" error={at.name}>
        {(ids) => <Input {...ids} value={name} maxLength={80} placeholder="Reports" onChange={(event) => setName(event.target.value)} />}
      </Field>
      <RoleField
        role={role}
        of={keyRoles}
        onChange={(next) => {
          setRole(next as KeyRole);
          setChosen(null);
        }}
      />
      <ScopeTicks role={role} chosen={chosen} onChange={setChosen} />
      <AddressesField value={addresses} onChange={setAddresses} error={at.allowedFrom} />
      <ExpiryField days={days} onChange={setDays} />
    </DialogForm>
  );
}

interface AddressesFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

function AddressesField({ value, onChange, error }: AddressesFieldProps) {
  return (
    <Field
      label="Allowed addresses"
      hint="IP addresses or ranges that it works from, such as 203.0.113.7 or 10.0.0.0/8. Empty: from anywhere."
      error={error}
    >
      {(ids) => (
        <Textarea {...ids} value={value} rows={2} className="min-h-14 font-mono" onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

/** `days`: null never expires. */
function ExpiryField({ days, onChange }: { days: number | null; onChange: (days: number | null) => void }) {
  return (
    <Field label="Expires">
      {(ids) => (
        <Select
          {...ids}
          value={days ?? "never"}
          onChange={(event) => onChange(event.target.value === "never" ? null : Number(event.target.value))}
          className="w-full"
        >
          {terms.map(({ days: value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
          <option value="never">Never</option>
        </Select>
      )}
    </Field>
  );
}

interface ScopeTicksProps {
  role: KeyRole;
  /** Null: all that the role may do. */
  chosen: readonly Scope[] | null;
  onChange: (chosen: Scope[] | null) => void;
}

function ScopeTicks({ role, chosen, onChange }: ScopeTicksProps) {
  const all = scopesToChoose(role);
  return (
    <fieldset>
      <legend className="sr-only">What it may do</legend>
      <label className="flex items-center gap-2.5">
        <Checkbox label="Only some of it" checked={chosen !== null} onChange={(on) => onChange(on ? [] : null)} />
        Only some of what the role may do
      </label>
      {chosen !== null && (
        <ul className="mt-2 max-h-56 overflow-y-auto rounded-md border border-line">
          {all.map((scope) => (
            <li key={scope} className="border-line not-first:border-t">
              <label className="flex min-h-8 items-center gap-2.5 px-3 py-1">
                <Checkbox
                  label={scopeWord(scope)}
                  checked={chosen.includes(scope)}
                  onChange={(on) => onChange(on ? [...chosen, scope] : chosen.filter((one) => one !== scope))}
                />
                {scopeWord(scope)}
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

const NewKey = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <ShownOnce text={secret} copyLabel="Copy the API key" onDone={onClose}>
    Copy this key to where the program reads it. It is shown only now.
  </ShownOnce>
);
