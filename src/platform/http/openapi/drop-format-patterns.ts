/**
 * Takes out the patterns that only spell a `format` out once more. Zod writes one for each UUID and time; they are
 * a tenth of the document, and a generated client checks by the format.
 */
export function dropFormatPatterns(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  if ('format' in part && 'pattern' in part) delete part.pattern;
  for (const child of Object.values(part)) dropFormatPatterns(child);
}
