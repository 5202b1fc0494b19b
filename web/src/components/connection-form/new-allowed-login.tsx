import { useState } from "react";
import type { AppView } from "#api/schemas.ts";
import { begunConsent } from "../../lib/consent.ts";
import { AllowedLogin } from "./allowed-login.tsx";
import type { ConsentLogin } from "./logins.ts";
import { AddressField, NameField } from "./name-and-address.tsx";

interface NewAllowedLoginProps {
  app: AppView;
  login: ConsentLogin;
  title: string;
  onTitle: (title: string) => void;
  onCancel: () => void;
}

/** A new connection, allowed at the app's page. */
export function NewAllowedLogin({ app, login, title, onTitle, onCancel }: NewAllowedLoginProps) {
  const [begun] = useState(() => {
    const last = begunConsent();
    return last?.app === app.id && last.kind === login.kind ? last : null;
  });
  const [baseUrl, setBaseUrl] = useState(begun?.baseUrl ?? "");
  return (
    <AllowedLogin
      app={app}
      login={login}
      onCancel={onCancel}
      isIncomplete={app.asksAddress && baseUrl.trim() === ""}
      begun={begun}
      keep={(typed) => ({ app: app.id, kind: login.kind, title, baseUrl, ...typed })}
      body={(asked) => ({
        app: app.id,
        auth: login.kind,
        ...asked,
        ...(title.trim() !== "" && { title: title.trim() }),
        ...(baseUrl.trim() !== "" && { baseUrl: baseUrl.trim() }),
      })}
      before={
        <>
          <NameField title={title} onTitle={onTitle} hint={`Leave it empty to use the name from ${app.title}.`} />
          <AddressField app={app} baseUrl={baseUrl} onBaseUrl={setBaseUrl} sandboxHint="Its page shows a client id, and makes a secret." />
        </>
      }
    />
  );
}
