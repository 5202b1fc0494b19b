/**
 * An address as far as it says who gets the login that is sent there: all of it, because on a shared host the path says whose account it is. Equal for
 * two ways of writing the same one.
 */
export function loginPlace(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return url ?? "";
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}${search}`;
}
