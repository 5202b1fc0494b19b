/** Offers a value to the reader as a JSON file. */
export function downloadJson(name: string, value: unknown): void {
  downloadFile(name, new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" }));
}

/** Offers a text to the reader as a file. */
export function downloadText(name: string, text: string): void {
  downloadFile(name, new Blob([text], { type: "text/plain" }));
}

/** Offers a file to the reader. */
export function downloadFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
