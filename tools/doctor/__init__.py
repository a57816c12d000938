"""Checks a machine or the settings of a deployment, and says what to do: ``make doctor``."""
