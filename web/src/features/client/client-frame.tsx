import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { CircleUser, LogOut } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { Wordmark } from "../../components/wordmark.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { sessionQuery } from "../../lib/queries.ts";
import { useSignOut } from "../../lib/sign-out.ts";
import { ClientPage } from "./client-page.tsx";

const accountAddress = "/account";

/** The frame of a client: one page, their account, and the way out. `children`: the account, where the address is its. */
export function ClientFrame({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <div className="min-h-dvh">
      <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-line bg-canvas/90 px-4 backdrop-blur sm:px-8">
        <Link to="/" aria-label="Millrace, home" className="mr-auto">
          <Wordmark />
        </Link>
        <ClientMenu />
      </header>
      <main id="content" tabIndex={-1} className="outline-none">
        {pathname === accountAddress ? children : <ClientPage />}
      </main>
    </div>
  );
}

function ClientMenu() {
  const account = useQuery(sessionQuery()).data?.account;
  const signOut = useSignOut();
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-8 max-w-60 items-center gap-2 rounded-md px-2 text-ui font-medium text-ink-2 hover:bg-hover hover:text-ink data-[state=open]:bg-hover"
        >
          <Icon of={CircleUser} className="shrink-0 text-ink-3" />
          <bdi className="truncate">{account?.name ?? "Account"}</bdi>
        </button>
      }
    >
      <DropdownMenu.Item asChild>
        <Link to={accountAddress} className="flex h-7 items-center gap-2 rounded-sm px-2 text-ui outline-none data-[highlighted]:bg-hover">
          <Icon of={CircleUser} className="text-ink-3" />
          Your account
        </Link>
      </DropdownMenu.Item>
      <MenuItem icon={LogOut} onSelect={() => signOut.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
