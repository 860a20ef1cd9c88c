import pytest
from work import number, refuses


def test_refuses():
    with pytest.raises(ValueError):
        refuses(-1)
    assert number(2) == 4
