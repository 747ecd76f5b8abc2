import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { ApiRequest } from '../actor.js';
import { pointer, validationProblem } from '../problem.js';

/** How deep JSON may nest. Ours nests four deep. */
const DEEPEST = 32;

/**
 * Refuses JSON nested so deep that walking it recursively would overflow the stack: a megabyte of brackets is
 * valid JSON. A guard, because guards come before the interceptors, and one of those walks the body already.
 */
@Injectable()
export class SoundInputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const tooDeep = tooDeepAt(context.switchToHttp().getRequest<ApiRequest>().body, []);
    if (!tooDeep) return true;
    throw validationProblem([
      { pointer: pointer(tooDeep), code: 'TOO_DEEP', detail: `Nested deeper than ${DEEPEST} levels.` },
    ]);
  }
}

/** Where the value nests too deep; null when it does not. */
function tooDeepAt(value: unknown, at: PropertyKey[]): readonly PropertyKey[] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (at.length >= DEEPEST) return [...at];
  for (const [key, inside] of Object.entries(value)) {
    at.push(key);
    const found = tooDeepAt(inside, at);
    if (found) return found;
    at.pop();
  }
  return null;
}
