import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Field, Textarea } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { allowedAddressesQuery } from "../../lib/queries.ts";

/** From where the workspace may be used. */
export function AllowedAddresses() {
  const allowed = useQuery(allowedAddressesQuery()).data;
  if (allowed === undefined) return null;
  const text = allowed.addresses.join("\n");
  return <Form key={text} saved={text} own={allowed.own} />;
}

function Form({ saved, own }: { saved: string; own: string }) {
  const [typed, setTyped] = useState(saved);
  const cache = useQueryClient();
  const addresses = typed.split(/[\s,]+/).filter(Boolean);
  const save = useMutation({
    mutationFn: () => api.workspaces.setAllowedAddresses({ body: { addresses } }),
    meta: { quiet: true },
    onSuccess: async () => {
      // First the form of what is saved now: it would take away what is typed after the message.
      await cache.invalidateQueries({ queryKey: allowedAddressesQuery().queryKey });
      toast.success(addresses.length === 0 ? "The workspace may be used from anywhere" : "The allowed addresses are saved");
    },
  });
  const { form, at } = fieldErrors(save.error, ["addresses"]);
  const ready = addresses.join("\n") !== saved;
  return (
    <Section title="Allowed addresses" className="mt-10 max-w-md">
      <form
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save.mutate();
        }}
      >
        <Field
          label="Addresses"
          hint={`IP addresses or ranges from which people and API keys have access, such as 203.0.113.7 or 10.0.0.0/8. Empty: from anywhere. Your address is ${own}. Webhooks are not affected.`}
          error={at.addresses ?? form}
        >
          {(ids) => (
            <Textarea
              {...ids}
              value={typed}
              rows={3}
              className="min-h-18 w-full font-mono"
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        <div>
          <Button type="submit" disabled={!ready} busy={save.isPending}>
            Save addresses
          </Button>
        </div>
      </form>
    </Section>
  );
}
