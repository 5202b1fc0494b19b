import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import type { AppView, ConnectionPatch, ConnectionView } from "#api/schemas.ts";
import { isReady, loginBody, type LoginDraft } from "#surfaces/login-form.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { type Changes, changedAddress, patchOf } from "./edit.ts";
import { addressHint } from "../../components/connection-form/name-and-address.tsx";
import { failedTest } from "../../components/connection-form/failed-test.ts";
import { LoginFields } from "../../components/connection-form/login-fields.tsx";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { SaveAnyway } from "../../components/connection-form/save-anyway.tsx";
import { useLogin } from "./use-login.ts";

/** Changes names, the sub-account and the address of a connection. The secret stays, unless the address becomes another one. */
export function EditConnection({ connection, onClose }: { connection: ConnectionView | null; onClose: () => void }) {
  return (
    <Dialog open={connection !== null} onClose={onClose} title={`Edit ${connection?.title ?? ""}`}>
      {connection !== null && <Form key={connection.id} connection={connection} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ connection, onClose }: { connection: ConnectionView; onClose: () => void }) {
  const { auth } = connection;
  const [changes, setChanges] = useState<Changes>(() => ({
    title: connection.title,
    name: connection.name,
    locationId: connection.locationId ?? "",
    companyId: connection.companyId ?? "",
    baseUrl: connection.baseUrl ?? "",
    variables: connection.variables ?? {},
  }));
  const [secret, setSecret] = useState<LoginDraft>({});
  const edit = useEdit(connection, onClose);
  const { app, login } = useLogin(connection);
  const moved = login.fields.length > 0 && auth !== "url" && changedAddress(connection, changes);
  const patch = { ...patchOf(connection, changes), ...(moved && { secret: loginBody(login, secret).secret }) };
  const ready =
    Object.keys(patch).length > 0 && changes.title.trim() !== "" && changes.name.trim() !== "" && (!moved || isReady(login, secret));
  const failed = failedTest(edit.error);
  const blamed = failed === null ? blamedField(edit.error) : moved ? "secret" : "locationId" in patch ? "locationId" : "baseUrl";
  const problem = (field: string): string | undefined =>
    blamed === field ? (failed?.problem ?? (edit.error instanceof Error ? edit.error.message : undefined)) : undefined;
  const input = (field: Exclude<keyof Changes, "variables">, label: string, hint?: ReactNode) => (
    <Field key={field} label={label} hint={hint} error={problem(field)}>
      {(ids) => (
        <Input
          {...ids}
          value={changes[field]}
          maxLength={field === "baseUrl" ? 2000 : 120}
          onChange={(event) => {
            setChanges({ ...changes, [field]: event.target.value });
            edit.reset();
          }}
          {...(field === "title" ? {} : { className: "font-mono" })}
        />
      )}
    </Field>
  );
  const renamed = changes.name.trim() !== connection.name;
  return (
    <DialogForm
      error={blamed === null || !isShown(blamed, { app, auth, moved }) ? edit.error : null}
      action="Save changes"
      ready={ready}
      busy={edit.isPending}
      onCancel={onClose}
      aside={failed?.mayHeal === true && <SaveAnyway busy={edit.isPending} onClick={() => edit.mutate({ patch, verify: false })} />}
      onSubmit={() => edit.mutate({ patch, verify: true })}
    >
      {input("title", "Name", "What people call it.")}
      {input("name", "Name in flows", renamed ? `Flows that say '${connection.name}' keep working.` : "Small letters, digits and dashes.")}
      {app?.place.map(({ name, label, help }) => input(name, label, help))}
      {app?.variables.map(({ name, label, help }) => (
        <Field key={name} label={label} hint={help} error={problem(`settings.${name}`)}>
          {(ids) => (
            <Input
              {...ids}
              value={changes.variables[name] ?? ""}
              maxLength={200}
              onChange={(event) => {
                setChanges({ ...changes, variables: { ...changes.variables, [name]: event.target.value } });
                edit.reset();
              }}
              className="font-mono"
            />
          )}
        </Field>
      ))}
      {auth !== "url" && input("baseUrl", "Base address", app?.baseUrl === "" ? addressHint(app) : "Empty for the app's usual address.")}
      {moved && (
        <>
          <p className="text-ink-2">This is another address. A login is only ever sent to the address it was made for, so give it again.</p>
          <LoginFields
            login={login}
            draft={secret}
            onChange={(next) => {
              setSecret(next);
              edit.reset();
            }}
            error={problem("secret")}
          />
        </>
      )}
    </DialogForm>
  );
}

/** The field an error names; null where it names none. */
function blamedField(error: unknown): string | null {
  const field = error instanceof ApiError ? error.details["field"] : undefined;
  return typeof field === "string" ? field : null;
}

/** Whether the form has the field: an error about another one stands at its end. */
function isShown(
  field: string,
  { app, auth, moved }: Pick<ConnectionView, "auth"> & { app: AppView | undefined; moved: boolean },
): boolean {
  if (field === "secret") return moved;
  if (field === "baseUrl") return auth !== "url";
  if (app?.variables.some(({ name }) => field === `settings.${name}`) === true) return true;
  return ["title", "name"].includes(field) || app?.place.some(({ name }) => name === field) === true;
}

function useEdit({ id }: ConnectionView, onClose: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ patch, verify }: { patch: ConnectionPatch; verify: boolean }) =>
      api.connections.change({ id, body: patch, query: { verify: String(verify) } }),
    meta: { quiet: true },
    onSuccess: ({ title }) => {
      onClose();
      toast.success(`${title} is saved`);
    },
    onSettled: () => refreshConnections(cache),
  });
}
