import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { isImage, paintGradient, pngSize } from './png.ts';

test('a painted image is a PNG of the size asked for, whose pixels unpack', () => {
  const size = { width: 64, height: 32 };
  const png = paintGradient(size, 'a quiet morning');
  assert.deepEqual(pngSize(png), size);
  const data = png.indexOf('IDAT') + 4;
  const length = png.readUInt32BE(data - 8);
  assert.equal(inflateSync(png.subarray(data, data + length)).length, (64 * 3 + 1) * 32);
});

test('the same prompt gives the same image, another prompt another one', () => {
  const size = { width: 16, height: 16 };
  assert.deepEqual(paintGradient(size, 'a'), paintGradient(size, 'a'));
  assert.notDeepEqual(paintGradient(size, 'a'), paintGradient(size, 'b'));
});

test('an image is told by its first bytes, never by its name', () => {
  assert.equal(isImage(paintGradient({ width: 16, height: 16 }, 'a')), true);
  assert.equal(isImage(Buffer.from([0xff, 0xd8, 0xff])), true);
  assert.equal(isImage(Buffer.from('RIFFxxxxWEBPVP8 ')), true);
  assert.equal(isImage(Buffer.from('<svg onload="alert(1)"/>')), false);
  assert.equal(pngSize(Buffer.from('x')), undefined);
});
