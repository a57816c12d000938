"""One Vercel function for each file: HTTP in, one call of a service, HTTP out."""
