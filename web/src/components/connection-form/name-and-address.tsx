import { shortName } from "#kernel/short-name.ts";
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

interface AddressFieldProps {
  baseUrl: string;
  onBaseUrl: (baseUrl: string) => void;
  /** The app has no address of its own. */
  isAnywhere: boolean;
}

/** Where the app's API is, where that is not the usual place. */
export function AddressField({ baseUrl, onBaseUrl, isAnywhere }: AddressFieldProps) {
  return (
    <Disclosure open={isAnywhere} summary={<span className="text-ink-2">{isAnywhere ? "Address" : "Another address of the API"}</span>}>
      <Field
        label="Base address"
        hint={isAnywhere ? "Steps then give only the path of an address." : "Only if the app is not at its usual address."}
      >
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
  );
}
