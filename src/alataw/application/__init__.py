"""What is published, as a function from request to reply: no process, no socket, no clock.

reply = answer(publication, Request(path="station/alashankou.ttl"))
"""

from alataw.application.routes import answer, lane

__all__ = ["answer", "lane"]
