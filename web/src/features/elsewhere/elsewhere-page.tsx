import { Link } from "@tanstack/react-router";
import { Page } from "../../components/page.tsx";
import { integrations } from "./integrations.ts";

/** Every way to use Millrace's operations from a tool that somebody has already. */
export function ElsewherePage() {
  return (
    <Page title="Use elsewhere" about="Every operation of the catalog, from the tools you already have.">
      <ul className="grid gap-3 sm:grid-cols-2">
        {integrations.map(({ to, title, what, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              className="flex h-full gap-3 rounded-lg border border-line bg-raised p-4 transition-colors hover:border-line-strong"
            >
              <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-ink-3" />
              <span>
                <span className="block font-medium">{title}</span>
                <span className="mt-0.5 block text-ink-2">{what}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
