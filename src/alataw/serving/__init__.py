"""The rim of the server: processes and sockets, around the application, which is a function from request to reply.

    front     one process, one thread: speaks HTTP, keeps replies, refuses what is too much
    zygote    a process that reads the graph once, and forks a worker whenever one is needed
    workers   answer one request at a time, and are ended by the system when its time is over

A worker shares the memory of the zygote until it writes, so that it costs little and is there at once. There are two
lanes of them: what strangers write in SPARQL can never keep the readers of documents waiting.
"""

from alataw.serving.settings import Settings, Source

__all__ = ["Settings", "Source"]
