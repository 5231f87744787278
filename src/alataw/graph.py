"""The front door for Python: one graph, asked, checked, exported.

    >>> import alataw
    >>> graph = alataw.open()
    >>> for row in graph.query("operators-of-station", station="alashankou"):
    ...     print(row.from_)
"""
