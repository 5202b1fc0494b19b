import { useState } from "react";
import type { AppView } from "#api/schemas.ts";
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
  const [baseUrl, setBaseUrl] = useState("");
  return (
    <AllowedLogin
      app={app}
      login={login}
      onCancel={onCancel}
      body={(asked) => ({
        app: app.id,
        auth: login.kind,
        ...asked,
        ...(title.trim() !== "" && { title: title.trim() }),
        ...(baseUrl.trim() !== "" && { baseUrl: baseUrl.trim() }),
      })}
      before={<NameField title={title} onTitle={onTitle} hint={`Empty: as ${app.title} calls the account that you choose there.`} />}
    >
      <AddressField baseUrl={baseUrl} onBaseUrl={setBaseUrl} isAnywhere={app.baseUrl === ""} />
    </AllowedLogin>
  );
}
