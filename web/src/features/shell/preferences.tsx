import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookOpen, CircleUser, FlaskConical, LogOut, Menu as MenuIcon, Settings2 } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuCheck, MenuItem, MenuLine } from "../../components/ui/menu.tsx";
import { isInBar, type Place, sidePlaces, usePlaces } from "../../lib/places.ts";
import { sessionQuery } from "../../lib/queries.ts";
import { useSignOut } from "../../lib/sign-out.ts";
import { type Theme, setTheme, useTheme } from "../../lib/theme.ts";

const themes: { value: Theme; title: string }[] = [
  { value: "system", title: "As the system" },
  { value: "light", title: "Light" },
  { value: "dark", title: "Dark" },
];

const item = "flex h-7 items-center gap-2 rounded-sm px-2 text-ui outline-none data-[highlighted]:bg-hover";

type AnyPlace = Place | (typeof sidePlaces)[number];

function PlaceItem({ to, title, icon }: Pick<AnyPlace, "to" | "title" | "icon">) {
  return (
    <DropdownMenu.Item asChild>
      <Link to={to} className={item}>
        <Icon of={icon} className="text-ink-3" />
        {title}
      </Link>
    </DropdownMenu.Item>
  );
}

/** One's account, the places beside the main ones, the theme, the API's documentation, signing out. Behind the name of whoever has an account. */
export function Preferences({
  className,
  iconOnly = false,
  sandboxUrl = null,
}: {
  className: string;
  iconOnly?: boolean;
  sandboxUrl?: string | null;
}) {
  const theme = useTheme();
  const signOut = useSignOut();
  const menuPlaces = usePlaces().filter((place) => !isInBar(place));
  const account = useQuery(sessionQuery()).data?.account ?? null;
  const icon = account === null ? Settings2 : CircleUser;
  return (
    <Menu
      align={iconOnly ? "end" : "start"}
      side={iconOnly ? "bottom" : "top"}
      trigger={
        <button
          type="button"
          aria-label={iconOnly ? "More pages and preferences" : account === null ? "Preferences" : `${account.name}, preferences`}
          className={className}
        >
          <Icon of={iconOnly ? MenuIcon : icon} size={iconOnly ? 18 : 16} className={iconOnly ? "" : "text-ink-3"} />
          {!iconOnly && <bdi className="truncate">{account?.name ?? "Preferences"}</bdi>}
        </button>
      }
    >
      {iconOnly && (
        <>
          {menuPlaces.map(({ to, title, icon }) => (
            <PlaceItem key={to} to={to} title={title} icon={icon} />
          ))}
          {sandboxUrl !== null && (
            <DropdownMenu.Item asChild>
              <a href={sandboxUrl} target="_blank" rel="noreferrer" className={item}>
                <Icon of={FlaskConical} className="text-ink-3" />
                Sandbox
              </a>
            </DropdownMenu.Item>
          )}
          <MenuLine />
        </>
      )}
      {account !== null && (
        <>
          <DropdownMenu.Label className="max-w-60 truncate px-2 pt-1.5 pb-1 text-meta text-ink-3">
            <bdi>{account.email}</bdi>
          </DropdownMenu.Label>
          <DropdownMenu.Item asChild>
            <Link to="/account" className={item}>
              <Icon of={CircleUser} className="text-ink-3" />
              Your account
            </Link>
          </DropdownMenu.Item>
          <MenuLine />
        </>
      )}
      {sidePlaces.map(({ to, title, icon }) => (
        <PlaceItem key={to} to={to} title={title} icon={icon} />
      ))}
      <MenuLine />
      <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-meta text-ink-3">Theme</DropdownMenu.Label>
      {themes.map(({ value, title }) => (
        <MenuCheck key={value} checked={theme === value} onChange={() => setTheme(value)}>
          {title}
        </MenuCheck>
      ))}
      <MenuLine />
      <DropdownMenu.Item asChild>
        <a href="/api/docs" target="_blank" rel="noreferrer" className={item}>
          <Icon of={BookOpen} className="text-ink-3" />
          API documentation
        </a>
      </DropdownMenu.Item>
      <MenuItem icon={LogOut} onSelect={() => signOut.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
