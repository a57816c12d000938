"""The routers, a folder for each context: parse, call one function of a service, wrap.

The leading underscore keeps Vercel from making functions of them. A file of api/ assembles its application from these,
so that moving a router to another function is one line.
"""
