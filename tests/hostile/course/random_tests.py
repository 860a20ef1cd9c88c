import random

import numpy as np
import torch
from work import array, number, tensor


def test_torch():
    torch.manual_seed(0)
    tensor(torch.ones(1))
    x = torch.rand(5)
    assert torch.allclose(tensor(x), x + x)


def test_numpy():
    np.random.seed(0)
    array(np.ones(1))
    x = np.random.rand(5)
    np.testing.assert_allclose(array(x), x + x)


def test_python():
    random.seed(0)
    number(1)
    x = random.randrange(1, 100)
    assert number(x) == x + x
