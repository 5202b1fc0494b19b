import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { isLongEnough } from "#kernel/password-rule.ts";
import { PasswordField } from "../../components/password-field.tsx";
import { Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { ownSessionsQuery } from "../../lib/queries.ts";

/** Changes the password of the account. */
export function ChangePassword({ email }: { email: string }) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: () => api.account.password({ body: { current, password } }),
    meta: { quiet: true },
    onSuccess: () => {
      toast.success("Your password is changed. You are signed out everywhere else");
      setCurrent("");
      setPassword("");
      return cache.invalidateQueries({ queryKey: ownSessionsQuery().queryKey });
    },
  });
  const { form, at } = fieldErrors(change.error, ["current", "password"]);
  const ready = current !== "" && isLongEnough(password);
  return (
    <Section title="Password">
      <form
        noValidate
        className="flex max-w-md flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) change.mutate();
        }}
      >
        {/* Password managers keep the password under this address. */}
        <input className="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordField label="Current password" value={current} onChange={setCurrent} error={at.current} />
        <PasswordField isNew value={password} onChange={setPassword} error={at.password ?? form} label="New password" />
        <Button type="submit" disabled={!ready} busy={change.isPending} className="w-fit">
          Change password
        </Button>
      </form>
    </Section>
  );
}
