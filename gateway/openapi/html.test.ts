import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { html, prose } from './html.ts';

describe('HTML', () => {
  it('escapes every text that is put in', () => {
    assert.equal(html`<p title="${'"'}">${'<b> & co'}</p>`.html, '<p title="&quot;">&lt;b&gt; &amp; co</p>');
  });

  it('nests, takes lists, and prints nothing for what is not there', () => {
    assert.equal(html`${[html`<i>${1}</i>`, 'a', undefined]}`.html, '<i>1</i>a');
  });

  it('knows the little Markdown of proto comments', () => {
    assert.equal(
      prose('Use `a<b`.\n\n- `X`: one\n- two').html,
      '<p>Use <code>a&lt;b</code>.</p><ul><li><code>X</code>: one</li><li>two</li></ul>',
    );
  });
});
