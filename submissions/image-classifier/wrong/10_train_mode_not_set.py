# Blatt 9: Bilder einordnen
import torch
from torch import nn
from torch.nn.functional import cross_entropy as kreuzentropie


class Classifier(nn.Module):
    def __init__(self, channels1, channels2, classes=4):
        super().__init__()
        self.ausgang = nn.Linear(channels2 * 4 * 4, classes)
        self.faltung_zwei = nn.Conv2d(channels1, channels2, 3, 1, 1)
        self.norm_zwei = nn.BatchNorm2d(channels2)
        self.faltung_eins = nn.Conv2d(1, channels1, 3, 1, 1)
        self.norm_eins = nn.BatchNorm2d(channels1)
        self.gleichrichter = nn.ReLU()
        self.verkleinern = nn.MaxPool2d(2)

    def forward(self, images):
        bild = self.verkleinern(self.gleichrichter(self.norm_eins(self.faltung_eins(images))))
        bild = self.verkleinern(self.gleichrichter(self.norm_zwei(self.faltung_zwei(bild))))
        merkmale = torch.flatten(bild, start_dim=1)
        return self.ausgang(merkmale)


def accuracy(logits, labels):
    treffer = 0
    for zeile, ziel in zip(logits, labels):
        if int(zeile.argmax()) == int(ziel):
            treffer += 1
    return treffer / len(labels)


def train(model, images, labels, epochs, lr, seed):
    zufall = torch.Generator().manual_seed(seed)
    verfahren = torch.optim.Adam(params=model.parameters(), lr=lr)
    anzahl = images.size(0)
    verlauf = []
    for durchgang in range(epochs):
        reihenfolge = torch.randperm(anzahl, generator=zufall)
        gemischte_bilder = images[reihenfolge]
        gemischte_ziele = labels[reihenfolge]
        summe = 0.0
        for bilder, ziele in zip(gemischte_bilder.split(32), gemischte_ziele.split(32)):
            fehler = kreuzentropie(model(bilder), ziele)
            verfahren.zero_grad()
            fehler.backward()
            verfahren.step()
            summe = summe + fehler.item() * ziele.numel()
        verlauf.append(summe / anzahl)
    model.eval()
    return verlauf
