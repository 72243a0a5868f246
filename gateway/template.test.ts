import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillTemplate } from './template.ts';

describe('a template', () => {
  it('takes scalars wherever they stand', () => {
    assert.equal(fillTemplate('a: ${HOST}:${PORT}\nb: { c: ${PORT} }', { HOST: 'h', PORT: 1 }), 'a: h:1\nb: { c: 1 }');
  });

  it('takes a list as a value, one element a line at the indent of its key', () => {
    assert.equal(fillTemplate('  a: ${ALL}\n  b: 1', { ALL: ['x', { y: 1 }] }), '  a:\n  - "x"\n  - {"y":1}\n  b: 1');
  });

  it('takes a list among the elements of another', () => {
    assert.equal(fillTemplate('- 1\n${MORE}\n- 3', { MORE: [2] }), '- 1\n- 2\n- 3');
  });

  it('takes an empty list', () => {
    assert.equal(fillTemplate('a: ${ALL}', { ALL: [] }), 'a: []');
  });

  it('leaves comments alone', () => {
    assert.equal(fillTemplate('# ${NAME}\na: ${NAME}', { NAME: 1 }), '# ${NAME}\na: 1');
  });

  it('does not expand what a value contains', () => {
    assert.equal(fillTemplate('a: ${A}', { A: '${B} $& $1' }), 'a: ${B} $& $1');
  });

  it('refuses to leave a name unfilled', () => {
    assert.throws(() => fillTemplate('a: ${NAME}', {}), /asks for NAME/);
  });

  it('refuses a value that nobody asks for, which is a typing error on one of both sides', () => {
    assert.throws(() => fillTemplate('a: 1', { NAME: 1 }), /does not use NAME/);
  });
});
