// Pages in forms of XML that no store writes, or that a proxy has changed: no key is lost in them, and none is made up.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { scanPage } from '../../../../src/sources/s3/listing/page-scanner.js';

const page = (inside: string, facts = '<IsTruncated>false</IsTruncated>') =>
  Buffer.from(`<ListBucketResult>${facts}${inside}</ListBucketResult>`);
const row = (key: string) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`;
const keysOf = (sent: Buffer) => scanPage(sent).rows.map(({ key }) => key);
const codeOf = (sent: Buffer) => {
  try {
    return JSON.stringify(scanPage(sent).rows);
  } catch (error) {
    return (error as TransferError).code;
  }
};

test('a row without an end of its own takes no key of the next one', () => {
  const open = '<Contents><Key>a</Key><Size>1</Size>';
  for (const end of ['</Contents >', '</Contents\n>', ''])
    assert.equal(codeOf(page(open + end + row('b'))), 'ERR_LISTING');
  assert.deepEqual(keysOf(page(`<Contents><ContentsType/><Key>a</Key></ContentsX></Contents>${row('b')}`)), ['a', 'b']);
});

test('what stands in a comment or a CDATA section is no element', () => {
  assert.deepEqual(keysOf(page(`<!-- ${row('x')} -->${row('a')}<!-- ${row('y')} --><!-- -->${row('b')}`)), ['a', 'b']);
  assert.deepEqual(keysOf(page(`<X><![CDATA[${row('x')}]]></X>${row('a')}`)), ['a']);
  assert.deepEqual(keysOf(page('<Contents><!-- </Contents><Key>x</Key> --><Key>a</Key></Contents>')), ['a']);
  const facts = '<!-- <IsTruncated>false</IsTruncated> --><IsTruncated><![CDATA[true]]></IsTruncated>';
  assert.equal(scanPage(page(row('a'), facts)).isTruncated, true);
  for (const broken of [`<!-- ${row('a')}`, '<!ELEMENT a>', '<Contents><![CDATA[</Contents>'])
    assert.equal(codeOf(page(broken)), 'ERR_LISTING', broken);
});

test('comments without a row among them take no time', { timeout: 60_000 }, () => {
  assert.deepEqual(keysOf(page('<!---->'.repeat(1_000_000) + row('a'))), ['a']);
});

test('keys, folders and an encoding in another form are refused', () => {
  for (const sent of [
    '<contents><key>a</key></contents>',
    '<CommonPrefixes x="1"><Prefix>b/</Prefix></CommonPrefixes>',
    '<s3:CommonPrefixes><s3:Prefix>b/</s3:Prefix></s3:CommonPrefixes>',
    '<CommonPrefixes><Prefix><![CDATA[b/]]></Prefix></CommonPrefixes>',
    '<CommonPrefixes><Type>x</Type><Prefix>b/</Prefix></CommonPrefixes>',
    `<EncodingType xmlns="">url</EncodingType>${row('a%20b')}`,
    `<EncodingType><![CDATA[url]]></EncodingType>${row('a%20b')}`,
    `<!-- <EncodingType>url</EncodingType> -->${row('a%20b')}`,
  ])
    assert.equal(codeOf(page(sent)), 'ERR_LISTING', sent);
  const none = '<CommonPrefixes/><CommonPrefixes></CommonPrefixes><CommonPrefixes><Prefix></Prefix></CommonPrefixes>';
  assert.deepEqual(keysOf(page(none + row('a'))), ['a']);
});

test('an error behind the rows, a second document and two different ends are no listing', () => {
  const error = '<Error><Code>InternalError</Code></Error>';
  assert.equal(codeOf(page(row('a') + error)), 'ERR_SERVER');
  assert.equal(codeOf(Buffer.from(page(row('a')) + error)), 'ERR_SERVER');
  assert.equal(codeOf(Buffer.from(`${page(row('a'))}${page(row('b'))}`)), 'ERR_LISTING');
  assert.equal(codeOf(page(`${row('a')}<IsTruncated>true</IsTruncated>`)), 'ERR_LISTING');
});

test('bytes that are not UTF-8 are a name that is rejected, also where the store says that it encodes', () => {
  const facts = '<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>';
  const bytes = Buffer.from(page(row('bad?%20x') + row('good%EF%BF%BD'), facts));
  bytes[bytes.indexOf('?')] = 0xff;
  const { rows, invalid } = scanPage(bytes);
  assert.deepEqual(
    rows.map((one) => invalid.has(one)),
    [true, false],
  );
  assert.equal(rows[1]!.key, 'good\ufffd');
});
