from work import number, words


def test_number():
    assert number(21) == 42


def test_words():
    assert words("a b") == ["a", "b"]
