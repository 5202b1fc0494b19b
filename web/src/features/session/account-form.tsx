import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CodeField, EmailField, EntryForm } from "../../components/entry-form.tsx";
import { PasswordField } from "../../components/password-field.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { enter } from "../../lib/sign-in-link.ts";
import { WayButton } from "./entry-frame.tsx";
import { isFault, useCode } from "./use-code.ts";

interface AccountFormProps {
  email: string;
  onEmail: (email: string) => void;
  onForgotten: () => void;
}

/** Signing in with an account: the address and the password, then the code where there is a second factor. */
export function AccountForm({ email, onEmail, onForgotten }: AccountFormProps) {
  const [password, setPassword] = useState("");
  const second = useCode();
  const cache = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => api.session.start({ body: { email: email.trim(), password, ...second.sent } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
    onError: second.noteError,
  });
  const problem = signIn.error !== null && isFault(signIn.error) ? messageOf(signIn.error) : undefined;
  const ready = email.trim() !== "" && password !== "" && (!second.asked || second.code.trim() !== "");
  return (
    <EntryForm action="Sign in" problem={problem} ready={ready} busy={signIn.isPending} onSubmit={() => signIn.mutate()}>
      {second.asked ? (
        <>
          <p className="text-ink-2">
            Signing in as <bdi className="font-medium break-all text-ink">{email}</bdi>
          </p>
          <CodeField value={second.code} onChange={second.setCode} autoFocus />
          <WayButton
            onClick={() => {
              second.leave();
              signIn.reset();
            }}
          >
            Use another account
          </WayButton>
        </>
      ) : (
        <>
          <EmailField value={email} onChange={onEmail} autoFocus />
          <PasswordField value={password} onChange={setPassword} />
          <WayButton onClick={onForgotten}>Forgot your password?</WayButton>
        </>
      )}
    </EntryForm>
  );
}
