"""Tables in files: CSV and workbooks (XLSX), as people's spreadsheets write and read them.

Reading: ``requests`` (what a caller declares), ``encodings``, ``delimited``, ``workbooks``, then ``rows``, which names
the cells by the header, and ``locales``, which reads numbers and dates as people write them. Writing: ``writing``.
"""
