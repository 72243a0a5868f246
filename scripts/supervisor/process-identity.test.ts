import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandLine, identityOf, isAlive, isDead, parseStat, residentBytes } from './process-identity.ts';

describe('process identity', () => {
  it('recognises the process that was written down', () => {
    const self = identityOf(process.pid);
    assert.ok(self);
    assert.equal(isAlive(self), true);
  });

  it('does not take another process with the same number for it', () => {
    const self = identityOf(process.pid);
    assert.ok(self);
    assert.equal(isAlive({ ...self, startTicks: String(Number(self.startTicks) - 1) }), false);
    assert.equal(isAlive({ ...self, bootId: 'an earlier boot' }), false);
  });

  it('knows no process by a number that nobody has', () => assert.equal(identityOf(2 ** 30), undefined));

  it('reads state and start from a line whose name holds spaces and parentheses', () => {
    const numbers = Array.from({ length: 30 }, (_, n) => n + 4).join(' ');
    assert.deepEqual(parseStat(`42 (a) S 1) R ${numbers}`), { state: 'R', threads: 20, startTicks: '22' });
  });

  it('counts a process as dead once its last thread is', () => {
    assert.equal(isDead({ state: 'S', threads: 1, startTicks: '1' }), false);
    assert.equal(isDead({ state: 'Z', threads: 4, startTicks: '1' }), false);
    assert.equal(isDead({ state: 'Z', threads: 1, startTicks: '1' }), true);
  });

  it('tells memory and command line of a process', () => {
    assert.ok(residentBytes(process.pid) > 1024 * 1024);
    assert.match(commandLine(process.pid), /node/);
    assert.equal(residentBytes(2 ** 30), 0);
  });
});
