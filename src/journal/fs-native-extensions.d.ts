/** The part of the library's types that Sluice uses. The library has none. */
declare module 'fs-native-extensions' {
  interface LockOptions {
    /** A read lock: several processes may hold it. */
    shared?: boolean;
  }
  const native: {
    /** Whether the lock was granted. It belongs to the open file and ends with it. */
    tryLock(fd: number, options?: LockOptions): boolean;
  };
  export = native;
}
