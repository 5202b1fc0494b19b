import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionBody } from "#server/contract.ts";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Field, Input, Select } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { appTitle } from "../../lib/app-titles.ts";
import { catalogQuery, connectionsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { type Auth, type SecretDraft, SecretFields, secretOf, secretReady } from "./secret-fields.tsx";
import { nameOf } from "./name.ts";

const waysOf: Record<string, { auth: Auth; title: string }[]> = {
  highlevel: [
    { auth: "token", title: "Private Integration token" },
    { auth: "oauth2", title: "Tokens of a marketplace app" },
  ],
};
const otherWays: { auth: Auth; title: string }[] = [
  { auth: "token", title: "Token" },
  { auth: "header", title: "Header of my own" },
  { auth: "query", title: "Parameter in the address" },
  { auth: "basic", title: "User name and password" },
  { auth: "url", title: "Secret address" },
  { auth: "none", title: "No login" },
];

/** Adds a login by its token. */
export function AddConnection({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Add connection">
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const apps = [...new Set(["highlevel", ...(useQuery(catalogQuery()).data ?? []).map((entry) => entry.app)])];
  const [app, setApp] = useState("highlevel");
  const [auth, setAuth] = useState<Auth>("token");
  const [title, setTitle] = useState("");
  const [location, setLocation] = useState("");
  const [baseUrl, setBaseUrl] = useState("");
  const [secret, setSecret] = useState<SecretDraft>({});
  const ways = waysOf[app] ?? otherWays;
  const add = useAdd(onClose);
  const ready = title.trim() !== "" && secretReady(auth, secret);

  function submit(): void {
    if (!ready) return;
    const body: ConnectionBody = {
      name: nameOf(title),
      title: title.trim(),
      app,
      auth,
      secret: secretOf(secret),
      ...(location.trim() === "" ? {} : { locationId: location.trim() }),
      ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
    };
    add.mutate(body);
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label="App">
        {(ids) => (
          <Select
            {...ids}
            value={app}
            onChange={(event) => {
              setApp(event.target.value);
              setAuth((waysOf[event.target.value] ?? otherWays)[0]?.auth ?? "token");
            }}
          >
            {apps.map((one) => (
              <option key={one} value={one}>
                {appTitle(one)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="How to log in">
        {(ids) => (
          <Select {...ids} value={auth} onChange={(event) => setAuth(ways.find((way) => way.auth === event.target.value)?.auth ?? "token")}>
            {ways.map((way) => (
              <option key={way.auth} value={way.auth}>
                {way.title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Name" hint={title.trim() === "" ? "How people call it: the client's name, say." : `Flows call it '${nameOf(title)}'.`}>
        {(ids) => (
          <Input {...ids} value={title} maxLength={120} placeholder="Acme Dental" onChange={(event) => setTitle(event.target.value)} />
        )}
      </Field>
      {app === "highlevel" && (
        <Field label="Sub-account id" hint="In HighLevel: Settings, Business profile. Leave it empty for an agency login.">
          {(ids) => (
            <Input {...ids} value={location} maxLength={64} onChange={(event) => setLocation(event.target.value)} className="font-mono" />
          )}
        </Field>
      )}
      <SecretFields
        auth={auth}
        value={secret}
        onChange={setSecret}
        {...(app === "highlevel" && auth === "token" ? { hint: "In HighLevel: Settings, Private integrations. It begins with pit-." } : {})}
      />
      <Disclosure summary={<span className="text-ink-2">Another address of the API</span>}>
        <Field label="Base address" hint="Only when the app is reached somewhere else than usual.">
          {(ids) => (
            <Input
              {...ids}
              type="url"
              value={baseUrl}
              placeholder="https://"
              onChange={(event) => setBaseUrl(event.target.value)}
              className="font-mono"
            />
          )}
        </Field>
      </Disclosure>
      {add.error && (
        <p role="alert" className="rounded-md bg-failure-soft px-3 py-2">
          {messageOf(add.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={!ready} busy={add.isPending}>
          Add connection
        </Button>
      </div>
    </form>
  );
}

/** Saves, then tests at once: a login that does not work should be known now and not at three in the morning. */
function useAdd(onClose: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (body: ConnectionBody) => {
      const connection = await api.connections.add(body);
      // Saved is saved: a test that cannot be made is told like one that failed.
      return {
        connection,
        test: await api.connections.test(connection.id).catch((error: unknown) => ({ ok: false, message: messageOf(error) })),
      };
    },
    meta: { quiet: true },
    onSuccess: ({ connection, test }) => {
      onClose();
      if (test.ok) toast.success(`${connection.title} is connected`);
      else toast.error(`Saved, but the test failed. ${test.message}`);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: connectionsQuery().queryKey }),
  });
}
