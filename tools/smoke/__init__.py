"""Ten checks of a real deployment, from outside: `python -m tools.smoke https://app.example.com`.

They read, and they write only what they take away again. Needs SMOKE_EMAIL and SMOKE_PASSWORD, of an account that was
made for this, and CRON_SECRET for the scheduled run; see "After a deployment" in docs/deploy.md.
"""
