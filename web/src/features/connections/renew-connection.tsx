import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#server/contract.ts";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { api } from "../../lib/api.ts";
import { connectionsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { type Auth, type SecretDraft, SecretFields, secretOf, secretReady } from "./secret-fields.tsx";

/** Puts a new secret in the place of the old one and tests it. Flows keep the connection they name. */
export function RenewConnection({ connection, onClose }: { connection: ConnectionView | null; onClose: () => void }) {
  const [secret, setSecret] = useState<SecretDraft>({});
  const cache = useQueryClient();
  const auth = (connection?.auth ?? "token") as Auth;
  const renew = useMutation({
    mutationFn: async (id: string) => {
      await api.connections.change(id, { secret: secretOf(secret) });
      return api.connections.test(id);
    },
    meta: { quiet: true },
    onSuccess: ({ ok, message }) => {
      onClose();
      if (ok) toast.success(message);
      else toast.error(`Saved, but the test failed. ${message}`);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: connectionsQuery().queryKey }),
  });
  useEffect(() => setSecret({}), [connection?.id]);
  const ready = secretReady(auth, secret);
  return (
    <Dialog
      open={connection !== null}
      onClose={onClose}
      title={`Replace the secret of ${connection?.title ?? ""}`}
      about="The old one is destroyed. Flows go on using this connection."
      onSubmit={() => connection !== null && ready && renew.mutate(connection.id)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={!ready} busy={renew.isPending}>
            Replace secret
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pt-1">
        {connection !== null && <SecretFields auth={auth} value={secret} onChange={setSecret} />}
        {renew.error && (
          <p role="alert" className="rounded-md bg-failure-soft px-3 py-2">
            {messageOf(renew.error)}
          </p>
        )}
      </div>
    </Dialog>
  );
}
