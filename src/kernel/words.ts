/** The text with a capital at its beginning: for a phrase that becomes a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The text with a small letter at its beginning: for a sentence that becomes part of another. */
export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
