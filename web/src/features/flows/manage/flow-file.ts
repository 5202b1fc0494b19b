/** A name that every system takes for a file. */
export const fileName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\d]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60) || "flow";

/** What a chosen file holds. Throws a sentence for what is no JSON object. */
export async function readFlowFile(file: File): Promise<Record<string, unknown>> {
  if (file.size > mostBytes) throw new Error(`${file.name} is larger than a flow can be (1 MB).`);
  const value = parsed(await file.text());
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${file.name} is no flow. Choose a file that was exported from Millrace.`);
  return value as Record<string, unknown>;
}

const mostBytes = 1024 * 1024;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
