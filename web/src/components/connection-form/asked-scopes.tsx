import type { ConsentNeeds } from "#api/schemas.ts";
import { permissionsOf } from "#surfaces/permission-words.ts";
import { plural } from "../../lib/words.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { Disclosure } from "../ui/disclosure.tsx";

type Scope = ConsentNeeds["scopes"][number];

interface AskedScopesProps {
  scopes: readonly Scope[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  /** What connecting an agency's sub-accounts takes. */
  agency: readonly string[];
}

/** What is asked for to begin with: what flows need, and what the connection has. */
export const usualScopes = (scopes: readonly Scope[]): ReadonlySet<string> =>
  new Set(scopes.filter(({ needed, granted }) => needed || granted).map(({ scope }) => scope));

/** The scopes that the app's page will ask for. Those that flows need come first, with the flows; the others are folded. */
export function AskedScopes({ scopes, chosen, onChange, agency }: AskedScopesProps) {
  const set = (some: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const scope of some) {
      if (on) next.add(scope);
      else next.delete(scope);
    }
    onChange(next);
  };
  const toggle = (scope: string, on: boolean) => set([scope], on);
  const first = scopes.filter(({ needed, granted }) => needed || granted);
  const others = scopes.filter((scope) => !first.includes(scope));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="font-medium text-ink">What it may do</legend>
      <p className="flex items-center gap-1 text-meta text-ink-3">
        {plural(chosen.size, "scope")}, to be ticked at the registration as well
        <CopyButton text={[...chosen].join("\n")} label="Copy the scopes" />
      </p>
      <p className="text-meta text-ink-3">
        What your flows need is ticked. Tick more for flows that you are going to make; more can be added later.
      </p>
      {agency.length > 0 && (
        <label className="flex min-h-8 items-center gap-2.5">
          <Checkbox
            label="Connect the agency's sub-accounts"
            checked={agency.every((scope) => chosen.has(scope))}
            onChange={(on) => set(agency, on)}
          />
          Also connect sub-accounts: choose the agency there, and pick the sub-accounts here afterwards
        </label>
      )}
      <ScopeList scopes={first} chosen={chosen} onToggle={toggle} />
      {others.length > 0 && (
        <Disclosure open={first.length <= 1} summary={<span className="text-ink-2">{plural(others.length, "more scope")}</span>}>
          <ScopeList scopes={others} chosen={chosen} onToggle={toggle} />
        </Disclosure>
      )}
    </fieldset>
  );
}

interface ScopeListProps {
  scopes: readonly Scope[];
  chosen: ReadonlySet<string>;
  onToggle: (scope: string, on: boolean) => void;
}

function ScopeList({ scopes, chosen, onToggle }: ScopeListProps) {
  return (
    <ul className="flex max-h-60 flex-col overflow-y-auto">
      {scopes.map((each) => (
        <li key={each.scope}>
          <label className="flex min-h-8 items-center gap-2.5">
            <Checkbox label={wordsOf(each)} checked={chosen.has(each.scope)} onChange={(on) => onToggle(each.scope, on)} />
            <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
              {wordsOf(each)}
              <code className="font-mono text-meta break-all text-ink-3">{each.scope}</code>
              <span className="text-meta text-ink-3">{whyOf(each)}</span>
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}

/** "Read contacts". */
const wordsOf = ({ scope }: Scope): string => permissionsOf([scope])[0]!.words;

function whyOf({ needed, granted, flows }: Scope): string {
  if (flows.length > 0) return `for ${flows.slice(0, 2).join(", ")}${flows.length > 2 ? ` and ${flows.length - 2} more` : ""}`;
  if (needed) return "to test the login";
  return granted ? "it has it, and no flow needs it" : "";
}
