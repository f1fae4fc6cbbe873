"""Classes suggested from what residents really write."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.urban.suggestion import ClassIndex, ClassWords, normal, pairs

INDEX = ClassIndex(
    [
        ClassWords(
            "E0110",
            "道路破损",
            ("坑", "坑洼", "路面破损", "地砖松动"),
            "道路损坏、塌陷、坑洼等影响通行的情况",
        ),
        ClassWords("E0102", "暴露垃圾", ("垃圾", "垃圾外溢", "没人清"), "垃圾箱周边存有乱扔倒的生活垃圾"),
        ClassWords("E0201", "非法小广告", ("小广告", "牛皮癣", "办证"), "违规张贴、涂写、刻画"),
        ClassWords("E0406", "道路积水", ("积水", "内涝", "水排不下去"), "道路大面积积水的现象"),
        ClassWords("E0506", "非机动车乱停放", ("共享单车", "电动车乱停", "单车"), "未在规定地点停放非机动车"),
        ClassWords("P0118", "路灯", ("灯不亮", "路灯不亮", "黑灯"), "道路照明设施"),
        ClassWords("P0103", "雨水井盖", ("井盖", "雨水井"), "雨水井井盖"),
        ClassWords("X1", "Pothole", ("pothole", "hole in the road"), "damaged road surface"),
    ]
)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("小区门口路灯不亮了，晚上黑漆漆的", "P0118"),
        ("路上有个大坑，骑车差点摔倒", "E0110"),
        ("垃圾好几天没人清，味道很大", "E0102"),
        ("墙上贴满了办证的小广告", "E0201"),
        ("一下雨门口就积水，过不去", "E0406"),
        ("共享单车把盲道堵死了", "E0506"),
        ("雨水井盖缺了一块", "P0103"),
        ("There is a pothole near my house", "X1"),
    ],
)
def test_everyday_words_find_their_class(words: str, code: str) -> None:
    assert INDEX.suggest(words)[0].code == code


def test_words_about_nothing_known_suggest_nothing() -> None:
    assert INDEX.suggest("谢谢你们") == []
    assert INDEX.suggest("") == []
    assert INDEX.suggest("!!! ???") == []


def test_at_most_the_number_asked_for_best_first() -> None:
    found = INDEX.suggest("路灯不亮，路面有坑，还有积水和垃圾", limit=2)
    assert len(found) == 2
    assert found[0].score >= found[1].score


@given(st.text(max_size=400))
def test_any_text_is_answered(text: str) -> None:
    assert all(each.score > 0 for each in INDEX.suggest(text))
    assert normal(normal(text)) == normal(text)
    assert all(pair.isascii() or len(pair) == 2 for pair in pairs(text))


def test_two_hundred_classes_answer_in_milliseconds() -> None:
    index = ClassIndex(
        [ClassWords(str(n), f"类别{n}", (f"词{n}", "坑洼"), "道路损坏" * 5) for n in range(200)]
    )
    started = time.perf_counter()
    for _ in range(20):
        index.suggest("路面坑洼不平，" * 40)
    assert (time.perf_counter() - started) / 20 < 0.05
