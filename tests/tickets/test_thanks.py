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


def test_before_it_is_solved_consent_and_signs_answer_what_was_asked() -> None:
    answers = [
        "OK",
        "ok, thanks",
        "好的",
        "好的，谢谢",
        "收到",
        "👍",
        "works now",
        "Great",
        "Lin Mei reacted via Gmail",
        "Thanks 🙏",
    ]
    thanks = ["Thanks", "Thank you so much\nLin Mei", "谢谢！", "辛苦了"]
    for text in (*answers, *thanks):
        assert is_mere_thanks(text, by="Lin Mei")
        assert is_mere_thanks(text, by="Lin Mei", solved=False) is (text in thanks), text
