"""Shapes and data made at random, over a small vocabulary of odd values: what two engines are compared on."""

from __future__ import annotations

import random

NODES = [f":n{number}" for number in range(6)]
PROPERTIES = [":p", ":q", ":r"]
CLASSES = [":A", ":B", ":C"]
LITERALS = """
1 2 10 01 -3 1.5 1.50 1e1 "a" "b" "abc" "" "a"@en "b"@en "c"@de "a"@en-GB "2003-02-28"^^xsd:date "2003-02-30"^^xsd:date
"2004"^^xsd:gYear "5"^^xsd:byte "300"^^xsd:byte "7"^^xsd:nonNegativeInteger "-7"^^xsd:nonNegativeInteger true
"1"^^xsd:boolean "x"^^xsd:integer "2003-01-01T00:00:00Z"^^xsd:dateTime "z"^^:dt
""".split()
DATATYPES = (
    "xsd:integer xsd:string xsd:date xsd:byte xsd:nonNegativeInteger xsd:boolean xsd:decimal :dt rdf:langString".split()
)
KINDS = "IRI BlankNode Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral".split()
PATTERNS = ['"^a"', '"b$"', '"n1"', '"^[0-9]+$"']
FLAGS = ['"i"', '""']
LANGUAGES = ['"en"', '"de"', '"en" "de"', '"en-GB"']
TARGETS = (
    "sh:targetClass :A",
    'sh:targetNode :n0 , :n1 , :n2 , 1 , "a"',
    "sh:targetSubjectsOf :p",
    "sh:targetObjectsOf :q",
)

HEAD = """@prefix : <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class Made:
    """Makes Turtle; the same seed makes the same.

    Left out is what pySHACL 0.40 is known to answer otherwise than the Recommendation: comparisons of values that
    cannot be compared (4.3, 4.5.3), sh:minLength 0 of a blank node (4.4.1), the inverse of a sequence (2.3.1.4).
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def data(self) -> str:
        """Nodes with classes and a few values each."""
        chance, lines = self.random, ["_:b0 :p :n1 .", ":B rdfs:subClassOf :A ."]
        for node in NODES:
            if chance.random() < 0.7:
                lines.append(f"{node} a {chance.choice(CLASSES)} .")
            for predicate in PROPERTIES:
                for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
                    value = chance.choice([*NODES, "_:b0", ":A"] if chance.random() < 0.5 else LITERALS)
                    lines.append(f"{node} {predicate} {value} .")
        return HEAD + "\n".join(lines)

    def shapes(self) -> str:
        """A node shape with a target, constraints, and two property shapes."""
        properties = f"{self._property_shape(0)} , {self._property_shape(0)}"
        target = self.random.choice(TARGETS)
        return f"{HEAD}:S a sh:NodeShape ; {target} ; {self._constraints(0, in_property=False)} ; sh:property {properties} ."

    def _path(self, depth: int = 0, *, inverse: bool = False) -> str:
        kind = self.random.random()
        if kind < 0.6 or depth > 1:
            return self.random.choice(PROPERTIES)
        inner = self._path(depth + 1, inverse=inverse or kind < 0.7)
        if kind < 0.7:
            return f"[ sh:inversePath {inner} ]"
        if kind < 0.8 and not inverse:
            return f"( {inner} {self._path(depth + 1)} )"
        if kind < 0.9:
            return f"[ sh:alternativePath ( {inner} {self._path(depth + 1, inverse=inverse)} ) ]"
        return f"[ sh:{self.random.choice(['zeroOrMorePath', 'oneOrMorePath', 'zeroOrOnePath'])} {inner} ]"

    def _shape(self, depth: int) -> str:
        return self._node_shape(depth) if self.random.random() < 0.6 else self._property_shape(depth)

    def _node_shape(self, depth: int) -> str:
        return f"[ a sh:NodeShape ; {self._constraints(depth, in_property=False)} ]"

    def _property_shape(self, depth: int) -> str:
        return f"[ a sh:PropertyShape ; sh:path {self._path()} ; {self._constraints(depth, in_property=True)} ]"

    def _constraints(self, depth: int, *, in_property: bool) -> str:
        if depth >= 3:
            return f"sh:class {self.random.choice(CLASSES)}"
        made = [self._constraint(depth, in_property) for _ in range(self.random.choice([1, 1, 2, 3]))]
        return " ; ".join({each.split()[0]: each for each in made}.values())

    def _constraint(self, depth: int, in_property: bool) -> str:
        choice, number = self.random.choice, self.random.randint
        pair = f"{self._shape(depth + 1)} {self._shape(depth + 1)}"
        ways = [
            f"sh:class {choice(CLASSES)}",
            f"sh:datatype {choice(DATATYPES)}",
            f"sh:nodeKind sh:{choice(KINDS)}",
            f"sh:minLength {number(1, 3)}",
            f"sh:maxLength {number(0, 3)}",
            f"sh:pattern {choice(PATTERNS)} ; sh:flags {choice(FLAGS)}",
            f"sh:languageIn ( {choice(LANGUAGES)} )",
            f"sh:disjoint {choice(PROPERTIES)}",
            f"sh:equals {choice(PROPERTIES)}",
            f"sh:not {self._shape(depth + 1)}",
            f"sh:and ( {pair} )",
            f"sh:or ( {pair} )",
            f"sh:xone ( {pair} )",
            f"sh:node {self._node_shape(depth + 1)}",
            f"sh:hasValue {choice([*NODES, *LITERALS])}",
            f"sh:in ( {' '.join(self.random.sample([*NODES, *LITERALS], number(1, 6)))} )",
            f"sh:property {self._property_shape(depth + 1)}",
        ]
        of_properties = [
            f"sh:minCount {number(0, 4)}",
            f"sh:maxCount {number(0, 4)}",
            "sh:uniqueLang true",
            f"sh:qualifiedValueShape {self._shape(depth + 1)} ; sh:qualified{choice(['Min', 'Max'])}Count {number(0, 2)}",
        ]
        return choice(
            ways + (of_properties if in_property else ["sh:closed true ; sh:ignoredProperties ( rdf:type :p )"])
        )
