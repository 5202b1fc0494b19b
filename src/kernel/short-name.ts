/** "Acme Dental (Berlin)" as flows call it: `acme-dental-berlin`. */
export function shortName(title: string, none = "connection"): string {
  const name = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return name === "" ? none : name;
}
