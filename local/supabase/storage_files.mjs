// Keeps the objects of Storage as files: <base>/<bucket>/<key>/<version> and its metadata beside it.
// Keys are percent-encoded, so that none of them can name a place outside of the base folder.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";

const encode = (part) => encodeURIComponent(part).replaceAll(".", "%2E");

export class StorageFiles {
  driver = null;

  constructor(base) {
    this.base = base;
  }

  folder(bucket, key) {
    return join(this.base, encode(bucket), encode(key));
  }

  paths(bucket, key, version) {
    const body = join(this.folder(bucket, key), encode(version ?? "current"));
    return { body, metadata: `${body}.json` };
  }

  async uploadObject(bucket, key, version, body, mimetype, cacheControl) {
    const bytes = body instanceof Uint8Array ? body : await buffer(body);
    const paths = this.paths(bucket, key, version);
    await mkdir(this.folder(bucket, key), { recursive: true });
    await writeFile(paths.body, bytes);
    const eTag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const metadata = { cacheControl, mimetype, eTag, size: bytes.length, contentLength: bytes.length };
    await writeFile(paths.metadata, JSON.stringify(metadata));
    return { ...metadata, lastModified: new Date(), httpStatusCode: 200 };
  }

  async headObject(bucket, key, version) {
    const paths = this.paths(bucket, key, version);
    const { mtime } = await stat(paths.body);
    return { ...JSON.parse(await readFile(paths.metadata, "utf8")), lastModified: mtime, httpStatusCode: 200 };
  }

  async getObject(bucket, key, version) {
    const metadata = await this.headObject(bucket, key, version);
    const body = Readable.toWeb(createReadStream(this.paths(bucket, key, version).body));
    return { metadata, httpStatusCode: 200, body };
  }

  async copyObject(bucket, key, version, toBucket, toKey, toVersion) {
    const from = this.paths(bucket, key, version);
    const to = this.paths(toBucket, toKey, toVersion);
    await mkdir(this.folder(toBucket, toKey), { recursive: true });
    await copyFile(from.body, to.body);
    await copyFile(from.metadata, to.metadata);
    const { eTag, lastModified } = await this.headObject(toBucket, toKey, toVersion);
    return { eTag, lastModified, httpStatusCode: 200 };
  }

  async deleteObject(bucket, key, version) {
    const paths = this.paths(bucket, key, version);
    await rm(paths.body, { force: true });
    await rm(paths.metadata, { force: true });
  }

  async deleteObjects(bucket, keys) {
    for (const key of keys) await rm(this.folder(bucket, key), { recursive: true, force: true });
  }

  async privateAssetUrl(bucket, key, version) {
    return this.paths(bucket, key, version).body;
  }
}
