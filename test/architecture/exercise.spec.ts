import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const docs = readFileSync(join(root, 'docs/writing-a-saga.md'), 'utf8');
const finished = readFileSync(join(root, 'test/integration/exercise-trip.spec.ts'), 'utf8');

/** The code that a reader is told to write, block by block. */
function blocks(): string[] {
  const [, exercise = ''] = docs.split('\n## Exercise: a rollback from nothing\n');
  const [text = ''] = exercise.split('\n## ');
  return [...text.matchAll(/```ts\n(.*?)\n```/gs)].map(([, code]) => code!);
}

const isImport = (line: string) => line.startsWith('import ');
const source = (line: string) => / from '(.*)'/.exec(line)![1]!;

/** What a reader has in the end: imports that are given again replace the earlier ones, the rest is added as told. */
function assemble([without, compensation, binding, ...later]: readonly string[]) {
  const all = [without!, ...later].join('\n\n').split('\n');
  const imports = new Map(
    all.filter(isImport).map((line) => [source(line), line.replace(/ \/\/ instead of.*$/, '')]),
  );
  const event = 'class PointsSpent extends ';
  const end = '      .succeeds(PointsSpent),';
  const body = all.filter((line) => !isImport(line)).join('\n');
  expect(body.split(end)).toHaveLength(2);
  const bound = body.replace(end, binding!);
  const at = bound.indexOf('\n', bound.indexOf(event)) + 1;
  return {
    imports: [...imports.values()],
    body: `${bound.slice(0, at)}${compensation}\n${bound.slice(at)}`,
  };
}

/** Blank lines and notes to the reader are no code. */
const codeOf = (text: string) =>
  text.split('\n').filter((line) => line.trim() !== '' && !/^(\/\*\*| \*)/.test(line));

describe('the exercise of docs/writing-a-saga.md', () => {
  it('is what its finished test runs, line by line', () => {
    const { imports, body } = assemble(blocks());
    const lines = codeOf(finished);
    expect(lines.filter(isImport).sort()).toEqual([...imports].sort());
    expect(lines.filter((line) => !isImport(line))).toEqual(codeOf(body));
  });

  it('starts without a compensation', () => {
    expect(blocks()[0]).toContain(`.step('spend-points'`);
    expect(blocks()[0]).not.toMatch(/ompensation/);
  });
});
