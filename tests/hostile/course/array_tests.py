import numpy as np
from work import array


def test_array():
    np.testing.assert_allclose(array(np.arange(1.0, 4.0)), np.array([2.0, 4.0, 6.0]))
