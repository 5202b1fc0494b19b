import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isLongEnough } from "#kernel/password-rule.ts";
import { CodeField, EntryForm } from "../../components/entry-form.tsx";
import { PasswordField } from "../../components/password-field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { setEntrance } from "../../lib/session.ts";
import { enter } from "../../lib/sign-in-link.ts";
import { EntryFrame, WayButton } from "./entry-frame.tsx";
import { isFault, useCode } from "./use-code.ts";

/** Where the link for a new password leads. */
export function Reset({ token }: { token: string }) {
  const [password, setPassword] = useState("");
  const second = useCode();
  const cache = useQueryClient();
  const reset = useMutation({
    mutationFn: () => api.session.reset({ body: { reset: token, password, ...second.sent } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
    onError: second.noteError,
  });
  const { form, at } = fieldErrors(isFault(reset.error) ? reset.error : null, ["password"]);
  return (
    <EntryFrame title="Choose a new password" about={<p>You are then signed in here, and signed out everywhere else.</p>}>
      <EntryForm
        action="Set the password"
        problem={form}
        ready={isLongEnough(password) && (!second.asked || second.code.trim() !== "")}
        busy={reset.isPending}
        onSubmit={() => reset.mutate()}
      >
        <PasswordField isNew value={password} onChange={setPassword} error={at.password} label="New password" autoFocus />
        {second.asked && <CodeField value={second.code} onChange={second.setCode} autoFocus />}
      </EntryForm>
      <WayButton onClick={() => setEntrance(null)}>Back to signing in</WayButton>
    </EntryFrame>
  );
}
