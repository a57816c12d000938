// Calls of the API, and the tokens of the person who is signed in.

const API = "/api/v1";
// An access token is renewed this long before it ends. The Supabase client asks for the token at each heartbeat, every
// 25 seconds, and sends a new one to its channels: so open channels live on.
const RENEWAL_LEAD = 120_000;

export class ApiFailure extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function send(path, { accessToken, ...options } = {}) {
  const headers = { "Content-Type": "application/json" };
  if (accessToken) headers.Authorization = `Bearer ${accessToken}`;
  const response = await fetch(API + path, { ...options, headers });
  if (response.status === 204) return null;
  const body = await response.json();
  if (!body.success) throw new ApiFailure(`${body.error.message} (request ${body.error.requestId})`, response.status);
  return body;
}

export class Session {
  /** `onEnd` is called when the session cannot be renewed. */
  constructor({ onEnd }) {
    this.onEnd = onEnd;
    /** The id of the session, by which messages name it. */
    this.id = null;
    this.tokens = null;
    this.renewal = null;
  }

  async signIn(credentials) {
    const { data: signedIn } = await send("/auth/login", { method: "POST", body: JSON.stringify(credentials) });
    this.id = signedIn.sessionId;
    this.keep(signedIn);
    return signedIn;
  }

  async signOut() {
    await this.call("/auth/logout", { method: "POST" });
    this.tokens = null;
  }

  /** The session has ended elsewhere: its tokens are of no use any more. */
  end() {
    this.tokens = null;
    this.onEnd();
  }

  /** Returns the data of an answer. */
  async call(path, options = {}) {
    return (await this.callWhole(path, options))?.data ?? null;
  }

  /** Returns an answer with its `meta`. */
  async callWhole(path, options = {}) {
    return send(path, { ...options, accessToken: await this.accessToken() });
  }

  /** Returns an access token that is not about to end; null when nobody is signed in. */
  async accessToken() {
    if (this.tokens !== null && Date.now() > this.tokens.endsAt - RENEWAL_LEAD) {
      // A refresh token is for one use: all who wait share the renewal.
      this.renewal ??= this.renew().finally(() => (this.renewal = null));
      await this.renewal;
    }
    return this.tokens?.accessToken ?? null;
  }

  // Only the time that passes is measured, so it does not matter whether the client's clock is right.
  keep({ accessToken, refreshToken, expiresIn }) {
    this.tokens = { accessToken, refreshToken, endsAt: Date.now() + expiresIn * 1000 };
  }

  async renew() {
    const { refreshToken, endsAt } = this.tokens;
    try {
      this.keep((await send("/auth/refresh", { method: "POST", body: JSON.stringify({ refreshToken }) })).data);
    } catch (error) {
      if (error.status === 401) {
        this.end();
      } else if (Date.now() > endsAt) {
        throw error;
      }
    }
  }
}
