"""Matching: what speaks for a pair is weighed, a name alone never suffices, and what is not sure goes to a person."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alataw.matching import Code, Decision, Name, Point, Thing, compare, propose
from alataw.matching.spelling import key, likeness, sound

STATION, HALT, METRO, TOWN, CROSSING = "Q55488", "Q55678", "Q928830", "Q3957", "Q115110263"
HERE, NEAR, FAR = Point(24.0, 56.0), Point(24.001, 56.001), Point(25.0, 57.0)


def thing(
    id: str, *names: str, point: Point | None = None, codes: str = "", country: str = "", kind: str = STATION
) -> Thing:
    said = tuple(Name(*name.split("@")) for name in names)
    systems = frozenset(Code(*code.split(" ")) for code in codes.split(", ") if code)
    return Thing(
        id,
        said,
        (point,) if point else (),
        systems,
        frozenset({country} if country else ()),
        frozenset({kind} if kind else ()),
    )


def decided(ours: Thing | list[Thing], *theirs: Thing) -> dict[tuple[str, str], str]:
    found = propose(ours if isinstance(ours, list) else [ours], theirs)
    return {(c.comparison.ours.id, c.comparison.theirs.id): str(c.decision) for c in found}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alashankou railway station@en", "阿拉山口站@zh"),
        ("Алашанькоу@ru", "Alashankou@en"),
        ("Жидачів@uk", "Żydaczów@pl"),
        ("Станция Орша-Центральная@ru", "Orsha-Tsentralnaya railway station@en"),
        ("dworzec Lublin Główny@pl", "Lublin@pl"),
        ("Vilniaus geležinkelio stotis@lt", "Vilnius@lt"),
        ("Tampereen rautatieasema@fi", "Tampere@fi"),
        ("Gara Brașov@ro", "Brasov railway station@en"),
        ("Železničná stanica Zvolen@sk", "Zvolen@sk"),
        ("Σιδηροδρομικός Σταθμός Δράμα@el", "Drama railway station@en"),
        ("重庆站@zh", "Chongqing railway station@en"),
        ("Mostyska II", "Мостиська 2@uk"),
        ("Haren-Sud/Haren-Zuid", "Haren-Zuid@nl"),
    ],
)
def test_spellings_of_one_name_are_alike(one: str, other: str) -> None:
    """Scripts, languages and words for the kind of thing do not keep a name from itself."""
    pair = compare(thing("a", one), thing("b", other))
    assert next(part.weight for part in pair.parts if part.what == "name") >= 5, pair.parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mostyska 1", "Mostyska 2"),
        ("Warszawa Wschodnia", "Warszawa Zachodnia"),
        ("Lviv-Tovarnyi", "Lviv-Pivnichnyi"),
        ("Nové Mesto", "Staré Mesto"),
        ("1531 км", "1533 км"),
        ("Brest", "Brest-Tsentralny-Tovarny"),
        ("Riga", "Liepaja"),
    ],
)
def test_like_names_of_two_things_are_told_apart(one: str, other: str) -> None:
    """A number, a side of town or another word makes another station."""
    assert likeness(key(one), key(other)) <= 0.8


def test_two_scripts_at_one_place_are_accepted() -> None:
    """A name in Cyrillic meets one in Latin letters at the same place."""
    assert decided(thing("a", "Саулкалне@ru", point=HERE), thing("Q1", "Saulkalne@lv", point=NEAR)) == {
        ("a", "Q1"): "accept"
    }


def test_a_name_alone_is_never_accepted() -> None:
    """The same name, and nothing else that speaks for it, is for a person to judge."""
    assert decided(thing("a", "Saulkalne"), thing("Q1", "Saulkalne")) == {("a", "Q1"): "review"}
    assert decided(thing("a", "Saulkalne", country="Q211"), thing("Q1", "Saulkalne", country="Q211")) == {
        ("a", "Q1"): "accept"
    }


def test_two_candidates_that_come_close_go_to_review() -> None:
    """Where two items bear the name at the place, neither is accepted, and the reason names the other."""
    theirs = [thing("Q1", "Gulbene", point=HERE), thing("Q2", "Gulbene", point=NEAR)]
    found = propose([thing("a", "Gulbene", point=HERE)], theirs)
    assert {str(candidate.decision) for candidate in found} == {"review"}
    assert "Q2 comes close" in found[0].reasons


def test_two_of_ours_that_come_close_go_to_review() -> None:
    """Two stations of one name cannot both be the one item."""
    ours = [thing("a", "Piaski", country="Q36"), thing("b", "Piaski", country="Q36", point=FAR)]
    found = decided(ours, thing("Q1", "Piaski", country="Q36", point=HERE))
    assert found["a", "Q1"] == "accept"
    # Others show that the points of the list are exact.
    exact = [thing(f"e{n}", name, point=Point(10.0 + n, 50)) for n, name in enumerate(("Zgierz", "Konin", "Opole"))]
    ours = [thing("a", "Piaski", point=HERE), thing("b", "Piaski", point=Point(24.05, 56.0)), *exact]
    found = decided(ours, thing("Q1", "Piaski", point=Point(24.025, 56.0)), *(replace(e, id=f"Q{e.id}") for e in exact))
    assert (found["a", "Q1"], found["b", "Q1"], found["e0", "Qe0"]) == ("review", "review", "accept")


def test_a_list_that_tells_a_thing_twice_is_no_rival_to_itself() -> None:
    """Both nodes of one station are linked."""
    ours = [thing("a", "Dzintari", point=HERE), thing("b", "Dzintari", point=NEAR)]
    assert decided(ours, thing("Q1", "Dzintari", point=HERE)) == {("a", "Q1"): "accept", ("b", "Q1"): "accept"}


@pytest.mark.parametrize("kind", [METRO, TOWN, CROSSING, "Q2175765"])
def test_what_bears_the_name_and_is_no_station_is_not_accepted(kind: str) -> None:
    """The town, the metro stop, the tram stop and the border crossing of the same name are other things."""
    theirs = thing("Q1", "Terespol", point=HERE, country="Q36", kind=kind)
    assert "accept" not in decided(thing("a", "Terespol", point=HERE, country="Q36"), theirs).values()


def test_a_name_that_says_another_kind_is_believed() -> None:
    """A customs post that is filed under an unclear class is told by its name."""
    theirs = thing("Q1", "Сновск (таможенный пост)@ru", point=HERE, kind="Q1402443")
    assert "accept" not in decided(thing("a", "Сновск@ru", point=HERE), theirs).values()


def test_names_contradict_a_stated_class_by_a_majority_only() -> None:
    """What Wikidata calls a station and nearly all names a metro station is none; one name of many tells nothing."""
    ours = thing("a", "Aquincum", point=HERE)
    suburban = thing("Q1", "Aquincum megállóhely (HÉV)@hu", "Aquincum HÉV@en", "Aquincum@de", point=NEAR)
    central = thing("Q2", "Aquincum@hu", "Aquincum@en", "Aquincum (metro)@pt", point=NEAR)
    assert decided(ours, suburban) in ({}, {("a", "Q1"): "review"})
    assert decided(ours, central) == {("a", "Q2"): "accept"}


def test_codes_speak_for_and_against() -> None:
    """The same code outweighs a changed name; another code makes a pair less probable."""
    renamed = thing("Q1", "Blahodatne", point=HERE, codes="uic 2209501")
    assert decided(thing("a", "Chapaivka", point=HERE, codes="uic 2209501"), renamed) == {("a", "Q1"): "accept"}
    one, other = (thing("a", "Brody", point=HERE, codes=f"uic {code}") for code in ("2210064", "2210591"))
    assert compare(one, other).weight == compare(one, replace(one, codes=frozenset())).weight - 3


def test_a_former_name_counts_less() -> None:
    """A name of former times speaks for a pair, but less than one of today."""
    now = thing("a", "Druzhba")
    was = replace(now, names=(Name("Druzhba", "", True),))
    theirs = thing("Q1", "Дружба@ru")
    assert compare(was, theirs).weight == compare(now, theirs).weight - 1
    assert "formerly" in str(compare(was, theirs).parts[0])


def test_another_country_speaks_against() -> None:
    """A namesake across a border is no match."""
    theirs = thing("Q1", "Brody", country="Q212")
    assert "accept" not in decided(thing("a", "Brody", country="Q36"), theirs).values()
    assert compare(thing("a", "Brody", country="Q36"), theirs).weight < compare(thing("a", "Brody"), theirs).weight


def test_lines_and_neighbours_speak_for_a_pair() -> None:
    """A line and a neighbour in common are evidence of their own."""
    one = replace(thing("a", "Brody"), lines=frozenset({"Q1"}), neighbours=frozenset({"Q2"}))
    assert compare(one, one).weight == compare(thing("a", "Brody"), thing("a", "Brody")).weight + 5


def test_what_was_rejected_is_not_proposed_again() -> None:
    """A person's no is kept; the next best may still be proposed."""
    ours, theirs = (
        thing("a", "Gulbene", point=HERE),
        [thing("Q1", "Gulbene", point=HERE), thing("Q2", "Gulbene", point=NEAR)],
    )
    found = propose([ours], theirs, frozenset({("a", "Q1")}))
    assert [(c.comparison.theirs.id, c.decision) for c in found] == [("Q2", Decision.ACCEPT)]


