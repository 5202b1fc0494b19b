import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { NewPassword, isLongEnough } from "../../components/new-password.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { setEntrance } from "../../lib/session.ts";
import { enter } from "../../lib/sign-in-link.ts";
import { EntryForm } from "./entry-form.tsx";
import { EntryFrame, WayButton } from "./entry-frame.tsx";

/** Where the link for a new password leads. */
export function Reset({ token }: { token: string }) {
  const [password, setPassword] = useState("");
  const cache = useQueryClient();
  const reset = useMutation({
    mutationFn: () => api.session.reset({ body: { reset: token, password } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  const { form, at } = fieldErrors(reset.error, ["password"]);
  return (
    <EntryFrame title="Choose a new password" about={<p>You are signed in here with it, and signed out everywhere else.</p>}>
      <EntryForm
        action="Set the password"
        problem={form}
        ready={isLongEnough(password)}
        busy={reset.isPending}
        onSubmit={() => reset.mutate()}
      >
        <NewPassword value={password} onChange={setPassword} error={at.password} label="New password" autoFocus />
      </EntryForm>
      <WayButton onClick={() => setEntrance(null)}>Back to signing in</WayButton>
    </EntryFrame>
  );
}
