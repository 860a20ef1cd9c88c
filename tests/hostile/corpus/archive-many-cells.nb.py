# claim: Has 300 tiny cells, every tenth of which fails; the honest classes stand in the middle.
# runs: failed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output
# level: any
# category: archive

# %%
x0 = 0

# %%
x1 = 1

# %%
x2 = 2

# %%
x3 = 3

# %%
x4 = 4

# %%
x5 = 5

# %%
x6 = 6

# %%
x7 = 7

# %%
x8 = 8

# %%
x9 = 9 / 0

# %%
x10 = 10

# %%
x11 = 11

# %%
x12 = 12

# %%
x13 = 13

# %%
x14 = 14

# %%
x15 = 15

# %%
x16 = 16

# %%
x17 = 17

# %%
x18 = 18

# %%
x19 = 19 / 0

# %%
x20 = 20

# %%
x21 = 21

# %%
x22 = 22

# %%
x23 = 23

# %%
x24 = 24

# %%
x25 = 25

# %%
x26 = 26

# %%
x27 = 27

# %%
x28 = 28

# %%
x29 = 29 / 0

# %%
x30 = 30

# %%
x31 = 31

# %%
x32 = 32

# %%
x33 = 33

# %%
x34 = 34

# %%
x35 = 35

# %%
x36 = 36

# %%
x37 = 37

# %%
x38 = 38

# %%
x39 = 39 / 0

# %%
x40 = 40

# %%
x41 = 41

# %%
x42 = 42

# %%
x43 = 43

# %%
x44 = 44

# %%
x45 = 45

# %%
x46 = 46

# %%
x47 = 47

# %%
x48 = 48

# %%
x49 = 49 / 0

# %%
x50 = 50

# %%
x51 = 51

# %%
x52 = 52

# %%
x53 = 53

# %%
x54 = 54

# %%
x55 = 55

# %%
x56 = 56

# %%
x57 = 57

# %%
x58 = 58

# %%
x59 = 59 / 0

# %%
x60 = 60

# %%
x61 = 61

# %%
x62 = 62

# %%
x63 = 63

# %%
x64 = 64

# %%
x65 = 65

# %%
x66 = 66

# %%
x67 = 67

# %%
x68 = 68

# %%
x69 = 69 / 0

# %%
x70 = 70

# %%
x71 = 71

# %%
x72 = 72

# %%
x73 = 73

# %%
x74 = 74

# %%
x75 = 75

# %%
x76 = 76

# %%
x77 = 77

# %%
x78 = 78

# %%
x79 = 79 / 0

# %%
x80 = 80

# %%
x81 = 81

# %%
x82 = 82

# %%
x83 = 83

# %%
x84 = 84

# %%
x85 = 85

# %%
x86 = 86

# %%
x87 = 87

# %%
x88 = 88

# %%
x89 = 89 / 0

# %%
x90 = 90

# %%
x91 = 91

# %%
x92 = 92

# %%
x93 = 93

# %%
x94 = 94

# %%
x95 = 95

# %%
x96 = 96

# %%
x97 = 97

# %%
x98 = 98

# %%
x99 = 99 / 0

# %%
x100 = 100

# %%
x101 = 101

# %%
x102 = 102

# %%
x103 = 103

# %%
x104 = 104

# %%
x105 = 105

# %%
x106 = 106

# %%
x107 = 107

# %%
x108 = 108

# %%
x109 = 109 / 0

# %%
x110 = 110

# %%
x111 = 111

# %%
x112 = 112

# %%
x113 = 113

# %%
x114 = 114

# %%
x115 = 115

# %%
x116 = 116

# %%
x117 = 117

# %%
x118 = 118

# %%
x119 = 119 / 0

# %%
x120 = 120

# %%
x121 = 121

# %%
x122 = 122

# %%
x123 = 123

# %%
x124 = 124

# %%
x125 = 125

# %%
x126 = 126

# %%
x127 = 127

# %%
x128 = 128

# %%
x129 = 129 / 0

# %%
x130 = 130

# %%
x131 = 131

# %%
x132 = 132

# %%
x133 = 133

# %%
x134 = 134

# %%
x135 = 135

# %%
x136 = 136

# %%
x137 = 137

# %%
x138 = 138

# %%
x139 = 139 / 0

# %%
x140 = 140

# %%
x141 = 141

# %%
x142 = 142

# %%
x143 = 143

# %%
x144 = 144

# %%
x145 = 145

# %%
x146 = 146

# %%
x147 = 147

# %%
x148 = 148

