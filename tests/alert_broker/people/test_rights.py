"""Who may do what: nobody closes an alert who does not care for residents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert_broker.life import MAY as MAY_FOLLOW
from alert_broker.messages import Deed
from alert_broker.people.rights import MANAGES, MAY, NEEDS, Right, Role, may, may_manage

DEEDS = {Right.CLAIM, Right.ARRIVE, Right.RELEASE, Right.CLOSE, Right.CANCEL}

roles = st.sampled_from(Role)
rights = st.sampled_from(Right)


def test_a_carer_claims_arrives_hands_over_and_closes_and_cancels_nothing() -> None:
    assert MAY[Role.CARER] & DEEDS == DEEDS - {Right.CANCEL}


def test_a_head_nurse_also_cancels_and_manages_carers_alone() -> None:
    assert MAY[Role.HEAD_NURSE] >= MAY[Role.CARER] | {Right.CANCEL, Right.MANAGE_PEOPLE}
    assert {it for it in Role if may_manage(Role.HEAD_NURSE, it)} == {Role.CARER}


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_technicians_and_auditors_touch_no_alert_and_read_no_resident(role: Role) -> None:
    assert not MAY[role] & (DEEDS | {Right.SEE_RESIDENTS, Right.NAME_RESIDENTS})


def test_a_technician_sees_to_devices_and_an_auditor_reads_and_does_nothing() -> None:
    assert MAY[Role.TECHNICIAN] == {Right.SEE_TO, Right.RETIRE, Right.READ_UPKEEP}
    assert MAY[Role.AUDITOR] == {Right.READ_RECORDS, Right.READ_UPKEEP}


@given(role=roles, other=roles)
def test_whoever_manages_people_is_told_whom_and_nobody_else_manages(
    role: Role, other: Role
) -> None:
    assert may(role, Right.MANAGE_PEOPLE) == bool(MANAGES.get(role))
    if may_manage(role, other):
        # Nobody makes somebody who may do more than she herself.
        assert MAY[other] <= MAY[role]
        assert MANAGES.get(other, frozenset()) <= MANAGES[role]


@given(role=roles, right=rights)
def test_to_name_residents_one_must_see_their_names(role: Role, right: Right) -> None:
    assert not may(role, Right.NAME_RESIDENTS) or may(role, Right.SEE_RESIDENTS)
    assert may(role, right) == (right in MAY[role])


def test_every_role_and_every_deed_of_a_carer_stands_in_the_table() -> None:
    assert set(MAY) == set(Role)
    by_time_or_a_station = {Deed.RAISED, Deed.JOINED, Deed.DELIVERED, Deed.ESCALATED}
    assert set(NEEDS) == set(Deed) - by_time_or_a_station
    assert {deed for deeds in MAY_FOLLOW.values() for deed in deeds} - by_time_or_a_station == set(
        NEEDS
    )
    assert set(NEEDS.values()) == DEEDS
