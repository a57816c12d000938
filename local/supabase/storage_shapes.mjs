// Storage answers a request for signed URLs with `signedURL`; @supabase/lite says `signedUrl`, which only
// the JavaScript client understands.

export function signsUrls(request, path) {
  return request.method === "POST" && path.startsWith("/storage/v1/object/sign/");
}

export async function withSignedUrls(response) {
  if (!response.ok) return response;
  const named = (entry) => (entry.signedUrl ? { ...entry, signedURL: entry.signedUrl } : entry);
  const body = await response.json();
  return Response.json(Array.isArray(body) ? body.map(named) : named(body), { status: response.status });
}
