// Stores the objects of Storage as files: <base>/<bucket>/<key>/body with its metadata beside it. There is one version
// of an object at a time, because the caller names it in only some calls. Keys are percent-encoded, so that none of
// them can name a place outside the base folder.

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

  paths(bucket, key) {
    const folder = this.folder(bucket, key);
    return { body: join(folder, "body"), metadata: join(folder, "metadata.json") };
  }

  async uploadObject(bucket, key, _version, body, mimetype, cacheControl) {
    const bytes = body instanceof Uint8Array ? body : await buffer(body);
    const paths = this.paths(bucket, key);
    await mkdir(this.folder(bucket, key), { recursive: true });
    await writeFile(paths.body, bytes);
    const eTag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const metadata = { cacheControl, mimetype, eTag, size: bytes.length, contentLength: bytes.length };
    await writeFile(paths.metadata, JSON.stringify(metadata));
    return { ...metadata, lastModified: new Date(), httpStatusCode: 200 };
  }

  async headObject(bucket, key) {
    const paths = this.paths(bucket, key);
    const { mtime } = await stat(paths.body);
    return { ...JSON.parse(await readFile(paths.metadata, "utf8")), lastModified: mtime, httpStatusCode: 200 };
  }

  async getObject(bucket, key) {
    const metadata = await this.headObject(bucket, key);
    const body = Readable.toWeb(createReadStream(this.paths(bucket, key).body));
    return { metadata, httpStatusCode: 200, body };
  }

  async copyObject(bucket, key, _version, toBucket, toKey) {
    const from = this.paths(bucket, key);
    const to = this.paths(toBucket, toKey);
    await mkdir(this.folder(toBucket, toKey), { recursive: true });
    await copyFile(from.body, to.body);
    await copyFile(from.metadata, to.metadata);
    const { eTag, lastModified } = await this.headObject(toBucket, toKey);
    return { eTag, lastModified, httpStatusCode: 200 };
  }

  async deleteObject(bucket, key) {
    await this.deleteObjects(bucket, [key]);
  }

  async deleteObjects(bucket, keys) {
    for (const key of keys) await rm(this.folder(bucket, key), { recursive: true, force: true });
  }

  async privateAssetUrl(bucket, key) {
    return this.paths(bucket, key).body;
  }
}
