import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

describe('released migrations', () => {
  let tree: string;

  /** The script finds its project by where it lies, so a copy of it checks the copy. */
  const check = (...args: string[]) =>
    execFileSync(process.execPath, ['scripts/check-migrations.mjs', ...args], { cwd: tree, stdio: 'pipe' });
  const migration = (name: string) => join(tree, 'migrations', name);

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'migrations-'));
    cpSync(join(root, 'scripts'), join(tree, 'scripts'), { recursive: true });
    mkdirSync(join(tree, 'migrations'));
    writeFileSync(migration('2-second.ts'), 'export class Second2 {}\n');
    check('--release');
  });

  afterEach(() => rmSync(tree, { recursive: true, force: true }));

  it('pass as long as nobody touches them, beside newer ones', () => {
    writeFileSync(migration('3-third.ts'), '');
    check();
  });

  it('fail the build when one is edited', () => {
    appendFileSync(migration('2-second.ts'), '// a small improvement\n');
    expect(check).toThrow('migrations/2-second.ts was released and has been edited');
    expect(() => check('--release')).toThrow('has been edited');
  });

  it('fail the build when one is removed', () => {
    rmSync(migration('2-second.ts'));
    expect(check).toThrow('migrations/2-second.ts was released and has been removed');
  });

  it('fail the build when a new one would come before them', () => {
    writeFileSync(migration('1-first.ts'), '');
    expect(check).toThrow('migrations/1-first.ts is new and sorts before the released 2-second.ts');
  });
});
