/** What a change is about. */
export type Aspect =
  | 'handler'
  | 'input'
  | 'outcome'
  | 'compensation'
  | 'policy'
  | 'condition'
  | 'wait'
  | 'child'
  | 'place'
  | 'parameters'
  | 'definition';

/** One field that is different. */
export interface Change {
  readonly aspect: Aspect;
  /** Path in the description, with dots: `retry.maxAttempts`. */
  readonly field: string;
  /** Null also where there was, or is, nothing. */
  readonly from: unknown;
  readonly to: unknown;
}

const aspects: Readonly<Record<string, Aspect>> = {
  'action.command': 'handler',
  'action.input': 'input',
  action: 'outcome',
  compensation: 'compensation',
  noCompensation: 'compensation',
  retry: 'policy',
  attemptTimeoutMs: 'policy',
  heartbeatTimeoutMs: 'policy',
  keyProtectionMs: 'policy',
  dependency: 'policy',
  confirmed: 'policy',
  conditional: 'condition',
  conditionReads: 'condition',
  wait: 'wait',
  child: 'child',
  kind: 'place',
  phase: 'place',
  branch: 'place',
  parameters: 'parameters',
};

/** The fields in which two pieces of a description differ. A list is one field; an object is looked into. */
export function changesBetween(from: unknown, to: unknown, path: readonly string[] = []): Change[] {
  if (isObject(from) && isObject(to)) {
    const fields = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...fields].flatMap((field) => changesBetween(from[field], to[field], [...path, field]));
  }
  if (JSON.stringify(from ?? null) === JSON.stringify(to ?? null)) return [];
  return [{ aspect: aspectOf(path), field: path.join('.'), from: from ?? null, to: to ?? null }];
}

function aspectOf(path: readonly string[]): Aspect {
  return aspects[path.slice(0, 2).join('.')] ?? aspects[path[0]!] ?? 'definition';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
