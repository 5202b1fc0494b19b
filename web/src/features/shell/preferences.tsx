import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookOpen, FlaskConical, LogOut, Menu as MenuIcon, Settings2 } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuCheck, MenuItem, MenuLine } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { menuPlaces, sidePlaces } from "../../lib/places.ts";
import { setSignedOut } from "../../lib/session.ts";
import { type Theme, setTheme, useTheme } from "../../lib/theme.ts";

const themes: { value: Theme; title: string }[] = [
  { value: "system", title: "As the system" },
  { value: "light", title: "Light" },
  { value: "dark", title: "Dark" },
];

const item = "flex h-7 items-center gap-2 rounded-sm px-2 text-ui outline-none data-[highlighted]:bg-hover";

type Place = (typeof menuPlaces)[number] | (typeof sidePlaces)[number];

function PlaceItem({ to, title, icon }: Pick<Place, "to" | "title" | "icon">) {
  return (
    <DropdownMenu.Item asChild>
      <Link to={to} className={item}>
        <Icon of={icon} className="text-ink-3" />
        {title}
      </Link>
    </DropdownMenu.Item>
  );
}

/** The places beside the main ones, the theme, the API's documentation, signing out. */
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
  const cache = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => api.session.end(),
    onSuccess: () => {
      cache.clear();
      setSignedOut(true);
    },
  });
  return (
    <Menu
      align={iconOnly ? "end" : "start"}
      side={iconOnly ? "bottom" : "top"}
      trigger={
        <button type="button" aria-label={iconOnly ? "More pages and preferences" : "Preferences"} className={className}>
          <Icon of={iconOnly ? MenuIcon : Settings2} size={iconOnly ? 18 : 16} className={iconOnly ? "" : "text-ink-3"} />
          {!iconOnly && "Preferences"}
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
