import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const lines = (path: string) => read(path).split('\n');

/** The text of each service of the compose file, by name. */
function services(): Map<string, string> {
  const compose = lines('docker-compose.yml');
  const from = compose.indexOf('services:') + 1;
  const to = compose.findIndex((line, index) => index >= from && /^\S/.test(line));
  const found = new Map<string, string>();
  let name = '';
  for (const line of compose.slice(from, to)) {
    name = /^ {2}([\w-]+):$/.exec(line)?.[1] ?? name;
    found.set(name, `${found.get(name) ?? ''}${line}\n`);
  }
  return found;
}

/** What the image takes from the checkout; what it takes from an earlier stage is not among it. */
function copied(): string[] {
  const copies = lines('Dockerfile').filter((line) => /^COPY (?!--from)/.test(line));
  return copies.flatMap((line) => line.split(/\s+/).slice(1, -1));
}

describe('the container set-up', () => {
  it('has the database, the API and a worker, each process with its role', () => {
    const found = services();
    expect([...found.keys()]).toEqual(expect.arrayContaining(['postgres', 'api', 'worker']));
    expect(found.get('api')).toMatch(/^ {6}ROLE: api$/m);
    expect(found.get('worker')).toMatch(/^ {6}ROLE: worker$/m);
    expect(found.get('postgres')).not.toContain('ROLE');
  });

  it('copies only what is there, and what its context leaves in', () => {
    const admitted = lines('.dockerignore').filter((line) => line.startsWith('!'));
    expect(copied()).toEqual(expect.arrayContaining(['package.json', 'src', 'migrations', 'scripts']));
    for (const source of copied()) {
      expect({ source, exists: existsSync(join(root, source)) }).toEqual({ source, exists: true });
      expect(admitted).toContain(`!${source}`);
    }
  });

  it('starts the built application, without a shell that would swallow its signals', () => {
    const command = /^CMD (\[.*\])$/m.exec(read('Dockerfile'))?.[1];
    expect(JSON.parse(command!)).toEqual([
      'node',
      '--enable-source-maps',
      '--max-semi-space-size=64',
      'dist/src/main.js',
    ]);
    // What tsc makes of it under that name.
    expect(existsSync(join(root, 'src/main.ts'))).toBe(true);
  });
});
