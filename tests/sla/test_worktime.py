"""Deadlines as a person would write them on paper."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from firstline.sla.worktime import Hours, NoWorkingTime, due, explain, worked

NINE_TO_SIX = ((540, 720), (780, 1080))  # 9 to 12, 13 to 18
OFFICE = (NINE_TO_SIX,) * 5 + ((), ())
SHANGHAI = Hours(
    "Asia/Shanghai",
    week=OFFICE,
    days={
        date(2026, 2, 14): NINE_TO_SIX,  # a Saturday that is worked for the festival
        **{date(2026, 2, day): () for day in range(16, 24)},
        date(2026, 12, 31): ((540, 720),),  # a short day
    },
)
BERLIN = Hours("Europe/Berlin", week=OFFICE)
BERLIN_NIGHT = Hours("Europe/Berlin", week=((),) * 6 + (((0, 1440),),))  # all of Sunday


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("start", "work", "end"),
    [
        pytest.param("2026-01-05 09:00", 5, "2026-01-05 09:05", id="within a shift"),
        pytest.param("2026-01-05 11:58", 5, "2026-01-05 13:03", id="over lunch"),
        pytest.param("2026-01-05 17:55", 5, "2026-01-05 18:00", id="five minutes before close, just in time"),
        pytest.param("2026-01-05 17:55:01", 5, "2026-01-06 09:00:01", id="a second too late for today"),
        pytest.param("2026-01-05 20:00", 5, "2026-01-06 09:05", id="asked in the evening"),
        pytest.param("2026-01-09 17:00", 120, "2026-01-12 10:00", id="over the weekend"),
        pytest.param("2026-02-13 17:30", 60, "2026-02-14 09:30", id="on a make-up Saturday"),
        pytest.param("2026-02-14 17:30", 60, "2026-02-24 09:30", id="over the spring festival"),
        pytest.param("2026-02-17 10:00", 5, "2026-02-24 09:05", id="asked on a holiday"),
        pytest.param("2026-12-31 11:30", 60, "2027-01-01 09:30", id="over the end of a short day"),
        pytest.param("2026-01-05 20:00", 0, "2026-01-05 20:00", id="no work at all is due at once"),
    ],
)
def test_a_deadline_counts_working_time_only(start: str, work: int, end: str) -> None:
    assert due(local(start), minutes(work), SHANGHAI) == local(end)
    assert worked(local(start), local(end), SHANGHAI) == minutes(work)


@pytest.mark.parametrize(
    ("day", "length", "noon"),
    [
        pytest.param("2026-03-29", 23, "2026-03-29 13:00", id="spring has an hour less"),
        pytest.param("2026-10-25", 25, "2026-10-25 11:00", id="autumn has an hour more"),
        pytest.param("2026-05-03", 24, "2026-05-03 12:00", id="any other Sunday"),
    ],
)
def test_a_day_of_berlin_is_as_long_as_its_clocks_make_it(day: str, length: int, noon: str) -> None:
    midnight = local(f"{day} 00:00", "Europe/Berlin")
    assert worked(midnight, midnight + timedelta(days=2), BERLIN_NIGHT) == timedelta(hours=length)
    assert due(midnight, timedelta(hours=12), BERLIN_NIGHT) == local(noon, "Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "shift", "first", "last"),
    [
        # Spring: at 01:00 UTC the clock jumps from 02:00 to 03:00. Autumn: at 01:00 UTC from 03:00 back to 02:00.
        pytest.param("2026-03-29", (150, 300), "01:00", "03:00", id="starts in the skipped hour: at the jump"),
        pytest.param("2026-03-29", (60, 150), "00:00", "01:00", id="ends in the skipped hour: at the jump"),
        pytest.param("2026-03-29", (60, 120), "00:00", "01:00", id="ends where the skipped hour begins"),
        pytest.param("2026-03-29", (180, 240), "01:00", "02:00", id="starts where the skipped hour ends"),
        pytest.param("2026-10-25", (150, 300), "00:30", "04:00", id="starts with the first showing of 02:30"),
        pytest.param("2026-10-25", (60, 150), "-01:00", "01:30", id="ends with the second showing of 02:30"),
        pytest.param("2026-10-25", (60, 120), "-01:00", "00:00", id="ends before the repeated hour"),
        pytest.param("2026-10-25", (180, 240), "02:00", "03:00", id="starts after the repeated hour"),
    ],
)
def test_a_shift_at_the_change_of_clocks_is_one_unbroken_stretch(
    day: str, shift: tuple[int, int], first: str, last: str
) -> None:
    hours = Hours("Europe/Berlin", days={date.fromisoformat(day): (shift,)})
    noon = datetime.fromisoformat(f"{day} 12:00+00:00")
    ((begin, end, on),) = hours.stretches(noon - timedelta(days=3), noon + timedelta(days=3))
    assert (begin, end, on.isoformat()) == (at(day, first), at(day, last), day)


def at(day: str, clock: str) -> datetime:
    """A moment in UTC; '-01:00' is an hour before midnight."""
    hour, minute = clock.removeprefix("-").split(":")
    after = timedelta(hours=int(hour), minutes=int(minute))
    midnight = datetime.fromisoformat(f"{day} 00:00+00:00")
    return midnight - after if clock.startswith("-") else midnight + after


def test_a_shift_that_is_skipped_whole_does_not_happen() -> None:
    hours = Hours("Europe/Berlin", days={date(2026, 3, 29): ((130, 170),)})
    start = local("2026-03-28 00:00", "Europe/Berlin")
    assert worked(start, start + timedelta(days=3), hours) == timedelta()


def test_shifts_that_overlap_in_the_repeated_hour_count_once() -> None:
    # The first lasts until 02:15 shows again, the second begins when 02:30 shows first: there is no break.
    hours = Hours("Europe/Berlin", days={date(2026, 10, 25): ((60, 135), (150, 240))})
    start = local("2026-10-25 00:00", "Europe/Berlin")
    assert worked(start, start + timedelta(days=1), hours) == timedelta(hours=4)


def test_a_midnight_that_comes_twice_belongs_to_both_days() -> None:
    # At 00:01 of the seventh the clocks of St. John's went back to 23:01 of the sixth.
    zone = "America/St_Johns"
    sixth = Hours(zone, days={date(2010, 11, 6): ((1320, 1440),)})
    seventh = Hours(zone, days={date(2010, 11, 7): ((0, 30),)})
    back = datetime(2010, 11, 7, 2, 31, tzinfo=UTC)
    assert back.astimezone(ZoneInfo(zone)).isoformat() == "2010-11-06T23:01:00-03:30"
    assert worked(back - minutes(0.5), back + timedelta(days=1), sixth) == minutes(59.5)
    assert worked(back - timedelta(days=1), back + minutes(10), seventh) == minutes(11)


def test_round_the_clock_work_needs_neither_week_nor_zone() -> None:
    always = Hours("Europe/Berlin", always=True, days={date(2026, 3, 29): ()})
    start = local("2026-03-28 23:00", "Europe/Berlin")
    assert due(start, timedelta(hours=24), always) == start + timedelta(hours=24)


@pytest.mark.parametrize("before", [0, 10])
def test_round_the_clock_a_pause_that_has_ended_puts_the_deadline_off_by_its_length(before: int) -> None:
    always, start = Hours("Asia/Shanghai", always=True), local("2026-01-05 09:00")
    pauses = [(start + minutes(before), start + minutes(before) + timedelta(days=30))]
    assert due(start, minutes(20), always, pauses) == start + minutes(20) + timedelta(days=30)
    assert explain(start, minutes(20), always, pauses)[-1].end == start + minutes(20) + timedelta(days=30)


@pytest.mark.parametrize("always", [True, False])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_at_the_end_of_all_dates_there_is_no_deadline_and_no_crash(always: bool, zone: str) -> None:
    hours, work = Hours(zone, always=always, week=(NINE_TO_SIX,) * 7), timedelta(hours=20)
    for start in (local("9999-12-21 13:00", "UTC"), local("9980-01-02 09:00", "UTC")):
        for tell in (due, explain):
            with pytest.raises(NoWorkingTime):
                tell(start, work, hours)
        assert worked(start, start + timedelta(days=9), hours) == timedelta()
        explain(start, work, hours, end=start + timedelta(days=9))


def test_a_pause_until_the_end_of_all_dates_is_one_that_lasts() -> None:
    start = local("2026-01-05 09:00")
    for until in ("9999-12-31 09:00", "9985-12-31 09:00"):
        pauses = [(local("2026-01-05 09:10"), local(until))]
        assert due(start, minutes(30), SHANGHAI, pauses) is None
        assert worked(start, start + timedelta(days=9), SHANGHAI, pauses) == minutes(10)
        assert explain(start, minutes(30), SHANGHAI, pauses)[-1].kind == "paused"


def test_ten_years_without_work_still_end() -> None:
    far = Hours("Asia/Shanghai", days={date(2035, 12, 31): ((540, 600),)})
    assert due(local("2026-01-05 08:00"), minutes(30), far) == local("2035-12-31 09:30")
    with pytest.raises(NoWorkingTime):
        due(local("2025-01-05 08:00"), minutes(30), far)


def test_a_pause_puts_the_deadline_off_by_the_working_time_it_takes() -> None:
    start = local("2026-01-05 09:00")
    pauses = [
        (local("2026-01-05 09:10"), local("2026-01-05 10:00")),
        (local("2026-01-05 09:30"), local("2026-01-05 10:10")),  # overlaps: an hour in all
        (local("2026-01-05 20:00"), local("2026-01-05 23:00")),  # at night: takes nothing
    ]
    assert due(start, minutes(30), SHANGHAI, pauses) == local("2026-01-05 10:30")
    assert worked(start, local("2026-01-06 09:00"), SHANGHAI, pauses) == timedelta(hours=7)


def test_while_a_pause_lasts_there_is_no_deadline() -> None:
    start = local("2026-01-05 09:00")
    pauses = [(local("2026-01-05 09:10"), None), (local("2026-01-05 09:30"), local("2026-01-05 10:00"))]
    assert due(start, minutes(30), SHANGHAI, pauses) is None
    assert worked(start, local("2026-01-07 09:00"), SHANGHAI, pauses) == minutes(10)


def test_a_pause_that_comes_after_the_deadline_does_not_move_it() -> None:
    pauses = [(local("2026-01-05 09:30"), None)]
    assert due(local("2026-01-05 09:00"), minutes(30), SHANGHAI, pauses) == local("2026-01-05 09:30")


@pytest.mark.parametrize(
    "hours",
    [
        Hours("Asia/Shanghai"),
        Hours("Asia/Shanghai", days={date(2026, 1, 5): ((540, 541),)}),
        Hours("Asia/Shanghai", week=(((540, 541),), *((),) * 6)),
    ],
    ids=["no shifts", "one minute once", "one minute a week"],
)
def test_a_calendar_with_too_little_working_time_says_so(hours: Hours) -> None:
    began = perf_counter()
    with pytest.raises(NoWorkingTime):
        due(local("2026-01-05 08:00"), timedelta(hours=20), hours)
    assert perf_counter() - began < 1


def test_what_is_not_a_moment_or_not_an_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(local("2026-01-05 09:00").replace(tzinfo=None), minutes(5), SHANGHAI)
    with pytest.raises(ValueError, match="negative"):
        due(local("2026-01-05 09:00"), minutes(-5), SHANGHAI)


@pytest.mark.parametrize("day", [((540, 500),), ((540, 720), (700, 800)), ((-1, 50),), ((1, 1441),)])
def test_shifts_that_make_no_day_are_refused(day: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="shifts"):
        Hours("Asia/Shanghai", week=(day, *((),) * 6))


def test_equal_hours_are_the_same_key_of_a_cache() -> None:
    again = Hours("Asia/Shanghai", week=OFFICE, days=dict(sorted(SHANGHAI.days.items(), reverse=True)))
    assert {SHANGHAI: "found"}[again] == "found"
    assert Hours("Asia/Shanghai", week=OFFICE) != again


@pytest.mark.parametrize("until", [timedelta(days=3), None], ids=["after a pause", "while it is held"])
def test_thirty_working_days_take_less_than_two_milliseconds(until: timedelta | None) -> None:
    times = []
    for days in range(0, 1400, 70):
        start = local("2026-03-02 09:00") + timedelta(days=days)
        pauses = [(start + timedelta(days=1), start + until if until else None)]
        began = perf_counter()
        due(start, timedelta(hours=8) * 30, BERLIN, pauses)
        times.append(perf_counter() - began)
    assert min(times) < 0.002


def test_the_story_of_a_deadline_reads_step_by_step() -> None:
    pauses = [(local("2026-02-14 14:00"), local("2026-02-14 16:00"))]
    steps = explain(local("2026-02-13 17:00"), timedelta(hours=8), SHANGHAI, pauses)
    told = [(step.kind, step.spent // minutes(1), step.left // minutes(1)) for step in steps]
    assert told == [
        ("work", 60, 420),
        ("closed", 0, 420),
        ("makeup", 180, 240),
        ("closed", 0, 240),  # lunch
        ("makeup", 60, 180),
        ("paused", 0, 180),
        ("makeup", 120, 60),
        ("holiday", 0, 60),  # nine nights in one step
        ("work", 60, 0),
    ]
    assert steps[-2].holidays == tuple(date(2026, 2, day) for day in range(16, 24))
    assert (steps[-1].day, steps[-1].end) == (date(2026, 2, 24), local("2026-02-24 10:00"))


def test_a_pause_of_no_length_leaves_no_trace_in_the_story() -> None:
    moment = local("2026-01-05 09:10")
    (step,) = explain(local("2026-01-05 09:00"), minutes(30), SHANGHAI, [(moment, moment)])
    assert step.end == local("2026-01-05 09:30")


def test_the_story_of_a_held_clock_ends_with_its_pause() -> None:
    held = local("2026-01-05 10:00")
    work, pause = explain(local("2026-01-05 09:00"), minutes(90), SHANGHAI, [(held, None)])
    assert (work.kind, work.left) == ("work", minutes(30))
    assert (pause.kind, pause.start, pause.end, pause.left) == ("paused", held, None, minutes(30))


def test_the_story_of_a_missed_deadline_goes_on_to_its_end() -> None:
    start, end = local("2026-01-05 09:00"), local("2026-01-05 11:00")
    met, late = explain(start, minutes(90), SHANGHAI, end=end)
    assert (met.end, met.left) == (local("2026-01-05 10:30"), timedelta())
    assert (late.end, late.left) == (end, minutes(-30))


def test_a_story_can_be_told_before_its_deadline() -> None:
    (step,) = explain(local("2026-01-05 09:00"), minutes(90), SHANGHAI, end=local("2026-01-05 10:00"))
    assert step.left == minutes(30)


def test_a_long_story_tells_its_middle_in_one_step() -> None:
    work = timedelta(hours=8) * 200
    steps = explain(local("2026-03-02 09:00"), work, SHANGHAI)
    (whole,) = (step for step in steps if step.stands_for > 1)
    assert len(steps) == 60
    assert whole.stands_for > 600
    assert sum((step.spent for step in steps), timedelta()) == work
    assert all(step.end == after.start for step, after in pairwise(steps))
