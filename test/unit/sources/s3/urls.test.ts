// The URLs of `list --urls`: as the requests are sent, without a signature.

import assert from 'node:assert/strict';
import test from 'node:test';
import { serveS3 } from '../../../support/servers/s3.js';

test('a URL has the place of the bucket, the prefix and the key, percent-encoded', async (t) => {
  const { source } = await serveS3(t, { objects: {} }, { endpoint: 'http://s3.example:9000', prefix: 'deep' });
  assert.equal(source.urls!.of({ key: '中 a/+&.jpg' }), 'http://s3.example:9000/pics/deep/%E4%B8%AD%20a/%2B%26.jpg');
  const aws = { endpoint: undefined, region: 'eu-west-1', prefix: '' };
  const { source: hosted } = await serveS3(t, { objects: {} }, aws);
  assert.equal(hosted.urls!.of({ key: "it's" }), 'https://pics.s3.eu-west-1.amazonaws.com/it%27s');
});
