"""The forms of what is delivered beside our JSON: JSON-LD, Markdown, feeds, sitemaps and llms.txt."""
