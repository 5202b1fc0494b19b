import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Role } from "#kernel/roles.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { ShownOnce } from "../../components/shown-once.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { invitationsQuery } from "../../lib/queries.ts";
import { type RoleGrant, RoleField, SubAccountField, roleGrantOf } from "./role-choice.tsx";

/** Invites somebody: with a mail, or with a link that the owner sends. */
export function Invite({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Invite somebody"
      about="They open a link and choose a password. The link works once, for a week."
    >
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("builder");
  const [locationId, setLocationId] = useState("");
  const grant = roleGrantOf(role, locationId);
  const cache = useQueryClient();
  const invite = useMutation({
    mutationFn: (granted: RoleGrant) => api.invitations.create({ body: { email: email.trim(), ...granted } }),
    meta: { quiet: true },
    onSettled: () => cache.invalidateQueries({ queryKey: invitationsQuery().queryKey }),
  });
  const { at } = fieldErrors(invite.error, ["email"]);
  if (invite.data)
    return <Invited url={invite.data.url} email={invite.data.invitation.email} mailed={invite.data.mailed} onClose={onClose} />;
  const ready = email.trim() !== "" && grant !== null;
  return (
    <DialogForm
      error={at.email === undefined ? invite.error : null}
      action="Invite"
      ready={ready}
      busy={invite.isPending}
      onCancel={onClose}
      onSubmit={() => ready && invite.mutate(grant)}
    >
      <Field label="E-mail" error={at.email}>
        {(ids) => <Input {...ids} type="email" maxLength={254} value={email} onChange={(event) => setEmail(event.target.value)} />}
      </Field>
      <RoleField role={role} onChange={setRole} />
      {role === "client" && <SubAccountField value={locationId} onChange={setLocationId} />}
    </DialogForm>
  );
}

function Invited({ url, email, mailed, onClose }: { url: string; email: string; mailed: boolean; onClose: () => void }) {
  return (
    <ShownOnce text={url} copyLabel="Copy the link" onDone={onClose}>
      {mailed ? (
        <>
          A mail with the link is on its way to <bdi className="font-medium">{email}</bdi>. You can also send it yourself:
        </>
      ) : (
        <>
          Send this link to <bdi className="font-medium">{email}</bdi> privately. It is shown only now.
        </>
      )}
    </ShownOnce>
  );
}
