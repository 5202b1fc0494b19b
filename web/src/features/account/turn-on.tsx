import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyButton } from "../../components/ui/copy.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Bar } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { downloadText } from "../../lib/download.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { sessionQuery } from "../../lib/queries.ts";
import { PasswordField } from "../../components/password-field.tsx";
import { QrPicture } from "./qr-picture.tsx";

interface TurnOnProps {
  open: boolean;
  email: string;
  onClose: () => void;
}

/** Ties an authenticator app to the account, then shows the recovery codes, once. */
export function TurnOn({ open, email, onClose }: TurnOnProps) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => {
    setCodes(null);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={codes === null ? "Turn on the second factor" : "Store your recovery codes"}
      about={
        codes === null
          ? "You need an authenticator app on your phone; most password managers have one too."
          : "The second factor is on. If you lose your phone, each of these codes signs you in once. They are shown only now."
      }
    >
      {open &&
        (codes === null ? <Offer onDone={setCodes} onClose={close} /> : <RecoveryCodes codes={codes} email={email} onClose={close} />)}
    </Dialog>
  );
}

function Offer({ onDone, onClose }: { onDone: (codes: string[]) => void; onClose: () => void }) {
  // A secret is for one attempt: it is neither kept nor looked up again.
  const offer = useQuery({
    queryKey: ["account", "second-factor"],
    queryFn: () => api.account.offerSecondFactor(),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return (
    <Loaded query={offer} skeleton={<Bar className="h-44 w-44" />}>
      {({ secret, uri }) => <Form secret={secret} uri={uri} onDone={onDone} onClose={onClose} />}
    </Loaded>
  );
}

interface FormProps {
  secret: string;
  uri: string;
  onDone: (codes: string[]) => void;
  onClose: () => void;
}

function Form({ secret, uri, onDone, onClose }: FormProps) {
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const cache = useQueryClient();
  const turnOn = useMutation({
    mutationFn: () => api.account.turnOnSecondFactor({ body: { secret, code: code.trim(), password } }),
    meta: { quiet: true },
    onSuccess: ({ recoveryCodes }) => {
      onDone(recoveryCodes);
      return cache.invalidateQueries({ queryKey: sessionQuery().queryKey, exact: true });
    },
  });
  const { form, at } = fieldErrors(turnOn.error, ["password", "code"]);
  const ready = code.trim() !== "" && password !== "";
  return (
    <DialogForm
      error={form === undefined ? null : turnOn.error}
      action="Turn it on"
      ready={ready}
      busy={turnOn.isPending}
      onCancel={onClose}
      onSubmit={() => turnOn.mutate()}
    >
      <SetupSecret secret={secret} uri={uri} />
      <Field label="Code" hint="The six digits that the app shows now." error={at.code}>
        {(ids) => (
          <Input
            {...ids}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            className="font-mono"
          />
        )}
      </Field>
      <PasswordField label="Current password" value={password} onChange={setPassword} error={at.password} />
    </DialogForm>
  );
}

/** The secret, as a picture for the app and as text. */
function SetupSecret({ secret, uri }: Pick<FormProps, "secret" | "uri">) {
  return (
    <div className="flex flex-col gap-4 sm:flex-row">
      <QrPicture text={uri} label="Picture for your authenticator app. The secret is next to it as text." />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <p className="text-ink-2">Scan this picture with the app. If that does not work, enter this secret:</p>
        <div className="flex items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-2.5">
          <code className="min-w-0 flex-1 font-mono text-ui">{inFours(secret)}</code>
          <CopyButton text={secret} label="Copy the secret" />
        </div>
      </div>
    </div>
  );
}

/** For those who type it. */
const inFours = (secret: string): string => secret.replace(/.{4}(?=.)/g, "$& ");

function RecoveryCodes({ codes, email, onClose }: { codes: readonly string[]; email: string; onClose: () => void }) {
  const text = codes.join("\n");
  return (
    <div className="flex flex-col gap-4 pt-1">
      <div className="flex items-start gap-2 rounded-md border border-line bg-sunken px-3 py-2">
        <ul aria-label="Recovery codes" className="grid flex-1 grid-cols-2 gap-x-4 gap-y-1 font-mono text-ui">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={text} label="Copy the recovery codes" />
      </div>
      <p className="text-ink-2">Store them somewhere safe, and not only on your phone.</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          icon={<Icon of={Download} size={14} />}
          onClick={() => downloadText("millrace-recovery-codes.txt", `Recovery codes of Millrace for ${email}\n\n${text}\n`)}
        >
          Download
        </Button>
        <Button kind="primary" autoFocus onClick={onClose}>
          I have stored them
        </Button>
      </div>
    </div>
  );
}
