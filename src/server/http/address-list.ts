import { badInput } from "#kernel/errors.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";

const mostEntries = 100;

/** The addresses and ranges of a list, trimmed. Throws BAD_INPUT for an entry that is neither, and for a list of blanks: an empty variable must open nothing. */
export function readAddressList(field: string, entries: readonly string[]): string[] {
  const addresses = entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
  if (entries.length > 0 && addresses.length === 0)
    throw badInput(field, "holds blank entries only. Send an empty list to name no addresses");
  if (addresses.length > mostEntries) throw badInput(field, `holds ${addresses.length} entries; ${mostEntries} at most`);
  try {
    ipRanges(addresses);
    return addresses;
  } catch (error) {
    throw badInput(field, (error as Error).message);
  }
}
