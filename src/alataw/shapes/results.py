"""The home of validation results, and of the sentences that tell them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alataw.shapes.graph import Index
from alataw.terms import SH, Literal, NamedNode, Term, text_of


@dataclass(frozen=True)
class Result:
    """One validation result (SHACL 3.6.2), in terms that every engine shares.

    Args:
        focus_node: The node that was looked at.
        path: The path from it as an IRI, or as SPARQL writes it; empty if there is none.
        value: The value that breaks the constraint, where one does.
        source_shape: The shape that says so.
        component: The constraint component.
        severity: The severity's IRI.
        message: One sentence.
        constraint: The SPARQL constraint, if it is one.
    """

    focus_node: Term
    path: str
    value: Term | None
    source_shape: Term
    component: NamedNode
    severity: NamedNode
    message: str
    constraint: Term | None = None


# What is said where a shape has no message: component -> sentence, {} for the parameter's value.
_SENTENCES = {
    "Class": "This is no instance of {}.",
    "Datatype": "This is no well-formed {}.",
    "NodeKind": "This is not of the kind {}.",
    "MinCount": "There are fewer than {} values.",
    "MaxCount": "There are more than {} values.",
    "MinExclusive": "This is not greater than {}.",
    "MinInclusive": "This is less than {}.",
    "MaxExclusive": "This is not less than {}.",
    "MaxInclusive": "This is greater than {}.",
    "MinLength": "This has fewer than {} characters.",
    "MaxLength": "This has more than {} characters.",
    "Pattern": "This does not match {}.",
    "LanguageIn": "This is in none of the languages {}.",
    "UniqueLang": "Two values are in the same language.",
    "Equals": "The values are not those of {}.",
    "Disjoint": "This is also a value of {}.",
    "LessThan": "This is not less than a value of {}.",
    "LessThanOrEquals": "This is greater than a value of {}.",
    "Not": "This conforms to a shape that it must not conform to.",
    "And": "This does not conform to all of the shapes.",
    "Or": "This conforms to none of the shapes.",
    "Xone": "This does not conform to exactly one of the shapes.",
    "Node": "This does not conform to the shape {}.",
    "QualifiedMinCount": "Fewer than {} values conform to the qualified shape.",
    "QualifiedMaxCount": "More than {} values conform to the qualified shape.",
    "Closed": "This property is not among those that the shape knows.",
    "HasValue": "The value {} is missing.",
    "In": "This is none of the values allowed.",
    "SPARQL": "The query of the shape finds this.",
}


def severity_of(shapes: Index, shape: Term) -> NamedNode:
    """The severity of a shape; a Violation where none is stated (SHACL 2.1.4)."""
    said = shapes.object(shape, SH.severity)
    return said if isinstance(said, NamedNode) else SH.Violation


def message_of(shapes: Index, component: NamedNode, parameter: Term | None, *said_by: Term) -> str:
    """The sentence of a result: what a shape or constraint says, the nearest first, else ours.

    Args:
        shapes: The shapes graph.
        component: The constraint component.
        parameter: The value of its parameter, told in our own sentence.
        said_by: The nodes whose sh:message is taken, the nearest first.
    """
    for node in said_by:
        messages = shapes.objects(node, SH.message)
        if messages:
            return chosen(messages)
    name = component.value.rpartition("#")[2].removesuffix("ConstraintComponent")
    told = " ".join(text_of(item) for item in shapes.items(parameter)) if parameter in shapes.statements else ""
    return _SENTENCES.get(name, "The value breaks the constraint {}.").format(
        told or text_of(parameter) or component.value
    )


def parameter_of(shapes: Index, shape: Term, component: NamedNode) -> Term | None:
    """The value of the parameter that a component is known by, in a shape that has it once."""
    name = component.value.removeprefix(SH.iri).removesuffix("ConstraintComponent")
    said = shapes.objects(shape, SH[name[:1].lower() + name[1:]])
    return said[0] if said else None


def chosen(messages: Iterable[Term]) -> str:
    """One of several messages: English, then without a language, then any."""
    literals = [message for message in messages if isinstance(message, Literal)]
    literals.sort(key=lambda message: ((message.language or "en")[:2] != "en", message.language is None, message.value))
    return literals[0].value if literals else "The value breaks the constraint."
