import type { ErrorReport } from './error-report.js';

type Stored = Omit<ErrorReport, 'code'> & { readonly code: string | null };

/** An error that was thrown once, perhaps by another process: made again from what was stored of it. */
export class RebuiltError extends Error {
  override readonly name: string;
  /** Null where none was stored. */
  readonly code: string | null;

  constructor({ type, code, message, stack, chain }: Stored) {
    super(message, { cause: causesOf(chain) });
    this.name = type;
    this.code = code;
    // The stack of where it was thrown; that of where it was rebuilt would tell nothing.
    this.stack = stack ?? `${type}: ${message}`;
  }
}

/** The outermost one; undefined: none was stored. */
function causesOf([first, ...further]: readonly string[]): Error | undefined {
  if (first === undefined) return undefined;
  const [, type = 'Error', message = first] = /^([A-Za-z_$][\w$]*): ([^]*)$/.exec(first) ?? [];
  return new RebuiltError({ type, code: null, message, stack: null, chain: further });
}
