"""Builds public/api/v1/openapi.json from the functions of api/. Run it with `make openapi`."""
