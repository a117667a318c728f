// What says that no more files can be opened, wherever it stands, and what becomes of it.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfigError, isShortOfFiles, localError, TransferError, toTransferError } from '../../../src/errors.js';
import { httpError } from '../../../src/http/errors.js';
import { canOpenFiles, withFiles, withFilesSync } from '../../../src/model/open-files.js';
import { volumeError } from '../../../src/sinks/thread/errors.js';

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });

const SHORT: Record<string, unknown> = {
  'of this process': coded('EMFILE', "EMFILE: too many open files, open '/x'"),
  'of this machine': coded('ENFILE'),
  'deep inside': new Error('outside', { cause: new Error('inside', { cause: coded('EMFILE') }) }),
  'of all addresses of a name': new AggregateError([coded('ECONNREFUSED'), coded('EMFILE')]),
  'of a thread': coded('ERR_WORKER_INIT_FAILED', 'Worker initialization failure: EMFILE'),
  'of a thread for its disk': { code: 'EMFILE', message: "EMFILE: too many open files, open '/x'" },
  'an error of ours': new TransferError('ERR_OPEN_FILES', 'too many files are open'),
};

for (const [name, error] of Object.entries(SHORT)) {
  test(`too many open files: ${name}`, () => {
    assert.equal(isShortOfFiles(error), true);
    assert.equal(toTransferError(error).code, 'ERR_OPEN_FILES');
    assert.equal(toTransferError(error).verdict, 'throttle');
    const local = localError('ERR_VOLUME', 'cannot be read; remove that file', error);
    assert.equal(local.code, 'ERR_OPEN_FILES');
    assert.match(local.message, error === SHORT['an error of ours'] ? /too many files/ : /ulimit -n/);
    assert.doesNotMatch(local.message, /remove|\[object/);
    assert.equal(httpError(error, 'GET /x', { connectTimeoutMs: 1, timeoutMs: 1 }).code, 'ERR_OPEN_FILES');
  });
}

test('anything else is what it was', () => {
  const others = [
    undefined,
    null,
    'EMFILE',
    new Error('EMFILE'),
    coded('ENOSPC'),
    coded('EIO'),
    new ConfigError(['EMFILE']),
  ];
  for (const error of others) assert.equal(isShortOfFiles(error), false, String(error));
  assert.equal(localError('ERR_STATE', 'cannot be written', coded('ENOSPC')).code, 'ERR_STATE');
  assert.equal(httpError(coded('ENOTFOUND'), 'GET /x', { connectTimeoutMs: 1, timeoutMs: 1 }).code, 'ERR_UNREACHABLE');
});

test('a disk is not blamed for it', () => {
  const error = volumeError({ code: 'EMFILE', message: "EMFILE: too many open files, open '/disk/x'" }, '/disk');
  assert.equal(error.code, 'ERR_OPEN_FILES');
});

test('files can be opened here', () => assert.equal(canOpenFiles(), true));

test('what needs a file waits for one, and for nothing else', async () => {
  for (const run of [withFiles, async (work: () => unknown) => withFilesSync(work)]) {
    let attempts = 0;
    const work = () => {
      if (++attempts < 3) throw coded('EMFILE');
      return attempts;
    };
    assert.equal(await run(work), 3);
    const refused = () => {
      attempts++;
      throw coded('EACCES');
    };
    await assert.rejects(run(refused), /EACCES/);
    assert.equal(attempts, 4);
  }
});
