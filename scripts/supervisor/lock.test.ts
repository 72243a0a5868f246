import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CommandError } from '../console/command-error.ts';
import { readIdentityFile, writeIdentityFile } from './identity-file.ts';
import { acquireLock, lockHolder } from './lock.ts';
import { identityOf } from './process-identity.ts';

describe('supervisor lock', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'doffers-lock-'));
    path = join(dir, 'run/supervisor.lock');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is held until it is given back', () => {
    const release = acquireLock(path);
    assert.equal(lockHolder(path)?.pid, process.pid);
    release();
    assert.equal(existsSync(path), false);
  });

  it('refuses a second holder, naming the first and the way out', () => {
    acquireLock(path);
    assert.throws(
      () => acquireLock(path),
      (error) => {
        assert.ok(error instanceof CommandError);
        assert.match(error.message, new RegExp(`pid ${process.pid}\\b.*npm stop.*DOFFERS_PORT_OFFSET`));
        return true;
      },
    );
  });

  it('is taken over from a process that died, also when its number was given to another', () => {
    const self = identityOf(process.pid);
    assert.ok(self);
    acquireLock(path)();
    writeIdentityFile(path, { identity: { ...self, startTicks: '1' }, stopGraceMs: 0 });
    assert.equal(lockHolder(path), undefined);
    acquireLock(path);
    assert.deepEqual(readIdentityFile(path)?.identity, self);
  });

  it('leaves a lock alone that another has taken since', () => {
    const self = identityOf(process.pid);
    assert.ok(self);
    const release = acquireLock(path);
    writeIdentityFile(path, { identity: { ...self, pid: 1 }, stopGraceMs: 0 });
    release();
    assert.equal(readIdentityFile(path)?.identity.pid, 1);
  });
});
