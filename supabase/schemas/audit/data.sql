-- The one row that says how far the log has been read for alerts.
insert into private.alert_scans default values on conflict do nothing;
