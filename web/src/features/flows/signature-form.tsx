import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { FormEnd } from "../../components/form-end.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { senders } from "../../lib/senders.ts";
import { connectionsQuery } from "../../lib/queries.ts";
import { useDraft, useDraftPart } from "../flow-editor/draft/context.tsx";
import { checkSentence, isComplete, type OwnWay, readSignature, type SenderKind, type Signature, withSignature } from "./signature.ts";

/** What is checked of the events that are posted to the flow's address, and the form that changes it. */
export function SignatureLine({ flow }: { flow: FlowDetail }) {
  const [open, setOpen] = useState(false);
  const signature = readSignature(useDraftPart((view) => view.definition));
  const isSigned = signature.kind !== "none";
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 border-t border-line p-4">
      <div className="min-w-0 flex-1 basis-64">
        <p className="mb-1 text-meta text-ink-3">Signature</p>
        <p className="flex gap-2 text-ink-2">
          <Icon
            of={isSigned ? ShieldCheck : ShieldOff}
            size={14}
            className={isSigned ? "mt-[3px] shrink-0 text-success" : "mt-[3px] shrink-0 text-ink-3"}
          />
          <span className="min-w-0 break-words">
            {isSigned && <span className="font-medium text-ink">{titleOf(signature.kind)}. </span>}
            {checkSentence(signature)}
          </span>
        </p>
      </div>
      <Button small onClick={() => setOpen(true)}>
        {isSigned ? "Change signature" : "Check a signature"}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Signature of the events"
        about={
          <>
            Who sends the events, and which connection holds the secret both sides know.{" "}
            <a href="/docs/webhooks.md" target="_blank" rel="noreferrer" className="rounded-sm font-medium text-accent-ink hover:underline">
              How signatures are checked
            </a>
          </>
        }
      >
        {open && <Form flow={flow} present={signature} onClose={() => setOpen(false)} />}
      </Dialog>
    </div>
  );
}

const titleOf = (kind: SenderKind): string =>
  kind === "none" ? "Anybody, unsigned" : kind === "own" ? "Another sender" : senders[kind].title;
const kinds: SenderKind[] = ["none", ...(Object.keys(senders) as (keyof typeof senders)[]), "own"];

function Form({ flow, present, onClose }: { flow: FlowDetail; present: Signature; onClose: () => void }) {
  const [signature, setSignature] = useState(present);
  const draft = useDraft();
  const change = (part: Partial<Signature>) => setSignature({ ...signature, ...part });
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        draft.edit((definition) => withSignature(definition, signature));
        onClose();
      }}
    >
      <Field label="Sender">
        {(ids) => (
          <Select
            {...ids}
            className="w-full"
            value={signature.kind}
            onChange={(event) => change({ kind: event.target.value as SenderKind })}
          >
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {titleOf(kind)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {signature.kind === "own" && <Own own={signature.own} onChange={(own) => change({ own })} />}
      {signature.kind !== "none" && (
        <SecretChoice app={flow.trigger.app} value={signature.connection} onChange={(connection) => change({ connection })} />
      )}
      <p className="rounded-md bg-sunken px-3 py-2 break-words text-ink-2">{checkSentence(signature)}</p>
      <FormEnd error={null} action="Use it" ready={isComplete(signature)} busy={false} onCancel={onClose} />
    </form>
  );
}

/** The connection whose secret the sender signs with. */
function SecretChoice({ app, value, onChange }: { app: string; value: string | null; onChange: (name: string | null) => void }) {
  const connections = (useQuery(connectionsQuery()).data ?? []).filter((one) => one.app === app);
  const add = (
    <Link to="/connections" search={{ add: "1" }} className="rounded-sm font-medium text-accent-ink hover:underline">
      Add connection
    </Link>
  );
  if (connections.length === 0)
    return (
      <p className="rounded-md bg-warning-soft px-3 py-2">
        No connection holds a secret yet. {add}: HTTP, Key in a header, with the sender's address and the secret as its key.
      </p>
    );
  return (
    <Field label="Secret" required hint={<>The connection that holds it. Another one: {add}</>}>
      {(ids) => (
        <Select {...ids} className="w-full" value={value ?? ""} onChange={(event) => onChange(event.target.value || null)}>
          <option value="">Choose</option>
          {connections.map(({ id, name, title }) => (
            <option key={id} value={name}>
              {title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface OwnProps {
  own: OwnWay;
  onChange: (own: OwnWay) => void;
}

/** A way of signing that has no name here. */
function Own({ own, onChange }: OwnProps) {
  const line = (name: keyof OwnWay, label: string, more: { placeholder?: string; hint?: string; required?: boolean } = {}) => (
    <Field label={label} hint={more.hint} required={more.required === true}>
      {(ids) => (
        <Input
          {...ids}
          value={own[name]}
          placeholder={more.placeholder}
          onChange={(event) => onChange({ ...own, [name]: event.target.value })}
          className="font-mono"
        />
      )}
    </Field>
  );
  const choice = (name: keyof OwnWay, label: string, choices: readonly string[]) => (
    <Field label={label}>
      {(ids) => (
        <Select {...ids} className="w-full" value={own[name]} onChange={(event) => onChange({ ...own, [name]: event.target.value })}>
          {choices.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
      )}
    </Field>
  );
  const isTimed = own.timestamp.trim() !== "";
  return (
    <>
      {line("header", "Signature header", { placeholder: "X-Signature", required: true })}
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        {choice("algorithm", "Algorithm", ["sha256", "sha1", "sha512"])}
        {choice("encoding", "Encoding", ["hex", "base64"])}
        {line("prefix", "Before the signature", { placeholder: "sha256=" })}
        {line("timestamp", "Timestamp header", { placeholder: "X-Timestamp" })}
        {line("id", "Delivery id header", { placeholder: "X-Delivery-Id" })}
        {isTimed && line("toleranceSeconds", "Tolerance in seconds", { placeholder: "300" })}
      </div>
      {line("signed", "What is signed", {
        placeholder: isTimed ? "{timestamp}.{body}" : "{body}",
        hint: "What is signed: {body}, with {timestamp} and {id} if they are part of it.",
      })}
    </>
  );
}
