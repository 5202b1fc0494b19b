import { permissionsOf } from "#surfaces/permission-words.ts";
import { CopyButton } from "./ui/copy.tsx";

/** What a login has to allow: in words, with the vendor's codes in small print for whoever grants them. */
export function Permissions({ scopes, title }: { scopes: readonly string[]; title: string }) {
  return (
    <div>
      <p className="flex items-center gap-1 text-ink-2">
        {title}
        <CopyButton text={scopes.join("\n")} label="Copy the scopes" />
      </p>
      <ul className="mt-0.5 flex flex-col gap-1">
        {permissionsOf(scopes).map(({ words, scopes: codes }) => (
          <li key={words} className="flex flex-wrap items-baseline gap-x-2">
            <span>{words}</span>
            <span className="font-mono text-meta break-all text-ink-3">{codes.join("  ")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
