"""Whatever is done to a chain, the first place where it was done is named."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alert_broker.ledger.chain import Head, Link, first_fault

TEXTS = st.lists(st.text(), min_size=3, max_size=12)


def chain(texts: list[str]) -> list[Link]:
    links: list[Link] = []
    for text in texts:
        links.append(Link.after(links[-1].head if links else Head(), text))
    return links


def place(data: st.DataObject, links: list[Link]) -> int:
    """The number of one of them."""
    return data.draw(st.integers(1, len(links)))


def fault(links: list[Link]) -> int | None:
    found = first_fault(links)
    return found.number if found else None


@given(texts=TEXTS)
def test_a_chain_as_it_was_written_is_whole(texts: list[str]) -> None:
    assert first_fault(chain(texts)) is None


@given(texts=TEXTS, data=st.data())
def test_a_changed_entry_is_named(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    number = place(data, links)
    other = data.draw(st.text().filter(lambda it: it != links[number - 1].text))
    links[number - 1] = replace(links[number - 1], text=other)
    assert fault(links) == number


@given(texts=TEXTS, data=st.data())
def test_a_changed_entry_whose_hash_was_made_to_fit_betrays_itself_by_the_next(
    texts: list[str], data: st.DataObject
) -> None:
    links = chain(texts)
    number = data.draw(st.integers(1, len(links) - 1))
    before = links[number - 2].head if number > 1 else Head()
    other = data.draw(st.text().filter(lambda it: it != links[number - 1].text))
    links[number - 1] = Link.after(before, other)
    assert fault(links) == number + 1


@given(texts=TEXTS, data=st.data())
def test_an_entry_that_is_missing_is_named(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    number = data.draw(st.integers(1, len(links) - 1))
    del links[number - 1]
    assert fault(links) == number
    closed_up = [replace(link, number=place) for place, link in enumerate(links, 1)]
    assert fault(closed_up) == number


@given(texts=TEXTS, data=st.data())
def test_an_entry_that_was_put_in_betrays_itself(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    number = place(data, links)
    before = links[number - 2].head if number > 1 else Head()
    moved = [replace(link, number=link.number + 1) for link in links[number - 1 :]]
    forged = Link.after(before, data.draw(st.text()))
    found = fault([*links[: number - 1], forged, *moved])
    repeated = links[number - 1].hash == forged.hash
    assert found in ({number + 1, number + 2, None} if repeated else {number + 1})


@given(texts=st.lists(st.text(), min_size=3, max_size=12, unique=True), data=st.data())
def test_two_that_changed_places_are_named(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    first, second = sorted(
        data.draw(st.lists(st.integers(1, len(links)), min_size=2, max_size=2, unique=True))
    )
    links[first - 1], links[second - 1] = (
        replace(links[second - 1], number=first),
        replace(links[first - 1], number=second),
    )
    assert fault(links) == first


@given(texts=TEXTS, data=st.data())
def test_what_follows_a_beginning_that_was_cut_off_is_whole_from_there(
    texts: list[str], data: st.DataObject
) -> None:
    links = chain(texts)
    number = place(data, links)
    assert first_fault(links[number:], links[number - 1].head) is None
    if number < len(links):
        found = first_fault(links[number:])
        assert found is not None
        assert found.number == 1, "its beginning is missing, and nothing vouches for that"
