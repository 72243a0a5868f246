import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { lastLines, openLog, rotateLog } from './log-files.ts';

describe('logs', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'doffers-log-'));
    path = join(dir, 'redis.log');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('keep what was written before', () => {
    writeFileSync(path, 'old\n');
    const log = openLog(path);
    writeSync(log.fd, 'new\n');
    log.close();
    assert.equal(readFileSync(path, 'utf8'), 'old\nnew\n');
  });

  it('are emptied under a process that goes on writing, when they have grown', () => {
    const log = openLog(path);
    writeSync(log.fd, 'a long line\n');
    rotateLog(path, 5);
    writeSync(log.fd, 'next\n');
    log.close();
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'a long line\n');
    assert.equal(readFileSync(path, 'utf8'), 'next\n');
  });

  it('are left alone while they are small', () => {
    writeFileSync(path, 'few\n');
    rotateLog(path, 5);
    rotateLog(join(dir, 'never-written.log'), 5);
    assert.equal(existsSync(`${path}.1`), false);
  });

  it('give their last lines to a message', async () => {
    writeFileSync(path, 'one\ntwo\nthree\n');
    assert.deepEqual(await lastLines(path, 2), ['two', 'three']);
    assert.deepEqual(await lastLines(join(dir, 'none.log'), 2), []);
  });
});
