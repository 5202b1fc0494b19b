/**
 * An operation's key in an address: `contacts.get` as `contacts/get`, an endpoint's `contacts/get-contact` as `contacts~get-contact`.
 * A dot at the end of a path reads like a file's to servers and proxies.
 */
export function keyToPath(key: string): string {
  return key.replaceAll("/", "~").replaceAll(".", "/");
}

export function pathToKey(path: string): string {
  return path.replaceAll("/", ".").replaceAll("~", "/");
}
