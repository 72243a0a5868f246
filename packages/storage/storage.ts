import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { DomainError } from '@doffers/errors';

const presignedSeconds = 900;

export type StorageOptions = {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
};

export type StoredObject = { readonly body: Uint8Array; readonly contentType: string; readonly sha256: string };

/** One private bucket. Nobody reads it without credentials or a presigned URL. */
export type Storage = {
  /** Creates the bucket if it is missing; any number of processes may call it at once. */
  ensureBucket(): Promise<void>;
  /** Stores an object, its SHA-256 as metadata, and answers that hash. An object under the same key is replaced. */
  put(key: string, body: Uint8Array, options: { readonly contentType: string }): Promise<{ readonly sha256: string }>;
  /** @throws DomainError OBJECT_NOT_FOUND; Error when the bytes are not those that were stored */
  get(key: string): Promise<StoredObject>;
  /** A URL by which anybody may read this one object for a while. */
  presignGet(key: string, seconds?: number): Promise<string>;
  /** A URL by which anybody may write this one object, with this content type, for a while. */
  presignPut(key: string, options: { readonly contentType: string; readonly seconds?: number }): Promise<string>;
  close(): void;
};

/** Object storage by the S3 protocol: SeaweedFS natively, any S3 in production. */
export function createStorage({ endpoint, region, accessKeyId, secretAccessKey, bucket }: StorageOptions): Storage {
  const s3 = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 3,
    // Newer SDKs add CRC checksums to every request and presigned URL, which other servers than AWS refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
  });
  return {
    async ensureBucket() {
      if (await hasBucket(s3, bucket)) return;
      await s3.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
        if (!isNamed(error, 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists')) throw error;
      });
    },
    async put(key, body, { contentType }) {
      const sha256 = sha256Of(body);
      const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, Metadata: { sha256 } };
      await s3.send(new PutObjectCommand(object));
      return { sha256 };
    },
    get: (key) => get(s3, bucket, key),
    presignGet: (key, seconds = presignedSeconds) =>
      getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds }),
    presignPut: (key, { contentType, seconds = presignedSeconds }) =>
      getSignedUrl(s3, new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType }), {
        expiresIn: seconds,
        signableHeaders: new Set(['content-type']),
      }),
    close: () => s3.destroy(),
  };
}

async function get(s3: S3Client, bucket: string, key: string): Promise<StoredObject> {
  try {
    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const body = (await found.Body?.transformToByteArray()) ?? new Uint8Array();
    const sha256 = sha256Of(body);
    // An object that came by a presigned PUT has no stored hash.
    if (found.Metadata?.sha256 !== undefined && found.Metadata.sha256 !== sha256) {
      throw new Error(`object ${key} is not what was stored`);
    }
    return { body, contentType: found.ContentType ?? 'application/octet-stream', sha256 };
  } catch (error) {
    if (!isNamed(error, 'NoSuchKey', 'NotFound')) throw error;
    throw new DomainError('not_found', 'OBJECT_NOT_FOUND', 'this file does not exist', { cause: error });
  }
}

async function hasBucket(s3: S3Client, bucket: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if (isNamed(error, 'NotFound', 'NoSuchBucket')) return false;
    throw error;
  }
}

const isNamed = (error: unknown, ...names: string[]) =>
  error instanceof S3ServiceException && names.includes(error.name);

const sha256Of = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');
