import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { fieldErrors } from "../lib/field-error.ts";
import { sessionQuery } from "../lib/queries.ts";
import { Button } from "./ui/button.tsx";
import { Field, Input } from "./ui/field.tsx";

interface RenameFormProps {
  name: string;
  label: string;
  hint: string;
  /** A verb: "Rename". */
  action: string;
  autoComplete?: string;
  save: (name: string) => Promise<unknown>;
  /** What the toast says afterwards. */
  saved: (name: string) => string;
}

/** A name that the session shows, in a field with the button that saves it. */
export function RenameForm({ name, label, hint, action, autoComplete = "off", save, saved }: RenameFormProps) {
  const [typed, setTyped] = useState(name);
  const cache = useQueryClient();
  const wanted = typed.trim();
  const rename = useMutation({
    mutationFn: () => save(wanted),
    meta: { quiet: true },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: sessionQuery().queryKey, exact: true });
      toast.success(saved(wanted));
    },
  });
  const { form, at } = fieldErrors(rename.error, ["name"]);
  const ready = wanted !== "" && wanted !== name;
  return (
    <form
      noValidate
      className="max-w-md"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) rename.mutate();
      }}
    >
      <Field label={label} hint={hint} error={at.name ?? form}>
        {(ids) => (
          <span className="flex gap-2">
            <Input {...ids} autoComplete={autoComplete} value={typed} maxLength={80} onChange={(event) => setTyped(event.target.value)} />
            <Button type="submit" disabled={!ready} busy={rename.isPending}>
              {action}
            </Button>
          </span>
        )}
      </Field>
    </form>
  );
}
