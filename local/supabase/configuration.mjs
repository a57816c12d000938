// Everything the stand-in is told, read from the environment once.

import { App } from "@supabase/lite";
import { connect } from "./database.mjs";
import { StorageFiles } from "./storage_files.mjs";

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

export const configuration = {
  port: Number(required("SUPABASE_PORT")),
  databaseUrl: required("SUPABASE_DB_URL"),
  jwtSecret: required("SUPABASE_JWT_SECRET"),
  publishableKey: required("SUPABASE_PUBLISHABLE_KEY"),
  secretKey: required("SUPABASE_SECRET_KEY"),
  siteUrl: required("SITE_URL"),
  storagePath: required("SUPABASE_STORAGE_PATH"),
};
configuration.issuer = `http://127.0.0.1:${configuration.port}/auth/v1`;

export function createApp() {
  const app = new App({
    connection: connect(configuration.databaseUrl),
    auth: {
      enabled: true,
      jwt_secret: configuration.jwtSecret,
      publishable_key: configuration.publishableKey,
      secret_key: configuration.secretKey,
      site_url: configuration.siteUrl,
      jwt_expiry: 28800,
      enable_signup: false,
      minimum_password_length: 12,
      email: { enable_confirmations: false },
    },
    storage: { enabled: true },
  });
  // Before the first use: the storage schema is only made when there is a place for the objects.
  app._storageAdapter = new StorageFiles(configuration.storagePath);
  return app;
}