def test_rough_points_are_known_by_the_list_itself() -> None:
    """Where a whole list is off by kilometres, a few kilometres more do not speak against a pair."""
    chance = random.Random(1)
    theirs = [
        thing(f"Q{n}", f"Village{chr(97 + n % 26)}{chr(97 + n // 26)}ov", point=Point(20 + n % 10, 50 + n // 10))
        for n in range(60)
    ]
    rough = [
        replace(
            t,
            id=f"o{t.id}",
            points=(Point(t.points[0].longitude_deg + chance.uniform(0.05, 0.12), t.points[0].latitude_deg),),
        )
        for t in theirs
    ]
    found = propose(rough, theirs)
    assert (
        sum(1 for c in found if c.decision == Decision.ACCEPT and c.comparison.ours.id == f"o{c.comparison.theirs.id}")
        == 60
    )


def test_a_bare_list_takes_its_country_from_what_it_finds() -> None:
    """Names without place and country are accepted only as a list of which much is found in one country."""
    names = [
        one + other
        for one in ("Bia", "Kra", "Lubo", "Zele", "Przy")
        for other in ("dow", "lin", "mierz", "snik", "tkowo")
    ]
    theirs = [thing(f"Q{n}", name, country="Q36") for n, name in enumerate(names)]
    ours = [thing(f"a{n}", name) for n, name in enumerate(names)]
    assert [decided(ours, *theirs)[f"a{n}", f"Q{n}"] for n in range(25)] == ["accept"] * 25
    assert set(decided(ours[:5], *theirs).values()) == {"review"}


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_the_order_of_the_lists_makes_no_difference(one: list[int], other: list[int]) -> None:
    """What is decided on a pair depends on both lists, not on their order."""
    ours = [thing(f"a{n}", f"Bro{'dy' * (n % 3 + 1)}", point=Point(24 + n / 100, 56)) for n in range(6)]
    theirs = [thing(f"Q{n}", f"Bro{'dy' * (n % 3 + 1)}", point=Point(24 + n / 99, 56)) for n in range(6)]
    assert decided([ours[n] for n in one], *(theirs[n] for n in other)) == decided(ours, *theirs)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_compared(one: str, other: str) -> None:
    """Whatever stands in a list, a likeness is between 0 and 1, the same both ways, and 1 for itself."""
    a, b = key(one), key(other)
    if a and b:
        assert 0 <= likeness(a, b) == likeness(b, a) <= 1
        assert likeness(a, a) == 1


def test_a_score_is_the_probability_of_its_parts() -> None:
    """The parts add up to the weight, and the score is between 0 and 1."""
    pair = compare(thing("a", "Brody", point=HERE, country="Q212"), thing("Q1", "Броди@uk", point=NEAR, country="Q212"))
    assert pair.weight == sum(part.weight for part in pair.parts) - 8
    assert 0 < pair.score < 1
    assert sound("zhydachiv") == sound("zhidachiv")


def test_a_few_things_are_not_taken_for_a_rough_list() -> None:
    """One namesake some kilometres away is for a person to judge, where nothing shows that the points are rough."""
    found = decided(thing("a", "Piaski", point=HERE), thing("Q1", "Piaski", point=Point(24.1, 56.0)))
    assert "accept" not in found.values()
