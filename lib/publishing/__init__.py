"""Publishing: publishes contents on time, delivers them to websites, and purges the edge cache of what changed.

Import from its parts: delivery needs neither the schedule nor its jobs.
"""
