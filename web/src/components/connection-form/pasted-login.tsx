import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { AppView, ConnectionBody, ConnectionView } from "#api/schemas.ts";
import { shortName } from "#kernel/short-name.ts";
import { isReady, loginBody, type LoginDraft } from "#surfaces/login-form.ts";
import { api } from "../../lib/api.ts";
import { FormEnd } from "../form-end.tsx";
import { Button } from "../ui/button.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Problem } from "../ui/problem.tsx";
import { failedTest } from "./failed-test.ts";
import { LoginFields } from "./login-fields.tsx";
import type { Login } from "./logins.ts";
import { AddressField, NameField } from "./name-and-address.tsx";
import { refreshConnections } from "./refresh.ts";
import { SaveAnyway } from "./save-anyway.tsx";

interface PastedLoginProps {
  app: AppView;
  login: Login;
  title: string;
  onTitle: (title: string) => void;
  onDone: (added: ConnectionView) => void;
  onCancel: () => void;
}

/** A new connection of what a person types or pastes. */
export function PastedLogin({ app, login, title, onTitle, onDone, onCancel }: PastedLoginProps) {
  const [place, setPlace] = useState<Readonly<Record<string, string>>>({});
  const [baseUrl, setBaseUrl] = useState("");
  const [draft, setDraft] = useState<LoginDraft>({});
  const add = useAdd(onDone);
  const ready = title.trim() !== "" && isReady(login, draft) && (!app.asksAddress || baseUrl.trim() !== "");
  const failed = failedTest(add.error);

  function submit(verify: boolean, chosen = place): void {
    if (!ready) return;
    const body: ConnectionBody = {
      name: shortName(title),
      title: title.trim(),
      app: app.id,
      auth: login.kind,
      ...loginBody(login, draft),
      ...filled(chosen),
      ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
    };
    add.mutate({ body, verify });
  }

  /** The test found out which sub-account it is: nobody has to copy its id. */
  function takeFound(found: string): void {
    const chosen = { ...place, [app.place[0]!.name]: found };
    setPlace(chosen);
    submit(true, chosen);
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit(true);
      }}
      onChange={() => add.isError && add.reset()}
    >
      <NameField title={title} onTitle={onTitle} hint="What people call it: the client's name, for example." />
      {login.kind !== "url" && (
        <AddressField
          app={app}
          baseUrl={baseUrl}
          onBaseUrl={setBaseUrl}
          sandboxHint="Its page makes a token, and shows the ids of its sub-accounts."
        />
      )}
      <PlaceFields app={app} values={place} onChange={setPlace} />
      <LoginFields login={login} draft={draft} onChange={setDraft} error={failed?.problem} />
      {failed !== null && login.fields.length === 0 && <Problem>{failed.problem}</Problem>}
      {failed?.place != null && app.place.length > 0 && (
        <Button className="self-start" busy={add.isPending} onClick={() => takeFound(failed.place!)}>
          Use the sub-account {failed.place}
        </Button>
      )}
      <FormEnd
        error={failed === null ? add.error : null}
        action="Test and add"
        ready={ready}
        busy={add.isPending}
        onCancel={onCancel}
        aside={
          failed?.mayHeal === true && (
            <SaveAnyway busy={add.isPending} onClick={() => submit(false)}>
              Save without a working test
            </SaveAnyway>
          )
        }
      />
    </form>
  );
}

interface PlaceFieldsProps {
  app: AppView;
  values: Readonly<Record<string, string>>;
  onChange: (values: Readonly<Record<string, string>>) => void;
}

/** Which part of the app it is for: a sub-account, say. What is seldom meant, the whole agency, is folded. */
function PlaceFields({ app, values, onChange }: PlaceFieldsProps) {
  const [first, ...others] = app.place;
  if (first === undefined) return null;
  return (
    <>
      <PlaceField place={first} values={values} onChange={onChange} />
      {others.length > 0 && (
        <Disclosure summary={<span className="text-ink-2">{others.map(({ label }) => label).join(", ")}</span>}>
          <div className="flex flex-col gap-4">
            {others.map((place) => (
              <PlaceField key={place.name} place={place} values={values} onChange={onChange} />
            ))}
          </div>
        </Disclosure>
      )}
    </>
  );
}

function PlaceField({
  place: { name, label, help },
  values,
  onChange,
}: Omit<PlaceFieldsProps, "app"> & { place: AppView["place"][number] }) {
  return (
    <Field label={label} hint={help}>
      {(ids) => (
        <Input
          {...ids}
          value={values[name] ?? ""}
          maxLength={64}
          onChange={(event) => onChange({ ...values, [name]: event.target.value })}
          className="font-mono"
        />
      )}
    </Field>
  );
}

/** What was typed, without what was left empty. */
const filled = (typed: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(typed).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()]])));

/** Tested first: better to learn now that a login does not work than at three in the morning. */
function useAdd(onDone: (added: ConnectionView) => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ body, verify }: { body: ConnectionBody; verify: boolean }) =>
      api.connections.add({ body, query: { verify: String(verify) } }),
    meta: { quiet: true },
    onSuccess: (added) => {
      const { title, status, reason } = added;
      onDone(added);
      if (status === "connected") toast.success(`${title} is connected`);
      else toast.info(`Saved. ${reason ?? "It is not tested yet."}`);
    },
    onSettled: () => refreshConnections(cache),
  });
}
