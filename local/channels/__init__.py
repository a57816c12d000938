"""Stands in for the targets of channels: WordPress, Contentful, Shopify and receivers of webhooks. S3 is moto."""
