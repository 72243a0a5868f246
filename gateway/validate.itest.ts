import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readGatewayFiles } from './render.ts';
import { validateGateway } from './validate.ts';

const { template, descriptors } = await readGatewayFiles();
const withChange = (from: string, to: string) => {
  assert.ok(template.includes(from));
  return validateGateway({ template: template.replace(from, to), descriptors });
};

describe("Envoy's own check", () => {
  it('finds nothing wrong with any rendering', async () => {
    assert.deepEqual(await validateGateway(), []);
  });

  it('finds a field that does not exist', async () => {
    assert.match((await withChange('normalize_path:', 'normalise_path:')).join('\n'), /normalise_path/);
  });

  it('finds a service that the descriptors do not have', async () => {
    const complaints = await withChange(
      'services: ${V1_SERVICES}',
      'services: [ doffers.nope.v1.Nope ] # ${V1_SERVICES}',
    );
    assert.match(complaints.join('\n'), /doffers\.nope\.v1\.Nope/);
  });

  it('counts a deprecated field as wrong', async () => {
    const complaints = await withChange(
      'choose_first: true',
      'choose_first: true\n              content_type: [ text/html ]',
    );
    assert.match(complaints.join('\n'), /deprecated/i);
  });
});