# %%
x149 = 149 / 0

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        steps = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx)
            steps.append(hx[0])
        return torch.stack(steps, 1), hx


class NoiseRemovalModel(nn.Module):  # on torch's LSTM, which this part allows: quick to train
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        hidden, _ = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden, _ = self.second(hidden[:, self.shift :])
        return self.linear(hidden)

# %%
y0 = 0

# %%
y1 = 1

# %%
y2 = 2

# %%
y3 = 3

# %%
y4 = 4

# %%
y5 = 5

# %%
y6 = 6

# %%
y7 = 7

# %%
y8 = 8

# %%
y9 = 9 / 0

# %%
y10 = 10

# %%
y11 = 11

# %%
y12 = 12

# %%
y13 = 13

# %%
y14 = 14

# %%
y15 = 15

# %%
y16 = 16

# %%
y17 = 17

# %%
y18 = 18

# %%
y19 = 19 / 0

# %%
y20 = 20

# %%
y21 = 21

# %%
y22 = 22

# %%
y23 = 23

# %%
y24 = 24

# %%
y25 = 25

# %%
y26 = 26

# %%
y27 = 27

# %%
y28 = 28

# %%
y29 = 29 / 0

# %%
y30 = 30

# %%
y31 = 31

# %%
y32 = 32

# %%
y33 = 33

# %%
y34 = 34

# %%
y35 = 35

# %%
y36 = 36

# %%
y37 = 37

# %%
y38 = 38

# %%
y39 = 39 / 0

# %%
y40 = 40

# %%
y41 = 41

# %%
y42 = 42

# %%
y43 = 43

# %%
y44 = 44

# %%
y45 = 45

# %%
y46 = 46

# %%
y47 = 47

# %%
y48 = 48

# %%
y49 = 49 / 0

# %%
y50 = 50

# %%
y51 = 51

# %%
y52 = 52

# %%
y53 = 53

# %%
y54 = 54

# %%
y55 = 55

# %%
y56 = 56

# %%
y57 = 57

# %%
y58 = 58

# %%
y59 = 59 / 0

# %%
y60 = 60

# %%
y61 = 61

# %%
y62 = 62

# %%
y63 = 63

# %%
y64 = 64

# %%
y65 = 65

# %%
y66 = 66

# %%
y67 = 67

# %%
y68 = 68

# %%
y69 = 69 / 0

# %%
y70 = 70

# %%
y71 = 71

# %%
y72 = 72

# %%
y73 = 73

# %%
y74 = 74

# %%
y75 = 75

# %%
y76 = 76

# %%
y77 = 77

# %%
y78 = 78

# %%
y79 = 79 / 0

# %%
y80 = 80

# %%
y81 = 81

# %%
y82 = 82

# %%
y83 = 83

# %%
y84 = 84

# %%
y85 = 85

# %%
y86 = 86

# %%
y87 = 87

# %%
y88 = 88

# %%
y89 = 89 / 0

# %%
y90 = 90

# %%
y91 = 91

# %%
y92 = 92

# %%
y93 = 93

# %%
y94 = 94

# %%
y95 = 95

# %%
y96 = 96

# %%
y97 = 97

# %%
y98 = 98

# %%
y99 = 99 / 0

# %%
y100 = 100

# %%
y101 = 101

# %%
y102 = 102

# %%
y103 = 103

# %%
y104 = 104

# %%
y105 = 105

# %%
y106 = 106

# %%
y107 = 107

# %%
y108 = 108

# %%
y109 = 109 / 0

# %%
y110 = 110

# %%
y111 = 111

# %%
y112 = 112

# %%
y113 = 113

# %%
y114 = 114

# %%
y115 = 115

# %%
y116 = 116

# %%
y117 = 117

# %%
y118 = 118

# %%
y119 = 119 / 0

# %%
y120 = 120

# %%
y121 = 121

# %%
y122 = 122

# %%
y123 = 123

# %%
y124 = 124

# %%
y125 = 125

# %%
y126 = 126

# %%
y127 = 127

# %%
y128 = 128

# %%
y129 = 129 / 0

# %%
y130 = 130

# %%
y131 = 131

# %%
y132 = 132

# %%
y133 = 133

# %%
y134 = 134

# %%
y135 = 135

# %%
y136 = 136

# %%
y137 = 137

# %%
y138 = 138

# %%
y139 = 139 / 0

# %%
y140 = 140

# %%
y141 = 141

# %%
y142 = 142

# %%
y143 = 143

# %%
y144 = 144

# %%
y145 = 145

# %%
y146 = 146

# %%
y147 = 147

# %%
y148 = 148

# %%
y149 = 149 / 0
