import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#server/contract.ts";
import { FormEnd } from "../../components/form-end.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { api } from "../../lib/api.ts";
import { connectionsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { LoginFields } from "./login-fields.tsx";
import { type Draft, type Login, isReady, loginBody, loginsOf } from "./logins.ts";

/** Puts a new secret in the place of the old one and tests it. Flows keep the connection they name. */
export function RenewConnection({ connection, onClose }: { connection: ConnectionView | null; onClose: () => void }) {
  return (
    <Dialog
      open={connection !== null}
      onClose={onClose}
      title={`Replace the secret of ${connection?.title ?? ""}`}
      about="The old one is destroyed. Flows go on using this connection."
    >
      {connection !== null && <Form connection={connection} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ connection, onClose }: { connection: ConnectionView; onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>({});
  const renew = useRenew(connection, onClose);
  const login = secretOnly(connection);
  const ready = isReady(login, draft);
  return (
    <form
      noValidate
      className="flex flex-col gap-4 pt-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) renew.mutate(draft);
      }}
    >
      {login.fields.length === 0 && <p className="text-ink-2">This connection logs in without a secret.</p>}
      <LoginFields login={login} draft={draft} onChange={setDraft} />
      <FormEnd
        error={renew.error}
        action="Replace secret"
        ready={ready && login.fields.length > 0}
        busy={renew.isPending}
        onCancel={onClose}
      />
    </form>
  );
}

/** The connection's way to log in, without what is no secret and stays as it is. */
function secretOnly({ app, auth }: ConnectionView): Login {
  const logins = loginsOf(app);
  const login = logins.find((one) => one.auth === auth) ?? { auth: "none", title: "", fields: [] };
  return { ...login, fields: login.fields.filter((field) => field.at.startsWith("secret.")) };
}

function useRenew({ id }: ConnectionView, onClose: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (draft: Draft) => {
      await api.connections.change(id, { secret: loginBody(draft).secret });
      return api.connections.test(id).catch((error: unknown) => ({ ok: false, message: messageOf(error) }));
    },
    meta: { quiet: true },
    onSuccess: ({ ok, message }) => {
      onClose();
      if (ok) toast.success(message);
      else toast.error(`Saved, but the test failed. ${message}`);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: connectionsQuery().queryKey }),
  });
}
