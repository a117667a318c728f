/** What only a source can tell of its server, for `sluice doctor`. Each question sends one request and retries none. */

/** The clock of a server, compared with the clock of this machine. */
export interface ServerTime {
  /** Milliseconds since 1970, from the answer. */
  readonly serverMs: number;
  /** This machine's time in the middle of the exchange. */
  readonly localMs: number;
  /** How long the answer took. */
  readonly tookMs: number;
}

/** How pages are asked for: the server may have refused a larger page, or the better format. */
export interface PageForm {
  readonly rows: number;
  /** No server of this kind gives more, so a larger --page-size means this. @default no limit */
  readonly mostRows?: number;
  readonly format: string;
}

export interface Diagnosis {
  /** No credentials go with the requests, so a listing proves none. @default false */
  readonly isUnsigned?: boolean;
  /** A signature counts only if both clocks differ by less than this. Undefined = signatures have no time. */
  readonly signatureWindowMs?: number | undefined;
  /** The source signs with the server's time where this machine's clock is wrong. @default false */
  readonly correctsClock?: boolean;
  /** Undefined = the server names no time. Any HTTP answer counts. */
  serverTime?(): Promise<ServerTime | undefined>;
  /** The form of the last page that was listed. */
  pageForm?(): PageForm;
}
