/**
 * An e-mail address in the form that is compared. Only A-Z are lowered: Unicode folding would treat different letters as equal, and let
 * one person take over another's address.
 */
export const emailKey = (email: string): string => email.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
