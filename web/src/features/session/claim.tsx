import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isLongEnough } from "#kernel/password-rule.ts";
import { EmailField, EntryForm, NameField } from "../../components/entry-form.tsx";
import { PasswordField } from "../../components/password-field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { enter } from "../../lib/sign-in-link.ts";
import { EntryFrame } from "./entry-frame.tsx";

/** Where a one-time link leads while an account is required: creates the owner's account, or sets a new password for an owner. */
export function Claim({ link, hasOwner }: { link: string; hasOwner: boolean }) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const cache = useQueryClient();
  const claim = useMutation({
    // An owner who is there keeps the name; the server wants one all the same.
    mutationFn: () =>
      api.session.setUpOwner({ body: { link, email: email.trim(), name: hasOwner ? email.trim().slice(0, 80) : name.trim(), password } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  const { form, at } = fieldErrors(claim.error, ["email", "name", "password"]);
  const ready = email.trim() !== "" && (hasOwner || name.trim() !== "") && isLongEnough(password);
  return (
    <EntryFrame
      title={hasOwner ? "Choose a new password" : "Create the owner's account"}
      about={
        hasOwner ? (
          <p>
            This link sets a new password for an owner, turns off their second factor and signs them out everywhere else. If you are not an
            owner, ask one for an invitation.
          </p>
        ) : (
          <p>An owner can do everything in the workspace and invites others. From now on, everyone needs an account to sign in.</p>
        )
      }
    >
      <EntryForm
        action={hasOwner ? "Set the password" : "Create account"}
        problem={form}
        ready={ready}
        busy={claim.isPending}
        onSubmit={() => claim.mutate()}
      >
        {!hasOwner && <NameField value={name} onChange={setName} error={at.name} autoFocus />}
        <EmailField value={email} onChange={setEmail} error={at.email} autoFocus={hasOwner} />
        <PasswordField isNew value={password} onChange={setPassword} error={at.password} label={hasOwner ? "New password" : "Password"} />
      </EntryForm>
    </EntryFrame>
  );
}
