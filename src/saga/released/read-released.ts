import { readFileSync } from 'node:fs';
import type { Released } from './released-versions.js';

/** The list of released versions, which lies at the root of the project and of its build. @throws when there is none */
export function readReleased(path: string): Released {
  return JSON.parse(readFileSync(path, 'utf8')) as Released;
}
