import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isLongEnough } from "#kernel/password-rule.ts";
import { EmailField, EntryForm, NameField } from "../../components/entry-form.tsx";
import { PasswordField } from "../../components/password-field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { enter } from "../../lib/sign-in-link.ts";

/** While nobody has an account: the owner's comes before anybody else's. */
export function FirstAccount() {
  return (
    <section aria-labelledby="first-account" className="max-w-2xl rounded-lg border border-line bg-raised p-5">
      <h2 id="first-account" className="text-section font-semibold">
        Create your account first
      </h2>
      <p className="mt-1 text-ink-2">
        You are signed in without an account. Create one before you invite others: it makes you an owner of this workspace.
      </p>
      <ul className="mt-3 mb-5 flex list-disc flex-col gap-1 pl-5 text-ink-2">
        <li>
          From then on, everyone signs in with an e-mail address and a password. One-time links and the workspace key no longer open the
          page.
        </li>
        <li>Flows, connections and programs with an API key keep working.</li>
        <li>
          If you lose your password, run <code className="font-mono text-meta whitespace-nowrap">millrace open</code> on the machine that
          runs Millrace.
        </li>
      </ul>
      <div className="max-w-sm">
        <Form />
      </div>
    </section>
  );
}

function Form() {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const cache = useQueryClient();
  const create = useMutation({
    mutationFn: () => api.account.create({ body: { name: name.trim(), email: email.trim(), password } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  const { form, at } = fieldErrors(create.error, ["name", "email", "password"]);
  const ready = name.trim() !== "" && email.trim() !== "" && isLongEnough(password);
  return (
    <EntryForm action="Create account" problem={form} ready={ready} busy={create.isPending} onSubmit={() => create.mutate()}>
      <NameField value={name} onChange={setName} error={at.name} />
      <EmailField value={email} onChange={setEmail} error={at.email} />
      <PasswordField isNew value={password} onChange={setPassword} error={at.password} />
    </EntryForm>
  );
}
