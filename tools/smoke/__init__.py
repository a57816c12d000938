"""Runs ten checks against a deployment, from outside: `python -m tools.smoke https://app.example.com`.

They delete everything that they create. They need SMOKE_EMAIL and SMOKE_PASSWORD of an account made for this purpose,
and CRON_SECRET for the scheduled run; see "After a deployment" in docs/deploy.md.
"""
