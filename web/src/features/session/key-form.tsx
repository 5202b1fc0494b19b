import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { EntryForm } from "../../components/entry-form.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { enter } from "../../lib/sign-in-link.ts";

/** Signing in with the API key, as long as nobody has an account. */
export function KeyForm() {
  const [key, setKey] = useState("");
  const cache = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => api.session.start({ body: { key: key.trim() } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  return (
    <EntryForm
      action="Sign in with the key"
      problem={undefined}
      ready={key.trim() !== ""}
      busy={signIn.isPending}
      onSubmit={() => signIn.mutate()}
    >
      <Field label="API key" error={signIn.error ? refusal(signIn.error) : undefined}>
        {(ids) => (
          <Input
            {...ids}
            type="password"
            name="key"
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            className="font-mono"
          />
        )}
      </Field>
    </EntryForm>
  );
}

function refusal(error: unknown): string {
  return error instanceof ApiError && error.status === 401
    ? "This is not the API key of this Millrace. Check that all of it was pasted."
    : messageOf(error);
}
