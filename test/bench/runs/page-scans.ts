// What a page of an S3 listing costs before its entries go on their way: scanned, as AWS and as Ceph write it.

import { scanPage } from '../../../src/sources/s3/listing/page-scanner.js';
import { type FlatShape, flatKeys } from '../flat-keys.js';
import { median } from '../process.js';

export interface ScanRow {
  readonly page: string;
  readonly kilobytes: number;
  /** Processor time, median of 40 batches of ten pages. */
  readonly cpuMillisecondsAThousandKeys: number;
}

const ROWS = 1_000;
const BATCHES = 40;
const PAGES_A_BATCH = 10;
const ETAG = 'd41d8cd98f00b204e9800998ecf8427e';

type Row = (encodedKey: string) => string;

/** As in the documents of AWS, with the checksum that new objects have. */
export const awsRow: Row = (key) =>
  `<Contents><Key>${key}</Key><LastModified>2024-02-03T04:05:06.000Z</LastModified><ETag>&quot;${ETAG}&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>33000</Size><StorageClass>STANDARD</StorageClass></Contents>`;

/** As Ceph's gateway 16.2 answers. */
const cephRow: Row = (key) =>
  `<Contents><Key>${key.replaceAll('/', '%2F')}</Key><LastModified>2024-02-03T04:05:06.789Z</LastModified><ETag>&quot;${ETAG}&quot;</ETag><Size>33000</Size><StorageClass>STANDARD</StorageClass><Owner><ID>bench</ID><DisplayName>bench</DisplayName></Owner><Type>Normal</Type></Contents>`;

export function pageOf(rows: readonly string[]): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>pics</Name><Prefix></Prefix><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><KeyCount>${rows.length}</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>${rows.join('')}</ListBucketResult>`,
  );
}

export function measureScans(): ScanRow[] {
  const pages: [string, Row, FlatShape][] = [
    ['AWS, plain names', awsRow, 'padded counter'],
    ['AWS, Chinese names', awsRow, 'Chinese names'],
    ['Ceph, plain names', cephRow, 'padded counter'],
    ['Ceph, Chinese names', cephRow, 'Chinese names'],
  ];
  return pages.map(([page, row, shape]) => {
    const bytes = pageOf(flatKeys(shape, ROWS).map((key) => row(encodeURIComponent(key))));
    // In the beginning V8 compiles.
    for (let index = 0; index < 100; index++) scanPage(bytes);
    const batches = Array.from({ length: BATCHES }, () => {
      const before = process.cpuUsage();
      for (let index = 0; index < PAGES_A_BATCH; index++) scanPage(bytes);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000 / PAGES_A_BATCH;
    });
    return { page, kilobytes: bytes.length / 1_000, cpuMillisecondsAThousandKeys: median(batches) };
  });
}
