/**
 * What stores do differently and no request can find out: one entry each, found by the host name of the endpoint, or by
 * `--provider` for a store behind a domain of its own. What a store does as AWS does is not in here. The source of each
 * fact stands beside it; "rclone" is its `backend/s3/provider/NAME.yaml`, which runs in production.
 */

export interface Provider {
  /** As `--provider` takes it. */
  readonly name: string;
  /** Ends of its host names. */
  readonly hosts: readonly string[];
  /** Where the bucket stands in a request, unless `--path-style` says it. */
  readonly bucketIn: 'path' | 'host';
  /** The version of the listing. @default 2, and 1 where the store refuses it */
  readonly listing?: 1;
  /** Keys are asked for as they are, since the store pages wrongly, or answers wrongly, with `encoding-type=url`. */
  readonly isUnencoded?: true;
  /** The region stands in its host name … */
  readonly regionIn?: RegExp;
  /** … or it has only this one. */
  readonly region?: string;
}

const PROVIDERS: readonly Provider[] = [
  {
    // docs.aws.amazon.com: VirtualHosting, "Amazon S3 regional endpoints". Both styles work; new Regions want the host.
    name: 'aws',
    hosts: ['amazonaws.com', 'amazonaws.com.cn'],
    bucketIn: 'host',
    regionIn: /(?:^|\.)s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com/,
  },
  {
    // help.aliyun.com 389025: "OSS only supports virtual hosted style"; path style answers SecondLevelDomainForbidden.
    name: 'aliyun',
    hosts: ['aliyuncs.com'],
    bucketIn: 'host',
    regionIn: /(?:^|\.)(?:s3[.-])?(oss-[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/,
  },
  {
    // rclone TencentCOS: list_version 1; cloud.tencent.com 436/7734: paged by `marker`. The bucket's name ends in -APPID.
    name: 'tencent',
    hosts: ['myqcloud.com', 'tencentcos.cn'],
    bucketIn: 'host',
    listing: 1,
    regionIn: /(?:^|\.)cos\.([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)$/,
  },
  {
    // rclone HuaweiOBS: list_version 1 and list_url_encode false, since PFS has no V2, and repeats its page for ever with
    // encoded keys.
    name: 'huawei',
    hosts: ['myhuaweicloud.com', 'myhuaweicloud.eu'],
    bucketIn: 'host',
    listing: 1,
    isUnencoded: true,
    regionIn: /(?:^|\.)obs\.([a-z0-9-]+)\.myhuaweicloud\.(?:com|eu)$/,
  },
  {
    // docs.ksyun.com 42287: the bucket in the host name.
    name: 'kingsoft',
    hosts: ['ksyuncs.com', 'ksyun.com'],
    bucketIn: 'host',
  },
  {
    // Common knowledge, not looked up: TOS refuses path style.
    name: 'volcengine',
    hosts: ['volces.com', 'ivolces.com'],
    bucketIn: 'host',
    regionIn: /(?:^|\.)tos-s3-([a-z0-9-]+)\.i?volces\.com$/,
  },
  {
    // Common knowledge, not looked up: BOS takes both.
    name: 'baidu',
    hosts: ['bcebos.com'],
    bucketIn: 'host',
    regionIn: /(?:^|\.)s3\.([a-z0-9-]+)\.bcebos\.com$/,
  },
  {
    // rclone Qiniu: list_url_encode false, force_path_style true.
    name: 'qiniu',
    hosts: ['qiniucs.com'],
    bucketIn: 'path',
    isUnencoded: true,
    regionIn: /(?:^|\.)s3[.-]([a-z0-9-]+)\.qiniucs\.com$/,
  },
  {
    // help.upyun.com s3-api: both styles, no region; the keys of its gateway are not those of the operator.
    name: 'upyun',
    hosts: ['s3.api.upyun.com'],
    bucketIn: 'path',
    region: 'us-east-1',
  },
  {
    // rclone ChinaMobile: list_version 1, list_url_encode false, force_path_style true.
    name: 'chinamobile',
    hosts: ['cmecloud.cn'],
    bucketIn: 'path',
    listing: 1,
    isUnencoded: true,
  },
  {
    // rclone Netease: list_version 1, list_url_encode false.
    name: 'netease',
    hosts: ['nos-eastchina1.126.net'],
    bucketIn: 'path',
    listing: 1,
    isUnencoded: true,
  },
  {
    // rclone us3: list_version 1, list_url_encode true.
    name: 'ucloud',
    hosts: ['ufileos.com'],
    bucketIn: 'path',
    listing: 1,
    regionIn: /(?:^|\.)s3-([a-z0-9-]+)\.ufileos\.com$/,
  },
  {
    // backblaze.com apidocs: s3-list-objects cannot page beyond 1,000 keys, so V2; the region stands in the host name.
    name: 'b2',
    hosts: ['backblazeb2.com'],
    bucketIn: 'path',
    regionIn: /(?:^|\.)s3\.([a-z0-9-]+)\.backblazeb2\.com$/,
  },
  {
    // developers.cloudflare.com/r2/api/s3/api: region `auto`.
    name: 'r2',
    hosts: ['r2.cloudflarestorage.com'],
    bucketIn: 'path',
    region: 'auto',
  },
  {
    // docs.wasabi.com: path style recommended, s3.REGION.wasabisys.com.
    name: 'wasabi',
    hosts: ['wasabisys.com'],
    bucketIn: 'path',
    regionIn: /(?:^|\.)s3\.([a-z0-9-]+)\.wasabisys\.com$/,
  },
  {
    // cloud.google.com/storage/docs/interoperability: HMAC keys, region `auto`.
    name: 'gcs',
    hosts: ['storage.googleapis.com'],
    bucketIn: 'path',
    region: 'auto',
  },
  {
    // rclone IBMCOS: list_version 1, list_url_encode false, force_path_style true.
    name: 'ibm',
    hosts: ['cloud-object-storage.appdomain.cloud'],
    bucketIn: 'path',
    listing: 1,
    isUnencoded: true,
    regionIn: /(?:^|\.)s3\.(?:private\.|direct\.)?([a-z0-9-]+)\.cloud-object-storage\.appdomain\.cloud$/,
  },
  // Servers for a host of one's own. Ceph was measured (RGW 16.2.15: any region is taken); rclone Minio, Ceph, SeaweedFS:
  // force_path_style true; SeaweedFS: list_version 1, list_url_encode false.
  { name: 'minio', hosts: [], bucketIn: 'path' },
  { name: 'ceph', hosts: [], bucketIn: 'path' },
  { name: 'seaweedfs', hosts: [], bucketIn: 'path', listing: 1, isUnencoded: true },
];

/** Where nothing is known of the store: as most servers are. */
const OTHER: Provider = { name: 'other', hosts: [], bucketIn: 'path' };

/** What `--provider` takes. */
export const PROVIDER_NAMES: readonly string[] = PROVIDERS.map(({ name }) => name);

/** The store of an endpoint: the one that was named, else by its host name. */
export function providerOf(hostname: string, name?: string): Provider {
  return (
    PROVIDERS.find((one) => one.name === name) ??
    PROVIDERS.find(({ hosts }) => hosts.some((end) => hostname === end || hostname.endsWith(`.${end}`))) ??
    OTHER
  );
}

/** The region that the endpoint's name says, or the only one of the store. Undefined = not known. */
export function regionOf({ regionIn, region }: Provider, hostname: string): string | undefined {
  const found = regionIn?.exec(hostname)?.[1];
  // `oss-accelerate.aliyuncs.com`, `cos.accelerate.myqcloud.com`: the nearest line to any region.
  return found === undefined || found.includes('accelerate') ? region : found;
}
