"""Serves public/ and the functions of api/ at one origin, by the routing of vercel.json."""
