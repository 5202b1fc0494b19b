import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Button } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Wordmark } from "../../components/wordmark.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { useLinkProblem } from "../../lib/session.ts";
import { enter } from "../../lib/sign-in-link.ts";

/** Stands in for any page while the API refuses: open a one-time link or paste the key, and go on where one was. */
export function SignIn() {
  const [key, setKey] = useState("");
  const cache = useQueryClient();
  const linkProblem = useLinkProblem();
  const signIn = useMutation({
    mutationFn: () => api.session.start({ body: { key: key.trim() } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  useEffect(() => {
    document.title = "Sign in · Millrace";
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center bg-rail p-4">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== "") signIn.mutate();
        }}
        className="flex w-full max-w-sm flex-col gap-5 rounded-lg border border-line bg-raised p-6"
      >
        <Wordmark />
        <div>
          <h1 className="text-section font-semibold">Sign in</h1>
          <p className="mt-1 text-ink-2">
            On the machine Millrace runs on, <code className="font-mono text-meta whitespace-nowrap">millrace open</code> prints a link that
            signs this browser in.
          </p>
          <p className="mt-2 text-ink-2">Anywhere else, paste the API key of this Millrace.</p>
        </div>
        {linkProblem !== null && (
          <p role="alert" className="rounded-md bg-failure-soft px-3 py-2 text-failure">
            {linkProblem}
          </p>
        )}
        <Field label="API key" error={signIn.error ? refusal(signIn.error) : undefined}>
          {(ids) => (
            <Input
              {...ids}
              type="password"
              name="key"
              autoComplete="current-password"
              autoFocus
              value={key}
              onChange={(event) => setKey(event.target.value)}
              className="font-mono"
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={signIn.isPending} disabled={key.trim() === ""}>
          Sign in
        </Button>
      </form>
    </main>
  );
}

function refusal(error: unknown): string {
  return error instanceof ApiError && error.status === 401
    ? "This is not the API key of this Millrace. Check that all of it was pasted."
    : messageOf(error);
}
