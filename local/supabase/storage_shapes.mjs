// Storage answers a request for signed URLs with `signedURL`, relative to its own base
// (supabase/storage, src/http/routes/object/getSignedURL.ts); @supabase/lite says `signedUrl`, from the root.

const BASE = "/storage/v1";

export function signsUrls(request, path) {
  return request.method === "POST" && path.startsWith(`${BASE}/object/sign/`);
}

export async function withSignedUrls(response) {
  if (!response.ok) return response;
  const named = ({ signedUrl, ...entry }) =>
    signedUrl ? { ...entry, signedURL: signedUrl.replace(BASE, "") } : entry;
  const body = await response.json();
  return Response.json(Array.isArray(body) ? body.map(named) : named(body), { status: response.status });
}
