import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { sessionQuery } from "../../lib/queries.ts";
import { PasswordField } from "../../components/password-field.tsx";
import { CodeField } from "../../components/entry-form.tsx";
import { TurnOn } from "./turn-on.tsx";

/** Turns the second factor on or off. */
export function SecondFactor({ isOn, email }: { isOn: boolean; email: string }) {
  const [asking, setAsking] = useState<"on" | "off" | null>(null);
  return (
    <Section title="Second factor">
      <div className="flex flex-wrap items-center gap-3">
        <Icon of={isOn ? ShieldCheck : ShieldOff} className={isOn ? "text-success" : "text-ink-3"} />
        <p className="min-w-0 flex-1 basis-64 text-ink-2">
          {isOn ? (
            <>
              <span className="font-medium text-ink">On.</span> Signing in needs your password and a code from your authenticator app.
            </>
          ) : (
            <>
              <span className="font-medium text-ink">Off.</span> When it is on, signing in also needs a code from an app on your phone.
            </>
          )}
        </p>
        <Button onClick={() => setAsking(isOn ? "off" : "on")}>{isOn ? "Turn it off" : "Turn it on"}</Button>
      </div>
      <TurnOn open={asking === "on"} email={email} onClose={() => setAsking(null)} />
      <Dialog
        open={asking === "off"}
        onClose={() => setAsking(null)}
        title="Turn off the second factor"
        about="Your password alone is then enough to sign in, and your recovery codes stop working."
      >
        {asking === "off" && <TurnOff onClose={() => setAsking(null)} />}
      </Dialog>
    </Section>
  );
}

function TurnOff({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const cache = useQueryClient();
  const turnOff = useMutation({
    mutationFn: () => api.account.turnOffSecondFactor({ body: { password, code: code.trim() } }),
    meta: { quiet: true },
    onSuccess: () => {
      toast.success("The second factor is off");
      onClose();
      return cache.invalidateQueries({ queryKey: sessionQuery().queryKey, exact: true });
    },
  });
  const { form, at } = fieldErrors(turnOff.error, ["password"]);
  const ready = password !== "" && code.trim() !== "";
  return (
    <DialogForm
      error={form === undefined ? null : turnOff.error}
      action="Turn it off"
      ready={ready}
      busy={turnOff.isPending}
      onCancel={onClose}
      onSubmit={() => turnOff.mutate()}
    >
      <CodeField value={code} onChange={setCode} />
      <PasswordField label="Current password" value={password} onChange={setPassword} error={at.password} />
    </DialogForm>
  );
}
