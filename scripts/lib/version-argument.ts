/** The version that a command is about: `-- order-fulfillment 2`. Null when the arguments do not say one. */
export function versionArgument(args: readonly string[]): { name: string; version: number } | null {
  const [name, version, ...more] = args;
  if (name === undefined || !/^[1-9]\d*$/.test(version ?? '') || more.length > 0) return null;
  return { name, version: Number(version) };
}

/** Ends the command, in one line. */
export function fail(line: string): void {
  console.error(line);
  process.exitCode = 1;
}
