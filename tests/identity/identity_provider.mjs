// A SAML 2.0 identity provider: `samlp`, which Auth0 wrote and runs. Signs whom the test names in the query.
//
// node identity_provider.mjs <port> <key.pem> <certificate.pem>

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import samlp from "samlp";

const [port, keyFile, certificateFile] = process.argv.slice(2);
const key = readFileSync(keyFile, "utf8");
const cert = readFileSync(certificateFile, "utf8");

class Claims {
  constructor(user) {
    this.user = user;
  }

  getClaims() {
    const { email, firstName, lastName, groups } = this.user;
    return { email, firstName, lastName, groups };
  }

  getNameIdentifier() {
    return { nameIdentifier: this.user.email };
  }
}

createServer((request, response) => {
  const url = new URL(request.url, `http://127.0.0.1:${port}`);
  if (url.pathname === "/healthz") return response.end("ok");
  const query = Object.fromEntries(url.searchParams);
  // The test says in the query how the response must be wrong, or which person signs in.
  const wanted = JSON.parse(query.wanted ?? "{}");
  const answer = {
    issuer: wanted.issuer ?? "urn:test:idp",
    key,
    cert,
    audience: wanted.audience,
    destination: wanted.destination ?? wanted.acs,
    recipient: wanted.recipient ?? wanted.acs,
    lifetimeInSeconds: wanted.lifetime ?? 300,
    signAssertion: wanted.signAssertion ?? true,
    signResponse: wanted.signResponse ?? false,
    signatureAlgorithm: wanted.signatureAlgorithm ?? "rsa-sha256",
    digestAlgorithm: wanted.digestAlgorithm ?? "sha256",
    inResponseTo: wanted.inResponseTo,
    encryptionCert: wanted.encryptionCert,
    encryptionPublicKey: wanted.encryptionPublicKey,
    profileMapper: (user) => new Claims(user),
    getUserFromRequest: () => wanted.user,
    getPostURL: (_audience, _document, _request, done) => done(null, wanted.acs),
    responseHandler: (xml) => response.end(xml.toString("base64")),
  };
  for (const name of Object.keys(answer)) if (answer[name] === undefined) delete answer[name];
  const failed = (error) => {
    response.statusCode = 500;
    response.end(String(error.stack ?? error));
  };
  samlp.auth(answer)({ method: "GET", query, headers: request.headers }, response, failed);
}).listen(Number(port), "127.0.0.1");
