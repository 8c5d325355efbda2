import type { BuildAppOptions } from 'fauxqs';

type Stores = NonNullable<BuildAppOptions['stores']>;

/** fauxqs exports the types of its stores and not the classes: they are loaded from beside its entry. */
export async function newQueueStores(): Promise<Stores> {
  const entry = import.meta.resolve('fauxqs');
  const load = async <Name extends string>(path: string) =>
    (await import(new URL(path, entry).href)) as Record<Name, new () => unknown>;
  const [sqs, sns, s3] = await Promise.all([
    load<'SqsStore'>('./sqs/sqsStore.js'),
    load<'SnsStore'>('./sns/snsStore.js'),
    load<'S3Store'>('./s3/s3Store.js'),
  ]);
  // The version is pinned: these are the classes that the types describe.
  const stores = {
    sqsStore: new sqs.SqsStore(),
    snsStore: new sns.SnsStore(),
    s3Store: new s3.S3Store(),
  } as Stores;
  // Without a host the queue's address is the one that the client called.
  stores.sqsStore.host = '';
  return stores;
}
