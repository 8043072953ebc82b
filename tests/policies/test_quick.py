"""Reading without places finds exactly what reading with places finds."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.policies.grammar import read_policy
from tui.policies.quick import read_plainly

NAMES = st.sampled_from(
    [
        "Version",
        "Statement",
        "Effect",
        "Principal",
        "Action",
        "Resource",
        "Condition",
        "sid",
        "Sid",
        "AWS",
        "StringLike",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["*", "Allow", "é", "2012-10-17"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Principal": st.just("*") | JSON, "Action": st.just("s3:*") | JSON},
    optional={"Resource": st.just("*") | JSON, "Condition": JSON, "Sid": st.text(max_size=3)},
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine the first draw is
@given(JSON | st.fixed_dictionaries({"Statement": STATEMENT | st.lists(STATEMENT, max_size=3)}))
def test_both_readers_agree(value: object) -> None:
    """The same policy and the same findings, whatever the JSON."""
    text = json.dumps(value, ensure_ascii=False)
    plainly, carefully = read_plainly(text), read_policy(text)
    assert plainly.draft == carefully.draft
    assert plainly.findings == carefully.findings


@given(st.text('{}[]:,"\\ud80a1.eE-tfn*', max_size=20))
def test_both_agree_on_what_is_no_json(text: str) -> None:
    """Whatever the json module lets pass, the careful reader has the last word."""
    whole = f'{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Sid":"{text}"}}]}}'
    assert read_plainly(whole).draft == read_policy(whole).draft
    assert read_plainly(whole).findings == read_policy(whole).findings
