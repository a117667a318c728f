// The part of the official SDK that the honesty test uses; the package has no types of its own.

declare module 'upyun' {
  namespace upyun {
    interface File {
      readonly name: string;
      readonly type: string;
      readonly size: number;
      readonly time: number;
    }

    class Service {
      constructor(bucketName: string, operator: string, password: string);
    }

    class Client {
      constructor(service: Service, options: { domain: string; protocol: 'http' | 'https'; proxy?: false });
      usage(path?: string): Promise<number>;
      listDir(
        path: string,
        options?: { limit?: number; order?: 'asc' | 'desc'; iter?: string },
      ): Promise<false | { files: File[]; next: string }>;
      headFile(path: string): Promise<false | Record<string, string | number>>;
      getFile(path: string, into?: NodeJS.WritableStream): Promise<unknown>;
    }
  }

  export = upyun;
}
