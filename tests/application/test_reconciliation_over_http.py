"""The reconciliation service over HTTP: by address and form, and never broken by what it is sent."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from answers import Ask, told
from hypothesis import given, settings
from hypothesis import strategies as st

from alataw.web import Reply

FORM = "application/x-www-form-urlencoded"
QUERIES = json.dumps({"q0": {"query": "Dostyk", "type": "station"}})


def post(ask: Ask, path: str, **form: str) -> Reply:
    return ask(path, "POST", body=urlencode(form).encode(), content_type=FORM)


def test_the_manifest_leads_to_this_publication(ask: Ask) -> None:
    """Every address in it begins where the publication is, whatever a client calls the host."""
    manifest = json.loads(ask("reconcile", host="evil.example").body)
    assert manifest["versions"] == ["0.2"]
    for service in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        assert service["service_url"] == "https://example.org/rail/reconcile"
        path = (service["service_url"] + service["service_path"]).removeprefix("https://example.org/rail/")
        assert ask(path).status == 200
    preview = manifest["preview"]["url"].replace("{{id}}", "station/dostyk").removeprefix("https://example.org/rail/")
    assert b"<bdi>Dostyk railway station</bdi>" in ask(preview).body


def test_batches_by_form_and_by_address(ask: Ask) -> None:
    """Both give the same, and every page may read it."""
    by_form = post(ask, "reconcile", queries=QUERIES)
    assert by_form.body == ask(f"reconcile?queries={quote(QUERIES)}").body
    assert json.loads(by_form.body)["q0"]["result"][0]["id"] == "station/dostyk"
    assert by_form.header("Access-Control-Allow-Origin") == "*"
    assert ask("reconcile", "OPTIONS").header("Allow") == "GET, HEAD, POST, OPTIONS"


def test_the_other_calls(ask: Ask) -> None:
    """Extension, suggestions in any script, proposals."""
    extend = json.dumps({"ids": ["station/dostyk"], "properties": [{"id": "country"}]})
    assert json.loads(post(ask, "reconcile", extend=extend).body)["rows"]["station/dostyk"]["country"]
    for path in ("suggest/entity?prefix=dos", "suggest/entity?prefix=%D0%94%D0%BE", "suggest/type?prefix=", "suggest/property?prefix=c", "extend/propose?type=station&limit=2"):  # fmt: skip
        assert ask(f"reconcile/{path}").status == 200, path


def test_what_one_client_asks_for_is_not_offered_to_the_next(ask: Ask) -> None:
    """A property that there is not has no values, and is not suggested or proposed to anybody."""
    before = ask("reconcile/suggest/property?prefix=").body
    for name in ("dragons", 5):
        post(ask, "reconcile", extend=json.dumps({"ids": ["station/dostyk"], "properties": [{"id": name}]}))
    assert ask("reconcile/suggest/property?prefix=").body == before
    assert json.loads(ask("reconcile/suggest/property?prefix=dra").body) == {"result": []}


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("reconcile", {"queries": "{"}, 400),
        ("reconcile", {"queries": "[" * 100_000}, 400),
        ("reconcile", {"queries": "[]"}, 400),
        ("reconcile", {"queries": '{"q": {"query": "x", "limit": 1e999}}'}, 400),
        ("reconcile", {"extend": "{}"}, 400),
        ("reconcile", {"extend": '{"ids": [[]], "properties": [{"id": []}]}'}, 400),
        ("reconcile", {"extend": '{"ids": ["station/dostyk"], "properties": [{"id": 5}]}'}, 400),
        ("reconcile", {"extend": '{"ids": ["\\ud800"], "properties": [{"id": "country"}]}'}, 400),
        ("reconcile", {"queries": '{"\\ud800": {"query": "x"}}'}, 400),
        ("reconcile/suggest/dragons", {"prefix": "a"}, 404),
        ("reconcile/preview", {"id": "nowhere"}, 404),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_so(path: str, form: dict[str, str], status: int, ask: Ask) -> None:
    """As every other problem is, and any page may read it."""
    reply = post(ask, path, **form)
    assert reply.status == told(reply)["status"] == status
    assert reply.header("Access-Control-Allow-Origin") == "*"


def test_a_body_of_another_kind_is_refused(ask: Ask) -> None:
    """415."""
    assert ask("reconcile", "POST", body=QUERIES.encode(), content_type="application/json").status == 415


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id", "ids", "q0"]) | st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(st.one_of(JSON.map(json.dumps), st.text(max_size=60)), st.sampled_from(["queries", "extend"]))
@settings(max_examples=150, deadline=None)
def test_nonsense_never_breaks_the_service(ask: Ask, text: str, name: str) -> None:
    """Any text in any place is answered or refused."""
    assert post(ask, "reconcile", **{name: text.encode("utf-8", "replace").decode()}).status in (200, 400)


# -- 1.0-draft ------------------------------------------------------------------------------------


def sent(ask: Ask, path: str, value: object) -> Reply:
    return ask(f"reconcile/1.0-draft{path}", "POST", body=json.dumps(value).encode(), content_type="application/json")


def test_the_draft_stands_beside_version_0_2(ask: Ask) -> None:
    """Its manifest, its batches and extensions of JSON, and the calls that both have."""
    assert json.loads(ask("reconcile/1.0-draft").body)["versions"] == ["1.0-draft"]
    batch = {"queries": [{"type": "station", "conditions": [{"matchType": "name", "propertyValue": "Dostyk"}]}]}
    assert json.loads(sent(ask, "/match", batch).body)["results"][0]["candidates"][0]["id"] == "station/dostyk"
    extend = {"ids": ["station/dostyk"], "properties": [{"id": "country"}]}
    assert json.loads(sent(ask, "/extend", extend).body)["rows"][0]["properties"][0]["values"]
    for path in ("suggest/entity?prefix=dos", "suggest/type?prefix=", "extend/propose?type=station", "preview?id=station/dostyk"):  # fmt: skip
        assert ask(f"reconcile/1.0-draft/{path}").body == ask(f"reconcile/{path}").body


@pytest.mark.parametrize(
    ("path", "body", "type_", "status"),
    [
        ("/match", b"{", "application/json", 400),
        ("/match", b"[]", "application/json", 400),
        ("/match", b'{"queries": [{"conditions": [{"matchType": "name", "propertyValue": 1, "x": 1e999}], "limit": 1e999}]}', "application/json", 400),
        ("/match", b"queries=[]", FORM, 415),
        ("/extend", b"null", "application/json", 400),
        ("/dragons", b"{}", FORM, 404),
        ("0/match", b"{}", FORM, 404),
    ],
)  # fmt: skip
def test_a_wrong_call_of_the_draft_is_told_so(path: str, body: bytes, type_: str, status: int, ask: Ask) -> None:
    """As for the version before it."""
    reply = ask(f"reconcile/1.0-draft{path}", "POST", body=body, content_type=type_)
    assert reply.status == told(reply)["status"] == status


@given(JSON, st.sampled_from(["/match", "/extend"]))
@settings(max_examples=100, deadline=None)
def test_nonsense_never_breaks_the_draft(ask: Ask, value: object, path: str) -> None:
    """Any JSON is answered or refused."""
    for body in (value, {"queries": [value]}, {"queries": [{"conditions": [value]}]}):
        assert sent(ask, path, body).status in (200, 400)
