"""Routes of the log of events"""
