import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missingPorts } from './reserved-ports.ts';

const range = '32768\t60999\n';

describe('reserved ports', () => {
  it('are those that the kernel could give to outgoing connections', () => {
    assert.deepEqual(missingPorts({ reserved: '', range }, [3000, 50051, 61050]), [50051]);
  });

  it('are asked for once, whether single or in a span', () => {
    assert.deepEqual(
      missingPorts({ reserved: '8080,50051-50053,50055', range }, [50051, 50053, 50054, 50055]),
      [50054],
    );
  });
});
