"""The pages that people read: HTML that needs no script, one stylesheet, drawings as inline SVG.

    pages = Pages(publication)
    html = pages.entity(NamedNode("https://w3id.org/alataw/station/dostyk"), ["zh", "en"])

What is told is asked with stored queries, and laid out by what the ontology says of classes and properties; no railway
fact stands here. Pages are a function of the publication and of the reader's languages alone.
"""

from alataw.pages.addresses import page_of, term_of
from alataw.pages.site import Pages
from alataw.pages.templating import CONTENT_SECURITY_POLICY, STATIC

__all__ = ["CONTENT_SECURITY_POLICY", "STATIC", "Pages", "page_of", "term_of"]
