"""What is mere thanks: where it ends, by its length, its words, its signs and the name below it."""

from firstline.tickets.thanks import is_mere_thanks

# Written by Lin Mei
TABLE = {
    "": False,
    " \n ": False,
    "thanks": True,
    "Thanks" + " " * 394: True,
    "Thanks" + " " * 395: False,
    "thank you so very very much": True,
    "thank you so very very very much": False,
    "Thanks, but no": False,
    "谢谢您！": True,
    "谢谢，还是不行": False,
    # A name or a closing says nothing by itself.
    "Mei": False,
    "regards": False,
    "Best regards": False,
    "Best regards\nMei": False,
    "Thanks\nBest regards\nLin Mei": True,
    "thanks linmei": True,
    "thanks Omar": False,
    "👍": True,
    "👍\nMei": True,
    "👍👎": False,
    "👎": False,
    "👍 it is down again": False,
    "Lin Mei reacted via Gmail": True,
    "Lin Mei reacted via Gmail\n\nIt is down again": False,
    "Lin Mei reacted via Gmail\n\nMei": True,
}


def test_each_of_these_is_mere_thanks_or_more() -> None:
    found = {text: is_mere_thanks(text, by="Lin Mei") for text in TABLE}
    assert {text: said for text, said in found.items() if said is not TABLE[text]} == {}


def test_a_name_that_is_not_known_ends_nothing() -> None:
    assert (is_mere_thanks("Thanks\nMei"), is_mere_thanks("Thanks\nMei", by="Mei")) == (False, True)
