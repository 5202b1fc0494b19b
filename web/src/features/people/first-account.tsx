import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isLongEnough } from "#kernel/password-rule.ts";
import { PasswordField } from "../../components/password-field.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { enter } from "../../lib/sign-in-link.ts";

/** While nobody has an account: the owner's comes before anybody else's. */
export function FirstAccount() {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const cache = useQueryClient();
  const make = useMutation({
    mutationFn: () => api.account.create({ body: { name: name.trim(), email: email.trim(), password } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  const { form, at } = fieldErrors(make.error, ["name", "email", "password"]);
  const ready = name.trim() !== "" && email.trim() !== "" && isLongEnough(password);
  return (
    <section aria-labelledby="first-account" className="max-w-2xl rounded-lg border border-line bg-raised p-5">
      <h2 id="first-account" className="text-section font-semibold">
        Make your account first
      </h2>
      <p className="mt-1 text-ink-2">
        You came in without an account, as one may on one's own machine. Before you let others in, make yours: you are then an owner of this
        workspace.
      </p>
      <ul className="mt-3 flex list-disc flex-col gap-1 pl-5 text-ink-2">
        <li>From then on everybody signs in with an e-mail address and a password; links and the API key open no page any more.</li>
        <li>Flows, connections and programs with an API key go on as they are.</li>
        <li>
          Should you lose your password, <code className="font-mono text-meta whitespace-nowrap">millrace open</code> on the machine
          Millrace runs on lets you choose a new one.
        </li>
      </ul>
      <form
        noValidate
        className="mt-5 flex max-w-sm flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !make.isPending) make.mutate();
        }}
      >
        <Field label="Your name" error={at.name}>
          {(ids) => (
            <Input {...ids} name="name" autoComplete="name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label="E-mail" hint="You sign in with it." error={at.email}>
          {(ids) => (
            <Input
              {...ids}
              type="email"
              name="email"
              autoComplete="username"
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <PasswordField isNew value={password} onChange={setPassword} error={at.password} />
        {form !== undefined && (
          <p role="alert" className="rounded-md bg-failure-soft px-3 py-2 text-failure">
            {form}
          </p>
        )}
        <Button kind="primary" type="submit" disabled={!ready} busy={make.isPending} className="w-fit">
          Make the account
        </Button>
      </form>
    </section>
  );
}
