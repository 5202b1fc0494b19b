/** Offers a value to the reader as a JSON file. */
export function downloadJson(name: string, value: unknown): void {
  download(name, `${JSON.stringify(value, null, 2)}\n`, "application/json");
}

/** Offers a text to the reader as a file. */
export function downloadText(name: string, text: string): void {
  download(name, text, "text/plain");
}

function download(name: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
