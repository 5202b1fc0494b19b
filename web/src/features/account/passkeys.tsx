import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fingerprint, Plus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { FormEnd } from "../../components/form-end.tsx";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { type OwnPasskey, api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { passkeysQuery, signInWaysQuery } from "../../lib/queries.ts";
import { createPasskey, isCancelled } from "../../lib/passkeys.ts";
import { PasswordField } from "../../components/password-field.tsx";
import { browserWords } from "./browser-words.ts";
import { CodeField } from "../../components/entry-form.tsx";

/** The passkeys of the account: keys on people's devices that replace password and code. */
export function Passkeys({ hasSecondFactor }: { hasSecondFactor: boolean }) {
  const [adding, setAdding] = useState(false);
  const query = useQuery(passkeysQuery());
  const ways = useQuery(signInWaysQuery());
  const isPossible = ways.data?.passkeys ?? false;
  if (!isPossible && (query.data ?? []).length === 0) return null;
  return (
    <Section
      title="Passkeys"
      aside={
        isPossible && (
          <Button small icon={<Icon of={Plus} size={14} />} onClick={() => setAdding(true)}>
            Add a passkey
          </Button>
        )
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={1} />}>
        {(passkeys) =>
          passkeys.length === 0 ? (
            <p className="text-ink-2">A passkey signs you in with your fingerprint, face or device code, without password and code.</p>
          ) : (
            <ul className="rounded-lg border border-line bg-raised">
              {passkeys.map((passkey) => (
                <Row key={passkey.id} passkey={passkey} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Add open={adding} hasSecondFactor={hasSecondFactor} onClose={() => setAdding(false)} />
    </Section>
  );
}

function Row({ passkey: { id, name, createdAt, usedAt } }: { passkey: OwnPasskey }) {
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.account.removePasskey({ id }),
    onSuccess: () => void toast.success(`Passkey '${name}' removed`),
    onSettled: () => cache.invalidateQueries({ queryKey: passkeysQuery().queryKey }),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-b-0">
      <Icon of={Fingerprint} className="shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium">
          <bdi>{name}</bdi>
        </p>
        <p className="truncate text-meta text-ink-3">
          Added <Time at={createdAt} />,{" "}
          {usedAt === null ? (
            "never used"
          ) : (
            <>
              last used <Time at={usedAt} />
            </>
          )}
        </p>
      </div>
      <Button small aria-label={`Remove the passkey ${name}`} busy={remove.isPending} onClick={() => remove.mutate()}>
        Remove
      </Button>
    </li>
  );
}

function Add({ open, hasSecondFactor, onClose }: { open: boolean; hasSecondFactor: boolean; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [name, setName] = useState(() => browserWords(navigator.userAgent));
  const cache = useQueryClient();
  const add = useMutation({
    mutationFn: async () => {
      const offer = await api.account.offerPasskey({
        body: { ...(password !== "" && { password }), ...(hasSecondFactor && { code: code.trim() }) },
      });
      await api.account.addPasskey({ body: { name: name.trim(), response: await createPasskey(offer) } });
    },
    meta: { quiet: true },
    onSuccess: () => {
      toast.success("The passkey is added");
      setPassword("");
      setCode("");
      onClose();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: passkeysQuery().queryKey }),
  });
  const { form, at } = fieldErrors(add.error !== null && isCancelled(add.error) ? null : add.error, ["name", "password"]);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add a passkey"
      about="Your browser asks where to keep it: on this device, on your phone, or on a security key."
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") add.mutate();
        }}
      >
        <Field label="Name" hint="To tell your passkeys apart." error={at.name}>
          {(ids) => <Input {...ids} autoFocus value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />}
        </Field>
        {hasSecondFactor && <CodeField value={code} onChange={setCode} />}
        <PasswordField label="Current password" value={password} onChange={setPassword} error={at.password} />
        <FormEnd
          error={form === undefined ? null : add.error}
          action="Continue"
          ready={name.trim() !== "" && (!hasSecondFactor || code.trim() !== "")}
          busy={add.isPending}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
