import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { sessionQuery } from "../../lib/queries.ts";

/** What the workspace is called. */
export function WorkspaceName() {
  const name = useQuery(sessionQuery()).data?.workspace.name;
  return name === undefined ? null : <Form key={name} name={name} />;
}

function Form({ name }: { name: string }) {
  const [typed, setTyped] = useState(name);
  const cache = useQueryClient();
  const rename = useMutation({
    mutationFn: () => api.workspaces.rename({ body: { name: typed.trim() } }),
    meta: { quiet: true },
    onSuccess: () => {
      toast.success(`The workspace is called ${typed.trim()} now`);
      return cache.invalidateQueries({ queryKey: sessionQuery().queryKey, exact: true });
    },
  });
  const { form, at } = fieldErrors(rename.error, ["name"]);
  const ready = typed.trim() !== "" && typed.trim() !== name;
  return (
    <Section title="Workspace" className="mt-10 max-w-md">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) rename.mutate();
        }}
      >
        <Field label="Name" hint="Invitations say it, and the menu for going to another workspace." error={at.name ?? form}>
          {(ids) => (
            <span className="flex gap-2">
              <Input {...ids} value={typed} maxLength={80} onChange={(event) => setTyped(event.target.value)} />
              <Button type="submit" disabled={!ready} busy={rename.isPending}>
                Rename
              </Button>
            </span>
          )}
        </Field>
      </form>
    </Section>
  );
}
