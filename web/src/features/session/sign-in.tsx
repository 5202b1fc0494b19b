import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Button } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Wordmark } from "../../components/wordmark.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { reconnect } from "../../lib/events.ts";
import { messageOf } from "../../lib/query.ts";
import { setSignedOut } from "../../lib/session.ts";

/** Stands in for any page while the API refuses: paste the key, go on where one was. */
export function SignIn() {
  const [key, setKey] = useState("");
  const cache = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => api.signIn(key.trim()),
    meta: { quiet: true },
    onSuccess: async () => {
      setSignedOut(false);
      reconnect();
      await cache.resetQueries();
    },
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
            Paste an API key of this Millrace. On the machine it runs on, <code className="font-mono text-meta">millrace key rotate</code>{" "}
            prints a new one.
          </p>
        </div>
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
    ? "This key is not known here. Check that all of it was pasted."
    : messageOf(error);
}
