import { useQuery } from "@tanstack/react-query";
import type { AppView } from "#api/schemas.ts";
import { shortName } from "#kernel/short-name.ts";
import { overviewQuery } from "../../lib/queries.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { Field, Input } from "../ui/field.tsx";

interface NameFieldProps {
  title: string;
  onTitle: (title: string) => void;
  /** Under the field while it is empty. */
  hint: string;
}

/** What people call a connection, and what flows call it. */
export function NameField({ title, onTitle, hint }: NameFieldProps) {
  return (
    <Field label="Name" hint={title.trim() === "" ? hint : `Flows call it '${shortName(title)}'.`}>
      {(ids) => (
        <Input {...ids} value={title} maxLength={120} placeholder="Acme Dental" onChange={(event) => onTitle(event.target.value)} />
      )}
    </Field>
  );
}

/** What the base address of a connection is for. */
export function addressHint({ title, baseUrl, asksAddress }: AppView): string {
  if (asksAddress) return `Where your ${title} is, such as https://app.example.com. It is needed.`;
  return baseUrl === "" ? "Steps then give only the path of an address." : "Only if the app is not at its usual address.";
}

interface AddressFieldProps {
  app: AppView;
  baseUrl: string;
  onBaseUrl: (baseUrl: string) => void;
  /** Where the sandbox shows what is entered here, in words. */
  sandboxHint: string;
}

/** Where the app's API is, where that is not the usual place. The sandbox beside this Millrace is one click away. */
export function AddressField({ app, baseUrl, onBaseUrl, sandboxHint }: AddressFieldProps) {
  const overview = useQuery(overviewQuery());
  const sandboxUrl = app.main ? (overview.data?.sandboxUrl ?? null) : null;
  const isAnywhere = app.baseUrl === "";
  const isSandbox = sandboxUrl !== null && baseUrl === sandboxUrl;
  return (
    <div className="flex flex-col gap-2">
      {sandboxUrl !== null && (
        <div>
          <label className="flex min-h-8 items-center gap-2.5">
            <Checkbox label="Use the sandbox on this machine" checked={isSandbox} onChange={(on) => onBaseUrl(on ? sandboxUrl : "")} />
            Use the sandbox on this machine
          </label>
          {isSandbox && (
            <p className="pl-6.5 text-meta text-ink-3">
              {sandboxHint}{" "}
              <a
                href={`${sandboxUrl}/ui/connect`}
                target="_blank"
                rel="noreferrer"
                className="text-accent-ink underline underline-offset-2"
              >
                Open the sandbox
              </a>
            </p>
          )}
        </div>
      )}
      {!isSandbox && (
        <Disclosure open={isAnywhere} summary={<span className="text-ink-2">{isAnywhere ? "Address" : "Another address of the API"}</span>}>
          <Field label="Base address" hint={addressHint(app)}>
            {(ids) => (
              <Input
                {...ids}
                type="url"
                value={baseUrl}
                placeholder="https://"
                onChange={(event) => onBaseUrl(event.target.value)}
                className="font-mono"
              />
            )}
          </Field>
        </Disclosure>
      )}
    </div>
  );
}
